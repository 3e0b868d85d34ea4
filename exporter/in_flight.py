"""Counts what is under way, so that its end can be waited for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class InFlight:
    """Requests that are being answered, or uses of a host."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """One is under way while the block runs."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def ended(self, patience: float | None = None) -> bool:
        """Wait until none is under way, for so many seconds at most; whether that is so."""
        try:
            async with asyncio.timeout(patience):
                await self._none.wait()
        except TimeoutError:
            return False
        return True
