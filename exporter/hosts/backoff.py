"""How long to leave a host alone after it could not be reached."""

from collections.abc import Callable
from random import Random

FIRST = 1.0
LONGEST = 30.0
"""Seconds. Two scrapes at the usual 15 s: a host that is back is seen soon after."""


class Backoff:
    """Doubles the pause with every failure in a row; jitter keeps hosts from coming in step."""

    def __init__(self, clock: Callable[[], float], random: Random) -> None:
        self._clock = clock
        self._random = random
        self._failures = 0
        self._until = 0.0
        self.reason = ""

    def failed(self, reason: str) -> None:
        """Note a failure; the next pause is between half and all of the doubled one."""
        pause = min(LONGEST, FIRST * 2.0**self._failures)
        self._failures += 1
        self._until = self._clock() + pause * self._random.uniform(0.5, 1.0)
        self.reason = reason

    def succeeded(self) -> None:
        """Forget the failures."""
        self._failures = 0
        self._until = 0.0

    def seconds_left(self) -> float:
        """Seconds until the next attempt may be made; 0 when it may be made now."""
        return max(0.0, self._until - self._clock()) if self._failures else 0.0
