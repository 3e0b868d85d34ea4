"""Pools in which no disk probe may run, because something is being healed there."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class Held(Exception):
    """The pool is held: nothing may be measured in it now."""


class Holds:
    """Whoever changes a host holds its pool; a probe that runs there is ended at once."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()
        self._running: defaultdict[str, set[asyncio.Timeout]] = defaultdict(set)

    @contextmanager
    def hold(self, pool: str) -> Iterator[None]:
        """Keep disk probes out of a pool while the block runs; several may hold it at once."""
        self._held[pool] += 1
        try:
            for scope in self._running[pool]:
                if not scope.expired():
                    scope.reschedule(asyncio.get_running_loop().time())
            yield
        finally:
            self._held[pool] -= 1

    @asynccontextmanager
    async def unless_held(self, pool: str) -> AsyncIterator[None]:
        """Run the block while nobody holds the pool. Raises Held, also in the middle of it."""
        if self._held[pool]:
            raise Held
        try:
            async with asyncio.timeout(None) as scope:
                self._running[pool].add(scope)
                try:
                    yield
                finally:
                    self._running[pool].discard(scope)
        except TimeoutError:
            if scope.expired():
                raise Held from None
            raise
