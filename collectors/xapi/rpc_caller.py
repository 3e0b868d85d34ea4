"""Calls of one XAPI, one after the other, in whichever protocol it speaks."""

import asyncio
from dataclasses import dataclass
from typing import Any

from collectors.host import Output, loop_time
from collectors.xapi.http_channel import Reply
from collectors.xapi.http_link import HttpLink
from collectors.xapi.json_rpc import JsonRpc
from collectors.xapi.redaction import Secrets
from collectors.xapi.rpc_protocol import Call, NotRpc, RpcProtocol
from collectors.xapi.rpc_shown import beginning, shown, summary
from collectors.xapi.source import Inquiry, XapiFailed
from collectors.xapi.xml_rpc import XmlRpc

_LARGE = 64 * 1024
"""Bytes of an answer whose decoding is not worth a thread."""
_OK, _UNAUTHORIZED, _FORBIDDEN, _SERVER_ERROR = 200, 401, 403, 500


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that is not answered yet. `began` is by the event loop's clock."""

    method: str
    began: float
    deadline: float


class RpcCaller:
    """Hosts up to XenServer 6.2 have no JSON-RPC; what a host speaks is found out and kept.

    `secrets` are texts that never appear in what is shown.
    """

    def __init__(self, link: HttpLink, secrets: tuple[str, ...] = ()) -> None:
        self._link = link
        self._secrets = Secrets(secrets)
        self._spoken: RpcProtocol | None = None
        self._number = 0
        self.open_request: OpenRequest | None = None

    @property
    def protocol(self) -> str:
        """`JSON-RPC`, or `XML-RPC` once that is known to be spoken."""
        return (self._spoken or JsonRpc()).name

    async def call(self, inquiry: Inquiry, method: str, *parameters: str) -> Any:
        """The value that XAPI gives. Raises XapiFailed."""
        tried: tuple[RpcProtocol, ...] = (self._spoken,) if self._spoken else (JsonRpc(), XmlRpc())
        for protocol in tried:
            try:
                value = await self._noted(inquiry, protocol, method, parameters)
            except XapiFailed as failed:
                self._learn(protocol, failed)
                if failed.reason != "not_xapi" or protocol is tried[-1]:
                    raise
            else:
                self._spoken = protocol
                return value
        raise AssertionError("the last protocol has returned or raised")

    def _learn(self, protocol: RpcProtocol, failed: XapiFailed) -> None:
        """A refusal by XAPI is understood; after a foreign answer both are tried again."""
        if failed.code:
            self._spoken = protocol
        elif failed.reason == "not_xapi":
            self._spoken = None

    async def _noted(
        self, inquiry: Inquiry, protocol: RpcProtocol, method: str, parameters: tuple[str, ...]
    ) -> Any:
        began = loop_time()
        self._number += 1
        call = Call(method, parameters, self._number)
        heard: list[Reply] = []
        try:
            value = await self._ask(inquiry, protocol, call, heard)
        except XapiFailed as failed:
            told = shown(failed, self._secrets)
            head = beginning(heard[0].body, self._secrets) if heard else ""
            _note(inquiry, method, began, head, str(told))
            # Not from it: whoever prints the chain would print what is hidden.
            raise told from None
        _note(inquiry, method, began, summary(value, len(heard[0].body)))
        return value

    async def _ask(
        self, inquiry: Inquiry, protocol: RpcProtocol, call: Call, heard: list[Reply]
    ) -> Any:
        now = loop_time()
        if now >= inquiry.deadline:
            raise XapiFailed("deadline_exceeded", f"no time was left for {call.method}")
        self.open_request = OpenRequest(call.method, now, inquiry.deadline)
        try:
            body = protocol.encode(call)
            reply = await self._link.post(
                protocol.path, protocol.content_type, body, inquiry.deadline
            )
        finally:
            self.open_request = None
        heard.append(reply)
        return await _decoded(reply, protocol, call)

    def forget(self) -> None:
        """Find out anew what is spoken: XAPI may be another version by now."""
        self._spoken = None

    def close(self) -> None:
        """Close the connection."""
        self._link.close()


def _note(
    inquiry: Inquiry, method: str, began: float, heard: str = "", failure: str | None = None
) -> None:
    """Tell who asked what was heard, unless they have gone: a late answer is thrown away."""
    now = loop_time()
    if now < inquiry.deadline:
        status = None if failure else 0
        inquiry.trace(Output(("xapi", method), heard, "", status, now - began, failure))


async def _decoded(reply: Reply, protocol: RpcProtocol, call: Call) -> Any:
    if reply.status != _OK:
        raise _http_failure(reply)
    try:
        if len(reply.body) < _LARGE:
            return protocol.decode(reply.body, call)
        return await asyncio.to_thread(protocol.decode, reply.body, call)
    except NotRpc as error:
        raise _not_understood(reply, protocol, error) from error


def _http_failure(reply: Reply) -> XapiFailed:
    reason = "not_xapi"
    if reply.status in (_UNAUTHORIZED, _FORBIDDEN):
        reason = "permission"
    elif reply.status >= _SERVER_ERROR:
        reason = "refused"
    return XapiFailed(reason, f"HTTP {reply.status} {reply.phrase} instead of an answer of XAPI")


def _not_understood(reply: Reply, protocol: RpcProtocol, error: NotRpc) -> XapiFailed:
    if not error.damaged:
        kind = reply.content_type or "no content type"
        return XapiFailed("not_xapi", f"no {protocol.name} of XAPI ({kind}): {error}")
    reason = "lost_connection" if reply.ended_by_close else "unparsable"
    return XapiFailed(reason, f"{protocol.name} of {len(reply.body)} bytes: {error}")
