"""Two clocks, and what is known of their agreement: wall clocks get set."""

import time
from collections.abc import Callable
from dataclasses import dataclass

TOLERATED = 5.0
"""Seconds by which Unix time may gain or lose between two looks."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """`wall` gives Unix time, `monotonic` seconds that nobody sets."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic


class ClockWatch:
    """Notices when Unix time jumps. `last` is Unix time of the journal's last step before now."""

    def __init__(self, clocks: Clocks, last: float = 0.0) -> None:
        self._clocks = clocks
        self._seen = (clocks.wall(), clocks.monotonic())
        self.jumped_at: float | None = None
        """When, on the monotonic clock."""
        self.jump = 0.0
        """By how many seconds; negative for back."""
        self._earlier: float | None = None
        """The same of an earlier process."""
        if self._seen[0] < last - TOLERATED:
            self._jumped(self._seen[0] - last)

    def look(self) -> float:
        """Compare both clocks; gives the jump since the last look in seconds, 0 for none."""
        wall, monotonic = self._clocks.wall(), self._clocks.monotonic()
        jump = (wall - self._seen[0]) - (monotonic - self._seen[1])
        self._seen = (wall, monotonic)
        if abs(jump) <= TOLERATED:
            return 0.0
        self._jumped(jump)
        return jump

    def remember(self, seconds: float, at: float) -> None:
        """An earlier process noticed a jump by so many seconds, to `at`, Unix time."""
        self._earlier = self._clocks.monotonic() - max(0.0, self._clocks.wall() - at)
        if self.jumped_at is None:
            self.jump = seconds

    def unsettled(self, seconds: float) -> bool:
        """Whether it jumped within the last so many seconds, which nobody set."""
        self.look()
        known = (at for at in (self.jumped_at, self._earlier) if at is not None)
        return any(self._clocks.monotonic() - at < seconds for at in known)

    def _jumped(self, seconds: float) -> None:
        self.jumped_at, self.jump = self._clocks.monotonic(), seconds
