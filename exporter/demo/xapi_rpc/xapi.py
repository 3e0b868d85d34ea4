"""One XAPI: of which pool, on which host, in the way its version speaks, and how it is reached."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from exporter.demo.xapi_rpc.changes import Changes, Generation
from exporter.demo.xapi_rpc.database import Database, Tables
from exporter.demo.xapi_rpc.errors import ClientGone
from exporter.demo.xapi_rpc.sessions import Sessions
from exporter.demo.xapi_rpc.wire import Reply

Dialect = Literal["xml", "json1", "json2"]
"""XML-RPC only (6.2 and older), with JSON-RPC 1.0 replies (6.5), with JSON-RPC 2.0 (from 7.3)."""
Door = Literal["unix", "tcp"]
USER = "root"


def _encode(reply: Reply, value: Any) -> bytes:
    return reply.encode(value)


@dataclass(slots=True)
class XapiPool:
    """What the hosts of a pool share: data, sessions, the root password."""

    database: Database
    password: str
    login_delay: float = 0.0
    """Seconds before a wrong password is refused; 5 in the real one."""
    poll: float = 0.05
    """Seconds between two looks of a waiting call; XAPI also gathers events for 50 ms."""
    encode: Callable[[Reply, Any], bytes] = _encode
    """Makes the bytes of what a call gives; a benchmark keeps them."""
    sessions: Sessions = field(default_factory=Sessions)
    generation: Generation = field(default_factory=Generation)
    changes: dict[str, Changes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Xapi:
    """A host's XAPI behind one of its doors: the unix socket, where all are root, or TCP."""

    pool: XapiPool
    host: str
    dialect: Dialect
    door: Door
    landing: bool = False
    """Whether `GET /` shows a page for people, as on XCP-ng 8.3."""

    @property
    def tables(self) -> Tables:
        """The pool's objects as this host tells them."""
        return self.pool.database.tables(self.host)

    @property
    def redirects(self) -> bool:
        """A member forwards what comes by its own socket, and refuses what comes by TCP."""
        return self.door == "tcp" and self.host != self.pool.database.coordinator()

    def changes(self) -> Changes:
        """What changed when, up to now, as this host tells it."""
        known = self.pool.changes.setdefault(self.host, Changes(self.pool.generation))
        known.look(self.tables, self.pool.database.mark())
        return known

    async def answering(self, gone: Callable[[], bool]) -> None:
        """Wait, for ever if need be, until calls are answered. Raises ClientGone."""
        while not self.pool.database.answers(self.host):
            await self.pause(gone)

    async def pause(self, gone: Callable[[], bool]) -> None:
        """Wait a little. Raises ClientGone."""
        if gone():
            raise ClientGone
        await asyncio.sleep(self.pool.poll)
