"""Whether what a process holds stays the same: the medians of a run's second and last quarter."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

GROWTH = 0.02
"""The most by which memory may have grown from the second to the last quarter of a run."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process holds at one moment. `at` is seconds since the run began."""

    at: float
    fds: int
    resident: int
    """Bytes (proc(5), VmRSS)."""
    threads: int


@dataclass(frozen=True, slots=True)
class Trend:
    """One figure of a run: its median in each quarter, and how much it may grow."""

    name: str
    quarters: tuple[float, float, float, float]
    allowed: float
    """As a share of the second quarter's median; 0 where it must not grow at all."""

    @property
    def growth(self) -> float:
        """From the second to the last quarter, as a share. The first is the warm-up."""
        _, second, _, last = self.quarters
        return last / second - 1

    @property
    def flat(self) -> bool:
        """Whether it grew by no more than it may."""
        return self.growth <= self.allowed


def trend(name: str, values: Sequence[float], allowed: float = GROWTH) -> Trend:
    """The trend of values taken at equal distances. Raises ValueError for fewer than four."""
    if len(values) < 4:
        raise ValueError(f"{name}: {len(values)} samples are too few for four quarters")
    cuts = [len(values) * number // 4 for number in range(5)]
    first, second, third, last = (
        median(values[start:end]) for start, end in itertools.pairwise(cuts)
    )
    return Trend(name, (first, second, third, last), allowed)


_FIGURES: tuple[tuple[str, Callable[[Sample], float], float], ...] = (
    ("resident MiB", lambda sample: sample.resident / 2**20, GROWTH),
    ("file descriptors", lambda sample: sample.fds, 0.0),
    ("threads", lambda sample: sample.threads, 0.0),
)


def trends(samples: Sequence[Sample]) -> tuple[Trend, ...]:
    """Of everything that is sampled. Raises ValueError for fewer than four samples."""
    return tuple(
        trend(name, [figure(sample) for sample in samples], allowed)
        for name, figure, allowed in _FIGURES
    )
