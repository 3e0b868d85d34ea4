"""What the subjects of the benchmark share: a line of the table, pairs, CPU time, stalls."""

import asyncio
import operator
import resource
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Literal, Self

Say = Callable[[str], None]
"""Tells a person what is being measured now."""

TICK = 0.001
"""Seconds between two looks at whether the event loop still turns."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `target` None is a number that is only reported."""

    what: str
    value: float | None
    unit: str = ""
    target: float | None = None
    bound: Literal["<=", ">="] = "<="
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        if self.target is None or self.value is None:
            return None
        compare = operator.le if self.bound == "<=" else operator.ge
        return bool(compare(self.value, self.target))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Seconds of two things done in turn, so that a slow moment of the machine hits both."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Median of ours over median of theirs."""
        return median(self.ours) / median(self.theirs)

    @property
    def overhead(self) -> float:
        """Seconds by which our median is longer."""
        return median(self.ours) - median(self.theirs)

    @property
    def note(self) -> str:
        """Both medians, and of how many pairs."""
        ours, theirs = (f"{median(each) * 1000:.1f}" for each in (self.ours, self.theirs))
        return f"{ours} / {theirs} ms, medians of {len(self.ours)} pairs"


Timed = Callable[[], Awaitable[object]]


async def in_turn(ours: Timed, theirs: Timed, pairs: int) -> Pairs:
    """Time both `pairs` times, in turn, after one of each that does not count."""
    await ours()
    await theirs()
    times = [(await seconds(ours), await seconds(theirs)) for _ in range(pairs)]
    return Pairs(tuple(ours for ours, _ in times), tuple(theirs for _, theirs in times))


async def seconds(timed: Timed) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    await timed()
    return time.perf_counter() - started


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` in a hundred do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def cpu_of_threads(pid: int) -> float:
    """Seconds of CPU that a living process used (proc(5), `schedstat`, nanoseconds)."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


def cpu_of_children() -> float:
    """Seconds of CPU of our children that have ended and been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Stalls:
    """How late the event loop comes to what is due, while a block runs. Seconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._ticking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._ticking = asyncio.create_task(self._tick())
        await asyncio.sleep(10 * TICK)
        self.longest = 0.0
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.sleep(10 * TICK)
        if self._ticking is not None:
            self._ticking.cancel()

    async def _tick(self) -> None:
        now = asyncio.get_running_loop().time
        while True:
            due = now() + TICK
            await asyncio.sleep(TICK)
            self.longest = max(self.longest, now() - due)


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Gives a function that says how many seconds the block took, or takes so far."""
    started = time.perf_counter()
    ended: float | None = None
    try:
        yield lambda: (time.perf_counter() if ended is None else ended) - started
    finally:
        ended = time.perf_counter()
