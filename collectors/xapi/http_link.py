"""The way to one XAPI: opens connections as needed and keeps one between requests."""

from collections.abc import Awaitable, Callable

from collectors.host import Stream, loop_time
from collectors.xapi.http_channel import MAX_BODY, ConnectionLost, HttpChannel, Reply
from collectors.xapi.source import XapiFailed

Open = Callable[[float], Awaitable[Stream]]
"""Opens a stream to XAPI until a deadline (event loop's clock). Raises XapiFailed."""


class HttpLink:
    """HTTP to one server. `host` is the value of the Host header."""

    def __init__(self, open_stream: Open, host: str, max_body: int = MAX_BODY) -> None:
        self._open = open_stream
        self._host = host
        self._max_body = max_body
        self._kept: HttpChannel | None = None

    async def post(self, path: str, content_type: str, body: bytes, deadline: float) -> Reply:
        """One request. `deadline` is for connecting only; an answer is awaited for ever.

        A kept connection that turns out dead is replaced once: every request of ours is a read
        or a login. Raises XapiFailed.
        """
        request = (path, content_type, body)
        kept, self._kept = self._kept, None
        if kept is not None:
            try:
                return await self._exchange(kept, request)
            except ConnectionLost as lost:
                if not lost.silent or loop_time() >= deadline:
                    raise _failure(lost) from lost
        channel = HttpChannel(await self._open(deadline), self._host, self._max_body)
        try:
            return await self._exchange(channel, request)
        except ConnectionLost as lost:
            raise _failure(lost) from lost

    async def _exchange(self, channel: HttpChannel, request: tuple[str, str, bytes]) -> Reply:
        try:
            reply = await channel.post(*request)
            if channel.reusable:
                self._kept = channel
            return reply
        finally:
            if self._kept is not channel:
                channel.close()

    def close(self) -> None:
        """Close the kept connection."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


def _failure(lost: ConnectionLost) -> XapiFailed:
    return XapiFailed("lost_connection", f"the connection to XAPI was lost: {lost}")
