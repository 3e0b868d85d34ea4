"""HTTP/1.1 over any pair of streams: a forwarded unix socket, a real one, TLS."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Protocol

import h11

from exporter.demo.xapi_rpc.replies import HttpReply, HttpRequest, answer, refused
from exporter.demo.xapi_rpc.xapi import Xapi

log = logging.getLogger(__name__)
_CHUNK = 65536
_MAX_BODY = 300 * 1024
"""XAPI's limit on what a client may send (`http_limit_max_rpc_size`)."""


class Reader(Protocol):
    """The receiving half; asyncio's and asyncssh's StreamReader are both one."""

    async def read(self, n: int = -1, /) -> bytes:
        """Up to `n` bytes, empty at the end."""

    def at_eof(self) -> bool:
        """Whether nothing is left to read, now or ever."""


class Writer(Protocol):
    """The sending half."""

    def write(self, data: bytes, /) -> None:
        """Send `data`, after what is already waiting."""

    async def drain(self) -> None:
        """Wait until there is room for more."""

    def is_closing(self) -> bool:
        """Whether the connection is closed, or lost."""

    def close(self) -> None:
        """Close the connection."""


Answer = Callable[[HttpRequest], Awaitable[HttpReply]]


async def serve_http(reader: Reader, writer: Writer, xapi: Xapi) -> None:
    """Answer the requests of one connection until either side ends it."""
    connection, kept = Connection(reader, writer), True

    def gone() -> bool:
        return reader.at_eof() or writer.is_closing()

    try:
        while kept:
            kept = await connection.exchange(lambda request: answer(xapi, request, gone))
    except OSError as error:
        log.debug("connection lost", extra={"host": xapi.host, "error": error})
    finally:
        writer.close()


class Connection:
    """One connection of one client."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def exchange(self, answer: Answer) -> bool:
        """Answer one request; False when it was the last. Raises OSError."""
        try:
            request = await self._request()
        except h11.RemoteProtocolError as error:
            await self._send(refused(HTTPStatus(error.error_status_hint), str(error)), last=True)
            return False
        if request is None:
            return False
        if len(request.body) > _MAX_BODY:
            await self._send(refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too large"), last=True)
            return False
        await self._send(await answer(request))
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def _request(self) -> HttpRequest | None:
        """The next request, at most a little more than may be; None when there is none."""
        head: h11.Request | None = None
        body = bytearray()
        while len(body) <= _MAX_BODY:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(_CHUNK))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                break
        return _request(head, bytes(body)) if head else None

    async def _send(self, reply: HttpReply, *, last: bool = False) -> None:
        headers = [
            ("content-length", str(len(reply.body))),
            ("content-type", reply.content_type),
            ("cache-control", "no-cache, no-store"),
        ]
        if last:
            headers.append(("connection", "close"))
        head = h11.Response(status_code=reply.status, reason=reply.status.phrase, headers=headers)
        for event in (head, h11.Data(reply.body), h11.EndOfMessage()):
            self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()


def _request(head: h11.Request, body: bytes) -> HttpRequest:
    path = head.target.decode("ascii").partition("?")[0]
    return HttpRequest(head.method.decode("ascii"), path, body)
