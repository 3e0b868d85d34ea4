"""When each path or member went and came back, and which served when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Literal

from exporter.drill.record import Drill, Lane, Span, Tone

USABLE: frozenset[Tone] = frozenset({"good", "standby"})
GONE: frozenset[Tone] = frozenset({"bad", "absent"})
_SAME = 1e-3
"""Seconds; times closer together than this are one."""

Event = Literal["went", "came back", "appeared"]


@dataclass(frozen=True, slots=True)
class Change:
    """A lane became unusable, or usable (again)."""

    lane: str
    event: Event
    after: float
    """When the state before was last seen."""
    at: float
    """When the new one was first seen."""
    state: str


@dataclass(frozen=True, slots=True)
class Served:
    """What served from `start` to `end`; spans of one text are one."""

    text: str
    tone: Tone
    start: float
    end: float
    after: float
    """When what served before was last seen to do so."""


def known(lane: Lane) -> list[Span]:
    """The spans in which its state is known."""
    return [span for span in lane.spans if span.state.tone != "unknown"]


def changes(drill: Drill) -> list[Change]:
    """Of all lanes, in order of time."""
    begin = min((span.start for lane in drill.lanes for span in known(lane)), default=0.0)
    found = [change for lane in drill.lanes for change in _of_lane(lane, begin, drill.holes)]
    return sorted(found, key=lambda change: change.at)


def _of_lane(lane: Lane, begin: float, holes: Sequence[tuple[float, float]]) -> Iterator[Change]:
    """A path that is not in its map yet, before it is for the first time, has not appeared."""
    spans = known(lane)
    there = bool(spans) and spans[0].state.tone != "absent"
    if spans and spans[0].state.tone in USABLE and spans[0].start > begin + _SAME:
        at = spans[0].start
        yield Change(lane.name, "appeared", _seen(at, at, holes), at, spans[0].state.text)
    for before, now in pairwise(spans):
        there = there or before.state.tone in USABLE
        was, usable = before.state.tone in USABLE, now.state.tone in USABLE
        if was == usable:
            continue
        event: Event = "went" if was else "came back" if there else "appeared"
        yield Change(
            *(lane.name, event, _seen(before.end, now.start, holes), now.start, now.state.text)
        )


def _seen(last: float, at: float, holes: Sequence[tuple[float, float]]) -> float:
    """When the state before `at` was last seen: not in a hole that ends in the change."""
    return min([last, *(start for start, end in holes if start <= at <= end + _SAME)])


def went(found: Iterable[Change], lane: str) -> list[tuple[Change, Change | None]]:
    """Each time a lane went, with when it came back: None where it did not."""
    own = [change for change in found if change.lane == lane]
    return [
        (change, later) for change, later in zip_longest(own, own[1:]) if change.event == "went"
    ]


def successors(found: Sequence[Change]) -> dict[str, list[Change]]:
    """For each lane that did not return: the new lane it may be. Several where several were away.

    A replugged controller comes back with other addresses, so its paths have other names.
    """
    waiting: list[str] = []
    come = 0
    new: dict[str, list[Change]] = {}
    for change in found:
        if change.event == "went" and not _returns(found, change):
            waiting.append(change.lane)
        elif change.event == "appeared":
            for lane in waiting:
                new.setdefault(lane, []).append(change)
            come += 1 if waiting else 0
            if come == len(waiting):
                waiting, come = [], 0
    return new


def _returns(found: Sequence[Change], gone: Change) -> bool:
    return any(
        one.lane == gone.lane and one.event == "came back" and one.at > gone.at for one in found
    )


def starts_usable(drill: Drill, found: Iterable[Change]) -> set[str]:
    """Lanes that were usable when they were first seen, and were there from the start."""
    new = {one.lane for one in found if one.event == "appeared"}
    first = {lane.name: spans[0] for lane in drill.lanes if (spans := known(lane))}
    return {name for name, span in first.items() if span.state.tone in USABLE} - new


def ends_in(drill: Drill, tones: frozenset[Tone]) -> set[str]:
    """Lanes whose last state is of one of these tones."""
    return {lane.name for lane in drill.lanes if lane.spans and lane.spans[-1].state.tone in tones}


def served(drill: Drill) -> list[Served]:
    """What served, in order; times in which it is not known are left out."""
    found: list[Served] = []
    for span in known(drill.serving):
        state, last = span.state, found[-1] if found else None
        if last and last.text == state.text and last.tone == state.tone:
            found[-1] = Served(last.text, last.tone, last.start, span.end, last.after)
            continue
        after = _seen(last.end if last else span.start, span.start, drill.holes if last else ())
        found.append(Served(state.text, state.tone, span.start, span.end, after))
    return found
