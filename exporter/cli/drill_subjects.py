"""How the map or bond under test is opened, and let go of."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from collectors.host import Host
from exporter.config import Target
from exporter.drill.bond import open_bond
from exporter.drill.multipath import open_multipath
from exporter.drill.subject import Subject

Opened = Callable[[Host, Target], AbstractAsyncContextManager[Subject]]
"""Opens what is under test. Raises NoSubject and HostError."""


def a_map(wanted: str | None) -> Opened:
    """The map of that WWID or alias, or the only one."""

    @asynccontextmanager
    async def opened(host: Host, target: Target) -> AsyncIterator[Subject]:
        yield await open_multipath(host, wanted)

    return opened


def a_bond(wanted: str | None, destinations: Sequence[str]) -> Opened:
    """The bond of that name, or the only one, and what is pinged through it."""

    @asynccontextmanager
    async def opened(host: Host, target: Target) -> AsyncIterator[Subject]:
        subject = await open_bond(host, wanted, destinations, target.inventory)
        try:
            yield subject
        finally:
            await subject.close()

    return opened
