"""An event loop whose hours pass at once: when nothing happens, it leaps to the next timer."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

START = 1_700_000_000.0
PATIENCE = 5.0
"""Real seconds to wait where there is no timer to leap to."""
T = TypeVar("T")


class LeapingTime:
    """Seconds that only pass by leaps, and a wall clock that can be set."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.ahead = 0.0
        """By how much the wall clock was set forward, or back."""

    def wall(self) -> float:
        """Unix time."""
        return START + self.seconds + self.ahead


class _Selector(selectors.SelectSelector):
    def __init__(self, time: LeapingTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(PATIENCE if timeout is None else 0)
        if not found and timeout:
            self._time.seconds += timeout
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, leaping: LeapingTime) -> None:
        self._leaping = leaping
        super().__init__(_Selector(leaping))

    def time(self) -> float:
        return self._leaping.seconds


def leaping(story: Callable[[LeapingTime], Coroutine[Any, Any, T]]) -> T:
    """Run a story in leaping time. It must not wait for threads: time would pass meanwhile."""
    time = LeapingTime()
    with asyncio.Runner(loop_factory=lambda: _Loop(time)) as runner:
        return runner.run(story(time))
