"""The tables of a drill's report."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from exporter.drill.record import Drill, Lane, WouldFire
from exporter.drill.report_io import Gap, IoFacts
from exporter.drill.report_lanes import USABLE, Change, changes, known, served, successors, went
from exporter.drill.report_stages import marks
from exporter.drill.report_words import NOUNS, Clock, around, lasted, listed, since

ROWS = 100
"""Of one table that are shown."""
LONGEST = 5
"""Gaps that are listed."""
_NOTABLE = 10.0
"""Times the median, from which on a slow operation is listed beside the slowest."""
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `empty` is said instead where it has no rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str
    left_out: int = 0
    """Rows that were too many to be read; the record of the drill has all."""


def tables(drill: Drill, facts: IoFacts, clock: Clock) -> list[Table]:
    """In the order in which they are read."""
    found = [
        _lanes(drill, clock),
        _serving(drill, clock),
        _gaps(drill, facts, clock),
        _alerts(drill, clock),
        _unknown(drill, facts, clock),
        Table("What stood fixed", ("Name", "Value"), drill.facts, "Nothing was recorded."),
    ]
    return [replace(one, rows=one.rows[:ROWS], left_out=len(one.rows[ROWS:])) for one in found]


def _lanes(drill: Drill, clock: Clock) -> Table:
    nouns, found = NOUNS[drill.kind], changes(drill)
    rows = [row for lane in drill.lanes for row in _lane(lane, found, clock)]
    heads = (nouns.lane.capitalize(), "There", "Went", "Came back", "Away for")
    title = f"When each {nouns.lane} went and came back"
    return Table(title, heads, tuple(rows), f"No {nouns.lane} was recorded.")


def _lane(lane: Lane, found: list[Change], clock: Clock) -> Iterator[tuple[str, ...]]:
    """A row for each time it went; one for a lane that never did."""
    own = [change for change in found if change.lane == lane.name]
    new = next((change for change in own if change.event == "appeared"), None)
    first = _first(lane) if new is None else f"new: {_seen(new, clock)}"
    times = went(found, lane.name)
    if not times:
        back = [_seen(change, clock) for change in own if change.event == "came back"]
        yield lane.name, first, "no", "".join(back), ""
    for gone, back_at in times:
        yield lane.name, first, _seen(gone, clock), *_back(gone, back_at, found, clock)


def _first(lane: Lane) -> str:
    spans = known(lane)
    if not spans:
        return "not known"
    when = "from the start" if spans[0].start <= 1.0 else f"from {since(spans[0].start)} on"
    usable = spans[0].state.tone in USABLE
    return when if usable else f"{when}, but unusable: {spans[0].state.text}"


def _seen(change: Change, clock: Clock) -> str:
    late = change.at - change.after > 1.0
    return clock.both(change.at) + (f", or from {since(change.after)} on" if late else "")


def _back(gone: Change, back: Change | None, found: list[Change], clock: Clock) -> tuple[str, str]:
    """Under its own name, or as the one new lane it can be, or perhaps as one of several."""
    if back is not None:
        return _seen(back, clock), lasted(back.at - gone.at)
    match successors(found).get(gone.lane, []):
        case []:
            return "no", ""
        case [one]:
            return f"as {one.lane}, {_seen(one, clock)}", lasted(one.at - gone.at)
        case several:
            names = [one.lane for one in several[:_NAMED]]
            names += [f"{len(several) - _NAMED} more"] if len(several) > _NAMED else []
            return f"perhaps as one of {listed(names)}", ""


def _serving(drill: Drill, clock: Clock) -> Table:
    nouns = NOUNS[drill.kind]
    rows = tuple(
        (one.text, clock.both(one.start), clock.both(one.end), lasted(one.end - one.start))
        for one in served(drill)
    )
    heads = (nouns.serving.capitalize(), "From", "Until", "For")
    return Table("Which served when", heads, rows, "What served is not known.")


def _gaps(drill: Drill, facts: IoFacts, clock: Clock) -> Table:
    noun = NOUNS[drill.kind].io
    rows = tuple(
        (
            f"{'at least ' if gap.at_least else ''}{lasted(gap.seconds)}",
            clock.both(gap.start),
            _mark(drill, gap.start, gap.end),
            f"{gap.failed} in a row failed or never ended" if gap.failed else f"one slow {noun}",
        )
        for gap in _notable(facts)
    )
    title = f"The longest gaps of {drill.io_name or 'I/O'}"
    return Table(title, ("Gap", "Began", "Mark", "What"), rows, "No I/O was recorded.")


def _notable(facts: IoFacts) -> list[Gap]:
    """The longest in any case, and others that failed or were far slower than usual."""
    first, others = facts.gaps[:1], facts.gaps[1:LONGEST]
    slow = _NOTABLE * (facts.median or 0.0)
    return [*first, *(gap for gap in others if gap.failed or gap.seconds > slow)]


def _mark(drill: Drill, at: float, end: float) -> str:
    """When, seen from the last mark before `end`."""
    found = [(number, mark.at) for number, mark in enumerate(marks(drill), 1) if mark.at <= end]
    return around(at - found[-1][1], f"mark {found[-1][0]}") if found else "before all marks"


def _alerts(drill: Drill, clock: Clock) -> Table:
    heads = ("Alert", "Severity", "Labels", "Pending", "Would have fired", "Ended")
    rows = tuple(_alert(drill, alert, clock) for alert in drill.alerts)
    return Table("Alerts of the bundled rules", heads, rows, "None would have become pending.")


def _alert(drill: Drill, alert: WouldFire, clock: Clock) -> tuple[str, ...]:
    labels = ", ".join(f"{name}={value}" for name, value in alert.labels)
    ended = "no" if alert.resolved_at is None else clock.both(alert.resolved_at)
    fired = "no, still pending at the end" if alert.resolved_at is None else "no, ended before"
    if alert.firing_at is not None:
        fired = f"{clock.both(alert.firing_at)}, {_mark(drill, alert.firing_at, alert.firing_at)}"
    return alert.name, alert.severity, labels, clock.both(alert.pending_at), fired, ended


def _unknown(drill: Drill, facts: IoFacts, clock: Clock) -> Table:
    found = [(*hole, "no sample: the host did not answer") for hole in drill.holes]
    noun = NOUNS[drill.kind].io
    found += [(*idle, f"no {noun} was under way") for idle in facts.idle]
    rows = tuple(
        (clock.both(start), clock.both(end), lasted(end - start), what)
        for start, end, what in sorted(found)
    )
    return Table("What is not known", ("From", "Until", "For", "What"), rows, "No such time.")
