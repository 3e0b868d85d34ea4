"""One HTTP/1.1 connection over a host's stream: one request at a time, kept where allowed."""

from dataclasses import dataclass

import h11

from collectors.host import Stream
from collectors.xapi.source import XapiFailed

MAX_BODY = 64 * 1024 * 1024
"""Bytes. The VM table of 2,000 VMs is about 15 MB."""
_PIECE = 256 * 1024
_FRAMING = {b"content-length", b"transfer-encoding"}


class ConnectionLost(Exception):
    """The connection ended before the answer did. `silent`: not one byte of it had come."""

    def __init__(self, message: str, *, silent: bool) -> None:
        super().__init__(message)
        self.silent = silent


@dataclass(frozen=True, slots=True)
class Reply:
    """What an HTTP server answered."""

    status: int
    phrase: str
    content_type: str
    body: bytes
    ended_by_close: bool
    """Nothing but the end of the connection says where the body ends: it may be truncated."""


class HttpChannel:
    """The client's end of one connection. `host` is the value of the Host header."""

    def __init__(self, stream: Stream, host: str, max_body: int = MAX_BODY) -> None:
        self._reader, self._writer = stream
        self._host = host
        self._max_body = max_body
        self._http = h11.Connection(h11.CLIENT)
        self._heard = False
        self._ended = False

    @property
    def reusable(self) -> bool:
        """Whether the server awaits a further request on this connection."""
        # Bytes behind the answer would be taken for the answer to the next request.
        return self._http.states == {h11.CLIENT: h11.IDLE, h11.SERVER: h11.IDLE} and (
            self._http.trailing_data == (b"", False)
        )

    async def post(self, path: str, content_type: str, body: bytes) -> Reply:
        """Send one request and read its answer. Raises ConnectionLost, XapiFailed."""
        self._heard = False
        try:
            await self._send(path, content_type, body)
            return await self._reply()
        except OSError as error:
            raise ConnectionLost(str(error), silent=not self._heard) from error
        except h11.RemoteProtocolError as error:
            if self._ended:
                raise ConnectionLost(f"truncated: {error}", silent=not self._heard) from error
            raise XapiFailed("not_xapi", f"no HTTP server answers: {error}") from error

    async def _send(self, path: str, content_type: str, body: bytes) -> None:
        headers = [
            ("Host", self._host),
            ("User-Agent", "xenlens"),
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
        ]
        events = (
            h11.Request(method="POST", target=path, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        self._writer.write(b"".join(self._http.send(event) or b"" for event in events))
        await self._writer.drain()

    async def _reply(self) -> Reply:
        head = await self._head()
        pieces: list[bytes] = []
        size = 0
        while not isinstance(event := await self._event(), h11.EndOfMessage):
            if isinstance(event, h11.Data):
                size += len(event.data)
                pieces.append(bytes(event.data))
            if size > self._max_body:
                raise XapiFailed("unparsable", f"an answer of more than {self._max_body} bytes")
        headers = dict(head.headers)
        if self._http.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            self._http.start_next_cycle()
        return Reply(
            head.status_code,
            bytes(head.reason).decode("latin-1"),
            headers.get(b"content-type", b"").decode("latin-1"),
            b"".join(pieces),
            not _FRAMING & headers.keys(),
        )

    async def _head(self) -> h11.Response:
        while not isinstance(event := await self._event(), h11.Response):
            if isinstance(event, h11.ConnectionClosed):
                raise ConnectionLost("closed without an answer", silent=not self._heard)
        return event

    async def _event(self) -> h11.Event:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(_PIECE)
            self._heard = self._heard or bool(data)
            self._ended = self._ended or not data
            self._http.receive_data(data)
        if not isinstance(event, h11.Event):
            raise ConnectionLost("the server changed the protocol", silent=False)
        return event

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()
