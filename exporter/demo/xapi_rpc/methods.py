"""The calls there are, and how many parameters each takes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from exporter.demo.xapi_rpc import logins, objects
from exporter.demo.xapi_rpc.errors import XapiError
from exporter.demo.xapi_rpc.events import event_from
from exporter.demo.xapi_rpc.xapi import Xapi

Gone = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `gone` tells whether the client hung up."""

    xapi: Xapi
    method: str
    params: list[Any]
    gone: Gone


@dataclass(frozen=True, slots=True)
class Method:
    """How a call is carried out. `required` and `optional` count parameters beside the session."""

    run: Callable[[Call], Awaitable[Any]]
    required: int
    optional: int = 0
    session: bool = True

    def check(self, call: Call) -> None:
        """Raises XapiError for a wrong number of parameters (gen_server.ml), then for the session.

        The numbers in the error count neither the session nor, in what was expected, parameters
        that may be left out.
        """
        given = len(call.params) - self.session
        if not self.required <= given <= self.required + self.optional:
            raise XapiError(
                "MESSAGE_PARAMETER_COUNT_MISMATCH", call.method, str(self.required), str(given)
            )
        if self.session:
            call.xapi.pool.sessions.host(call.params[0])


async def carry_out(call: Call) -> Any:
    """What a call gives. Hangs while XAPI does. Raises XapiError, ClientGone."""
    await call.xapi.answering(call.gone)
    if call.xapi.redirects:
        database = call.xapi.pool.database
        raise XapiError("HOST_IS_SLAVE", database.address(database.coordinator()))
    method = _method(call)
    method.check(call)
    return await method.run(call)


def _method(call: Call) -> Method:
    kind, _, verb = call.method.partition(".")
    if call.method == "session.login_with_password":
        return _LOGIN[call.xapi.dialect == "xml"]
    method = _SINGLE.get(call.method)
    if method is None and kind in call.xapi.tables:
        method = _OF_EVERY_CLASS.get(verb)
    if method is None:
        raise XapiError("MESSAGE_METHOD_UNKNOWN", call.method)
    return method


async def _login(call: Call) -> str:
    return await logins.login(call.xapi, *call.params[:2])


async def _logout(call: Call) -> str:
    call.xapi.pool.sessions.close(call.params[0])
    return ""


async def _this_host(call: Call) -> str:
    return objects.this_host(call.xapi, call.params[1])


async def _servertime(call: Call) -> Any:
    return objects.servertime(call.xapi, call.params[1])


async def _messages_since(call: Call) -> Any:
    return objects.messages_since(call.xapi.tables, call.params[1])


async def _event_from(call: Call) -> Any:
    return await event_from(call.xapi, call.gone, *call.params)


async def _all_records(call: Call) -> Any:
    table = _table(call)
    return table if isinstance(table, dict) else dict(table)


async def _all(call: Call) -> Any:
    return list(_table(call))


async def _record(call: Call) -> Any:
    return objects.record(_table(call), _kind(call), call.params[1])


async def _by_uuid(call: Call) -> Any:
    return objects.by_uuid(_table(call), _kind(call), call.params[1])


def _kind(call: Call) -> str:
    return call.method.partition(".")[0]


def _table(call: Call) -> objects.Table:
    return call.xapi.tables[_kind(call)]


_LOGIN = {
    old: Method(_login, required=2, optional=1 if old else 2, session=False)
    for old in (True, False)
}
"""The version may follow name and password, and from 6.5 on the originator."""
_SINGLE = {
    "session.logout": Method(_logout, 0),
    "session.get_this_host": Method(_this_host, 1),
    "host.get_servertime": Method(_servertime, 1),
    "message.get_since": Method(_messages_since, 1),
    "event.from": Method(_event_from, 3),
}
_OF_EVERY_CLASS = {
    "get_all_records": Method(_all_records, 0),
    "get_all": Method(_all, 0),
    "get_record": Method(_record, 1),
    "get_by_uuid": Method(_by_uuid, 1),
}
