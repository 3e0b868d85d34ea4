"""One session is kept, renewed when XAPI forgot it, and ended at last."""

import logging

import pytest

from collectors.host import Stream
from collectors.xapi.endpoint import Credentials
from collectors.xapi.http_link import HttpLink
from collectors.xapi.rpc_caller import RpcCaller
from collectors.xapi.rpc_session import RpcSession
from collectors.xapi.socket_source import SocketXapi
from collectors.xapi.source import XapiFailed
from exporter.logs.lines import event
from tests.collectors.xapi.rpc_hosts import SocketHost, inquiry, read, socket_host
from tests.collectors.xapi.rpc_peer import FakeXapi
from tests.fakes import FakeClock

LOGIN = "session.login_with_password"


def session_as(host: SocketHost, password: str, clock: FakeClock) -> RpcSession:
    """As over HTTPS, where the password counts."""

    async def opened(deadline: float) -> Stream:
        return await host.connect_unix(host.path, deadline=deadline)

    caller = RpcCaller(HttpLink(opened, "localhost"))
    return RpcSession(caller, Credentials("root", password), clock)


async def test_the_originator_goes_where_it_is_known() -> None:
    new, old = FakeXapi(), FakeXapi("xml")
    for xapi in (new, old):
        async with socket_host(xapi.serve) as host:
            source = SocketXapi(host, "xenlens-7")
            await read(source)
            await source.close()
    assert new.parameters[0] == ["root", "", "1.0", "xenlens-7"]
    assert old.parameters[:2] == [["root", "", "1.0", "xenlens-7"], ["root", "", "1.0"]]


async def test_an_old_host_is_asked_for_what_it_has_from_then_on() -> None:
    xapi = FakeXapi("xml")
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await read(source)
        xapi.calls.clear()
        xapi.paths.clear()
        await read(source)
        assert (len(xapi.calls), set(xapi.paths)) == (9, {"/"})
        await source.close()


async def test_a_session_that_xapi_forgot_is_renewed() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        first = await read(source)
        xapi.sessions.clear()
        assert (await read(source)).state == first.state
        await source.close()
    assert xapi.calls.count(LOGIN) == 2
    assert xapi.sessions == set()


@pytest.mark.parametrize(
    "refusal",
    [
        ("HANDLE_INVALID", "session", "{}"),
        ("INTERNAL_ERROR", 'Db_exn.DBCache_NotFound("missing row", "session", "{}")'),
    ],
)
@pytest.mark.parametrize("generation", ["json2", "json1", "xml"])
async def test_a_session_that_ended_between_its_check_and_its_use_is_renewed_once(
    generation: str, refusal: tuple[str, ...]
) -> None:
    xapi = FakeXapi(generation, unknown_session=refusal)
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        first = await read(source)
        logins = len(xapi.calls) - 9
        xapi.sessions.clear()
        assert (await read(source)).state == first.state
        assert xapi.calls.count(LOGIN) == 2 * logins
        xapi.refusals["VM.get_all_records"] = refusal
        with pytest.raises(XapiFailed) as raised:
            await source.read(inquiry())
        assert (raised.value.reason, raised.value.code) == ("session_invalid", refusal[0])
        assert xapi.calls.count(LOGIN) == 3 * logins
        await source.close()


async def test_a_session_that_does_not_last_is_renewed_once_only() -> None:
    xapi = FakeXapi(refusals={"VM.get_all_records": ("SESSION_INVALID", "OpaqueRef:secret")})
    async with socket_host(xapi.serve) as host:
        with pytest.raises(XapiFailed) as raised:
            await SocketXapi(host).read(inquiry())
    assert raised.value.reason == "session_invalid"
    assert "secret" not in repr((str(raised.value), raised.value.parameters))
    assert xapi.calls.count(LOGIN) == 2


async def test_after_an_upgrade_a_host_is_asked_as_the_new_version() -> None:
    xapi = FakeXapi("xml")
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await read(source)
        xapi.generation = "json2"
        xapi.sessions.clear()
        await read(source)
        assert source.via == "JSON-RPC over the unix socket"
        assert xapi.parameters[-10][3:] == ["xenlens"]
        await source.close()


async def test_closing_logs_out() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await read(source)
        assert len(xapi.sessions) == 1
        await source.close()
    assert xapi.sessions == set()


async def test_a_source_that_was_never_asked_closes_without_a_word() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as host:
        await SocketXapi(host).close()
    assert xapi.connections == 0


async def test_a_session_left_behind_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    xapi = FakeXapi(refusals={"session.logout": ("INTERNAL_ERROR",)})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await read(source)
        with caplog.at_level(logging.DEBUG, "collectors.xapi.rpc_session"):
            await source.close()
    (told,) = map(event, caplog.records)
    assert told["msg"] == "a session of XAPI is left behind"
    assert "XAPI refused: INTERNAL_ERROR" in str(told["error"])


async def test_a_wrong_password_is_not_tried_again_for_a_minute() -> None:
    xapi, clock = FakeXapi(password="right"), FakeClock()
    async with socket_host(xapi.serve) as host:
        session = session_as(host, "wrong", clock)
        for seconds, logins in ((0, 1), (30, 1), (29, 1), (1, 2), (59, 2)):
            clock.now += seconds
            with pytest.raises(XapiFailed) as raised:
                await session.call(inquiry(), "pool.get_all_records")
            assert raised.value.reason == "authentication_failed"
            assert raised.value.code == "SESSION_AUTHENTICATION_FAILED"
            assert xapi.calls == [LOGIN] * logins


async def test_a_session_that_is_no_text_is_unparsable() -> None:
    raw = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"result": {}}'
    async with socket_host(FakeXapi(raw={LOGIN: raw}).serve) as host:
        with pytest.raises(XapiFailed) as raised:
            await SocketXapi(host).read(inquiry())
    assert raised.value.reason == "unparsable"


def test_a_password_is_not_shown() -> None:
    assert "hush" not in repr(Credentials("root", "hush"))
