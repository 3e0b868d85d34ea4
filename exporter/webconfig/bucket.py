"""How many requests may come: a token bucket."""

from collections.abc import Callable


class Bucket:
    """Holds at most `burst` tokens, and gets another one every `interval` seconds.

    `clock` gives seconds that never go back.
    """

    def __init__(self, interval: float, burst: int, clock: Callable[[], float]) -> None:
        self.interval, self.burst = interval, burst
        self._clock = clock
        self._tokens = float(burst)
        self._at = clock()

    def take(self) -> bool:
        """Whether there was a token; without an interval there always is."""
        if not self.interval:
            return True
        now = self._clock()
        filled = self._tokens + (now - self._at) / self.interval
        self._at, self._tokens = now, min(filled, float(self.burst))
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
