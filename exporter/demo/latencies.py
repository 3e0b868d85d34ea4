"""How long single operations take: spread around their mean, as those of a real disk are."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Latencies:
    """A log-normal distribution: `mean` in seconds, `spread` the deviation of the logarithm."""

    mean: float
    spread: float

    @property
    def deviation(self) -> float:
        """The standard deviation, in seconds."""
        return self.mean * math.sqrt(math.exp(self.spread**2) - 1)

    def quantile(self, share: float) -> float:
        """The seconds within which that share of the operations ends, 0 < share < 1."""
        return self._median * math.exp(self.spread * _NORMAL.inv_cdf(share))

    def share_below(self, seconds: float) -> float:
        """The share of the operations that end within so many seconds."""
        return _NORMAL.cdf(math.log(seconds / self._median) / self.spread)

    def drawn(self, chance: Random) -> Iterator[float]:
        """Seconds of one operation after the other, for ever."""
        while True:
            yield chance.lognormvariate(math.log(self._median), self.spread)

    @property
    def _median(self) -> float:
        return self.mean / math.exp(self.spread**2 / 2)
