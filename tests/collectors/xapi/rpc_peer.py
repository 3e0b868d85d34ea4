"""A scripted XAPI: speaks HTTP over streams, in the protocol of one generation."""

import asyncio
import json
import re
import xmlrpc.client
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.collectors.xapi.rpc_tables import Tables, tables

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
LANDING_PAGE = b"<!DOCTYPE html>\n<html><head><title>XCP-ng</title></head><body>Hi</body></html>"


def http(body: bytes, kind: str = "application/json", status: str = "200 OK") -> bytes:
    """A complete answer that leaves the connection open."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def request(reader: asyncio.StreamReader) -> tuple[str, bytes] | None:
    """Path and body of the next request, None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    return head.split(b" ")[1].decode(), body


@dataclass
class FakeXapi:
    """`generation`: `json2` (7.3 and later), `json1` (6.5), `xml` (up to 6.2)."""

    generation: str = "json2"
    tables: Tables = field(default_factory=tables)
    refusals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Method → code and parameters."""
    raw: dict[str, bytes] = field(default_factory=dict)
    """Method → the bytes sent instead of an answer, after which the connection is closed."""
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    """Method → what has to happen before it is answered."""
    password: str | None = None
    unknown_session: tuple[str, ...] = ("SESSION_INVALID", "{}")
    """Code and parameters for a session that is none; `{}` is its reference."""
    closes: bool = False
    """Close the connection after every answer without having said so."""
    calls: list[str] = field(default_factory=list)
    parameters: list[list[Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while (asked := await request(reader)) is not None:
            answer, ends = await self._answer(*asked)
            writer.write(answer)
            await writer.drain()
            if ends or self.closes:
                return

    async def _answer(self, path: str, body: bytes) -> tuple[bytes, bool]:
        self.paths.append(path)
        if path == "/jsonrpc" and self.generation == "xml":
            fault = xmlrpc.client.Fault(1, "Failed to parse supplied XML")
            text = xmlrpc.client.dumps(fault, methodresponse=True)
            return http(text.encode(), "text/xml"), False
        method, parameters, number = _called(path, body)
        self.calls.append(method)
        self.parameters.append(parameters)
        if method in self.held:
            await self.held[method].wait()
        if method in self.raw:
            return self.raw[method], True
        value, refusal = self._result(method, parameters)
        return self._written(path, value, refusal, number), False

    def _result(self, method: str, parameters: list[Any]) -> tuple[Any, tuple[str, ...]]:
        if method in self.refusals:
            return None, self.refusals[method]
        if method == "session.login_with_password":
            return self._logged_in(parameters)
        if parameters[0] not in self.sessions:
            return None, tuple(word.format(parameters[0]) for word in self.unknown_session)
        if method == "session.logout":
            self.sessions.remove(parameters[0])
            return "", ()
        return self._table(method)

    def _logged_in(self, parameters: list[Any]) -> tuple[Any, tuple[str, ...]]:
        if self.generation == "xml" and len(parameters) > 3:
            return None, ("MESSAGE_PARAMETER_COUNT_MISMATCH", "login_with_password", "3", "4")
        if self.password is not None and parameters[1] != self.password:
            return None, ("SESSION_AUTHENTICATION_FAILED", "root", "Authentication failure")
        session = f"OpaqueRef:session-{len(self.calls)}"
        self.sessions.add(session)
        return session, ()

    def _table(self, method: str) -> tuple[Any, tuple[str, ...]]:
        kind, _, verb = method.partition(".")
        assert verb in ("get_all_records", "get_since"), method
        if kind not in self.tables:
            return None, ("MESSAGE_METHOD_UNKNOWN", method)
        return self.tables[kind], ()

    def _written(self, path: str, value: Any, refusal: tuple[str, ...], number: int) -> bytes:
        envelope: dict[str, Any] = {"Status": "Success", "Value": value}
        if refusal:
            envelope = {"Status": "Failure", "ErrorDescription": list(refusal)}
        if path == "/":
            text = xmlrpc.client.dumps((_dated(envelope),), methodresponse=True)
            return http(text.encode(), "text/xml")
        reply: dict[str, Any] = {"result": envelope, "error": None, "id": number}
        if self.generation == "json2":
            error = {"code": 1, "message": refusal[0], "data": refusal[1:]} if refusal else None
            outcome = {"error": error} if error else {"result": value}
            reply = {"jsonrpc": "2.0", "id": number, **outcome}
        return http(json.dumps(reply).encode())


def _called(path: str, body: bytes) -> tuple[str, list[Any], int]:
    if path == "/jsonrpc":
        call = json.loads(body)
        return call["method"], call["params"], call["id"]
    parameters, method = xmlrpc.client.loads(body)
    assert method is not None
    return method, list(parameters), 0


def _dated(value: Any) -> Any:
    """XML has a type of its own for dates."""
    if isinstance(value, dict):
        return {key: _dated(one) for key, one in value.items()}
    if isinstance(value, str) and re.fullmatch(r"\d{8}T[\d:]{8}Z", value):
        return xmlrpc.client.DateTime(value)
    return value
