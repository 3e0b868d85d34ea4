"""Samples over time become lanes: which state held from when to when, and where nobody looked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from exporter.drill.record import Lane, Span, State
from exporter.drill.subject import Sample

ABSENT = State("not there", "absent")
UNKNOWN = State("unknown", "unknown")
LONGEST_INTERVALS = 3.0
LONGEST_SECONDS = 2.0
"""Without a sample for longer than both, what held meanwhile is not known."""

Change = tuple[float, State]
"""From this time on, this state."""
Hole = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Look:
    """A sample, and when it came: what it shows was so by then."""

    at: float
    sample: Sample


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the samples of a drill show."""

    serving: Lane
    lanes: tuple[Lane, ...]
    holes: tuple[Hole, ...]


def timeline(looks: Sequence[Look], ends: float, every: float, serving: str) -> Timeline:
    """The lanes from 0 to `ends`, of samples in order of time that came `every` seconds.

    `serving` names the lane of what served. The first sample speaks for the moment before it.
    """
    holes = holes_of([look.at for look in looks], ends, every)
    names = dict.fromkeys(name for look in looks for name in look.sample.lanes)
    starts = _starts(looks, holes)

    def lane(name: str, states: Iterable[State]) -> Lane:
        changes = [*zip(starts, states, strict=True), *((start, UNKNOWN) for start, _ in holes)]
        return Lane(name, spans_of(changes, ends))

    return Timeline(
        lane(serving, (look.sample.serving for look in looks)),
        tuple(
            lane(name, (look.sample.lanes.get(name, ABSENT) for look in looks)) for name in names
        ),
        holes,
    )


def _starts(looks: Sequence[Look], holes: Sequence[Hole]) -> list[float]:
    """From when each sample holds."""
    starts = [look.at for look in looks]
    if starts and not (holes and holes[0][0] == 0.0):
        starts[0] = 0.0
    return starts


def holes_of(times: Sequence[float], ends: float, every: float) -> tuple[Hole, ...]:
    """Where samples at `times` leave a hole before `ends`: from when the next one was due."""
    longest = max(LONGEST_INTERVALS * every, LONGEST_SECONDS)
    first = times[0] if times else ends
    holes = [(0.0, first)] if first > longest or not times else []
    holes += [(a + every, b) for a, b in pairwise([*times, ends]) if b - a > longest]
    return tuple(holes)


def spans_of(changes: Iterable[Change], ends: float) -> tuple[Span, ...]:
    """Each state to the next that differs. Of changes at one time the last in order counts."""
    ordered = sorted(changes, key=lambda change: change[0])
    end = (ends, UNKNOWN)
    lasting = [a for a, b in pairwise([*ordered, end]) if a[0] < b[0]]
    differing = (next(equal) for _, equal in groupby(lasting, key=lambda change: change[1]))
    return tuple(Span(at, to, state) for (at, state), (to, _) in pairwise([*differing, end]))
