"""Connections on which nobody asks anything: they do not hold a file descriptor for ever."""

import asyncio
from collections.abc import Iterable

from aiohttp import StreamReader, web
from aiohttp.typedefs import Handler

SECONDS = 10.0
"""Between two looks: time to send a request, and half of the longest that a silent one stays."""
KEPT_SECONDS = 330.0
"""How long a connection is kept for the next request, also where half of it was sent.

Longer than the 5 min of Prometheus, so that none is closed just when it is used again.
"""


class Silent:
    """Closes connections that sent no whole request, and nothing more of one between two looks.

    An answer may take as long as it does. Looks every `seconds`.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._bodies: dict[web.RequestHandler, StreamReader] = {}
        self._waited_for: dict[web.RequestHandler, int] = {}

    @web.middleware
    async def note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A middleware that sees each request before any other does."""
        self._bodies[request.protocol] = request.content
        return await handler(request)

    async def close(self, runner: web.AppRunner) -> None:
        """Look again and again until it is cancelled."""
        while True:
            await asyncio.sleep(self._seconds)
            if runner.server is not None:
                self._look(runner.server.connections)

    def _look(self, connections: Iterable[web.RequestHandler]) -> None:
        self._bodies = {c: self._bodies[c] for c in connections if c in self._bodies}
        now = {c: had for c in connections if (had := self._unfinished(c)) is not None}
        for connection, had in now.items():
            if self._waited_for.get(connection) == had and connection.transport is not None:
                connection.transport.abort()
        self._waited_for = now

    def _unfinished(self, connection: web.RequestHandler) -> int | None:
        """Bytes that are there of the body of an unfinished request; None where it is whole."""
        body = self._bodies.get(connection)
        if body is None:
            return 0
        return None if body.is_eof() else body.total_bytes
