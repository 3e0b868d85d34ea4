"""What the I/O of a drill shows: failures, gaps, and the times in which none was run."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from exporter.drill.record import Io

LEAST_IDLE = 1.0
"""Seconds; a program that is started anew for every few seconds of I/O pauses for less."""
IDLE_STEPS = 3.0
"""Of the usual time between two operations; longer pauses are times without I/O."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which no operation ended well: one slow operation, or a run of failed ones."""

    start: float
    end: float
    at_least: bool = False
    """It had not ended when the drill, or this stretch of I/O, did."""
    failed: int = 0
    """Operations in it that failed or never ended; 0: one that was slow, but ended well."""

    @property
    def seconds(self) -> float:
        """How long it lasted, as far as is known."""
        return self.end - self.start

    def within(self, start: float, end: float) -> bool:
        """Whether any of it lies between two times."""
        return self.start < end and self.end >= start


@dataclass(frozen=True, slots=True)
class IoFacts:
    """All of a drill's I/O, in seconds since it began."""

    count: int
    errors: tuple[tuple[str, int], ...]
    """What failed, in the words of the system, and how often; the most frequent first."""
    hung: tuple[float, ...]
    """When those began that never ended."""
    median: float | None
    """Seconds of those that ended well."""
    gaps: tuple[Gap, ...]
    """The longest first."""
    idle: tuple[tuple[float, float], ...]
    """Times without I/O."""

    @property
    def failed(self) -> int:
        """How many ended with an error."""
        return sum(count for _, count in self.errors)


def io_facts(io: Sequence[Io], seconds: float) -> IoFacts:
    """Work them out for a drill that lasted `seconds`."""
    ordered = sorted(io, key=lambda one: one.at)
    good = [one.seconds for one in ordered if one.seconds is not None and not one.error]
    longest = idle_after(ordered)
    gaps = (gap for part in stretches(ordered, longest, seconds) for gap in _gaps(part, seconds))
    return IoFacts(
        len(ordered),
        tuple(Counter(one.error for one in ordered if one.error).most_common()),
        tuple(one.at for one in ordered if is_hung(one)),
        median(good) if good else None,
        tuple(sorted(gaps, key=lambda gap: gap.seconds, reverse=True)),
        tuple(_idle(ordered, longest, seconds)),
    )


def is_good(one: Io) -> bool:
    """Whether it ended without an error."""
    return one.seconds is not None and not one.error


def is_hung(one: Io) -> bool:
    """Whether it never ended; a ping without an answer failed."""
    return one.seconds is None and not one.error


def end_of(one: Io, seconds: float) -> float:
    """When it ended; one that never did was still waiting when the drill ended."""
    if is_hung(one):
        return max(one.at, seconds)
    return one.at + (one.seconds or 0.0)


def idle_after(ordered: Sequence[Io]) -> float:
    """The seconds without a new operation from which on it counts as a time without I/O."""
    steps = [after.at - before.at for before, after in pairwise(ordered)]
    return max(LEAST_IDLE, IDLE_STEPS * median(steps)) if steps else LEAST_IDLE


def stretches(ordered: Sequence[Io], longest: float, seconds: float) -> Iterator[Sequence[Io]]:
    """Operations that followed each other without a time without I/O between them."""
    first = 0
    for place in range(1, len(ordered)):
        if ordered[place].at - end_of(ordered[place - 1], seconds) > longest:
            yield ordered[first:place]
            first = place
    if ordered:
        yield ordered[first:]


def _idle(ordered: Sequence[Io], longest: float, seconds: float) -> Iterator[tuple[float, float]]:
    ends = [0.0, *(end_of(one, seconds) for one in ordered)]
    starts = [*(one.at for one in ordered), seconds]
    for end, start in zip(ends, starts, strict=True):
        if start - end > longest:
            yield end, start


def _gaps(part: Sequence[Io], seconds: float) -> Iterator[Gap]:
    """Every operation that ended well, and every run of those that did not."""
    last: Io | None = None
    run: list[Io] = []
    for one in part:
        if not is_good(one):
            run.append(one)
            continue
        if run:
            yield _run(last, run, one, seconds)
            run = []
        yield Gap(one.at, end_of(one, seconds))
        last = one
    if run:
        yield _run(last, run, None, seconds)


def _run(before: Io | None, run: Sequence[Io], after: Io | None, seconds: float) -> Gap:
    """From the last that ended well to the next; as far as is known where there is none."""
    start = run[0].at if before is None else min(end_of(before, seconds), run[0].at)
    end = max(end_of(one, seconds) for one in run) if after is None else end_of(after, seconds)
    return Gap(start, max(start, end), after is None, len(run))


def longest_within(gaps: Iterable[Gap], start: float, end: float) -> Gap | None:
    """The longest gap of which any part lies between two times; `gaps` has the longest first."""
    return next((gap for gap in gaps if gap.within(start, end)), None)
