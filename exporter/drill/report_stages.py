"""What followed each mark of a drill, until the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from exporter.drill.record import Drill, Note
from exporter.drill.report_io import Gap, IoFacts, longest_within
from exporter.drill.report_lanes import Change, changes, served
from exporter.drill.report_words import NOUNS, Clock, around, counted, cut, lasted, plain, since

FIRST_LINES, LAST_LINES = 80, 20
"""Log lines of a stage that a report shows; the record of the drill has all."""
MOST_EVENTS = 60
_LINE = 400
"""Characters of a log line that are shown."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The time from one mark to the next. The first has no mark: what was before all marks."""

    number: int
    """Of the mark, from 1; 0 for the time before the first."""
    text: str
    start: float
    end: float

    def has(self, at: float) -> bool:
        """Whether a time lies in it."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Told:
    """A stage in words."""

    title: str
    when: str
    said: tuple[str, ...]
    log: tuple[str, ...]


def marks(drill: Drill) -> list[Note]:
    """What a person said, in order of time."""
    return sorted((n for n in drill.notes if n.source == "mark"), key=lambda note: note.at)


def stages(drill: Drill) -> list[Stage]:
    """All of them; what was before the first mark includes what was before the drill."""
    found = marks(drill)
    starts = [float("-inf"), *(mark.at for mark in found), float("inf")]
    texts = ["", *(mark.text for mark in found)]
    return [
        Stage(number, text, start, end)
        for number, (text, (start, end)) in enumerate(zip(texts, pairwise(starts), strict=True))
    ]


def told(drill: Drill, facts: IoFacts, clock: Clock) -> list[Told]:
    """Every stage in words; the one before the first mark only where something happened in it."""
    found = [(stage, _told(drill, facts, clock, stage)) for stage in stages(drill)]
    return [words for stage, words in found if stage.number or words.said or words.log]


def _told(drill: Drill, facts: IoFacts, clock: Clock, stage: Stage) -> Told:
    events = [*_lanes(drill, stage), *_serving(drill, stage), *_alerts(drill, stage)]
    events += _blind(drill, facts, stage)
    said = [words for _, words in sorted(events, key=lambda event: event[0])]
    said = [*said[:MOST_EVENTS], *_left_out(len(said) - MOST_EVENTS, "event")]
    start, end = max(0.0, stage.start), min(drill.seconds, stage.end)
    if stage.number:
        said = [*(said or [_nothing(drill)]), _io(drill, facts, stage)]
        title = f"{stage.number}. {stage.text}"
    else:
        title = "Before the first mark" if marks(drill) else "The whole drill"
    when = f"{clock.both(start)}, {since(max(0.0, end - start))} long"
    return Told(title, when, tuple(said), tuple(_log(drill, clock, stage)))


def _nothing(drill: Drill) -> str:
    nouns = NOUNS[drill.kind]
    return f"no {nouns.lane} was seen to go or come back, nor what served to change"


def _after(stage: Stage, at: float, seen: float) -> str:
    """How long after the mark something was seen, and since when it may have been so."""
    origin = max(0.0, stage.start)
    what = "the mark" if stage.number else "the drill began"
    when = around(at - origin, what)
    if at - seen > 1.0:
        return f"by {when}, not seen since {around(seen - origin, what)}"
    return when


def _lanes(drill: Drill, stage: Stage) -> Iterator[tuple[float, str]]:
    for one in changes(drill):
        if stage.has(one.at):
            yield (
                one.at,
                f"{one.lane} {_verb(one)} {_after(stage, one.at, one.after)} ({one.state})",
            )


def _verb(change: Change) -> str:
    return "appeared for the first time" if change.event == "appeared" else change.event


def _serving(drill: Drill, stage: Stage) -> Iterator[tuple[float, str]]:
    for before, now in pairwise(served(drill)):
        if stage.has(now.start) and before.text != now.text:
            when = _after(stage, now.start, now.after)
            yield now.start, f'serving changed from "{before.text}" to "{now.text}" {when}'


def _alerts(drill: Drill, stage: Stage) -> Iterator[tuple[float, str]]:
    for alert in drill.alerts:
        for at, what in (
            (alert.pending_at, "became pending"),
            (alert.firing_at, "would have fired"),
            (alert.resolved_at, "ended"),
        ):
            if at is not None and stage.has(at):
                yield at, f"alert {alert.name} {what} {_after(stage, at, at)}"


def _blind(drill: Drill, facts: IoFacts, stage: Stage) -> Iterator[tuple[float, str]]:
    """The parts of it that nobody saw, and those without I/O."""
    idle = [(*time, f"no {NOUNS[drill.kind].io} was under way") for time in facts.idle]
    unseen = [(*hole, "no sample, nothing is known") for hole in drill.holes]
    for start, end, what in [*unseen, *(idle if facts.count else ())]:
        first, last = max(start, stage.start), min(end, stage.end)
        if first < last:
            yield first, f"{what} for {lasted(last - first)}, begun {_after(stage, first, first)}"


def _io(drill: Drill, facts: IoFacts, stage: Stage) -> str:
    """The slowest, what failed, and what never ended."""
    nouns = NOUNS[drill.kind]
    here = [one for one in drill.io if stage.has(one.at)]
    gap = longest_within(facts.gaps, stage.start, stage.end)
    if gap is None:
        return f"no {nouns.io} was recorded"
    failed = sum(bool(one.error) for one in here)
    parts = [
        f"{failed or 'none'} of {counted(len(here), nouns.io)} failed"
        if here
        else f"no {nouns.io} began"
    ]
    hung = sum(stage.has(at) for at in facts.hung)
    parts += [f"{counted(hung, nouns.io)} never {nouns.ends}"] if hung else []
    return "; ".join([*parts, _gap(gap, stage.start, nouns.io)])


def _gap(gap: Gap, mark: float, noun: str) -> str:
    when = around(gap.start - mark, "the mark")
    least = "at least " if gap.at_least else ""
    if gap.failed:
        return f"longest time without a good {noun}: {least}{lasted(gap.seconds)}, begun {when}"
    return f"slowest {noun}: {lasted(gap.seconds)}, begun {when}"


def _log(drill: Drill, clock: Clock, stage: Stage) -> Iterator[str]:
    """As an operator would copy them from the host; the middle of very many is left out."""
    notes = (note for note in drill.notes if note.source != "mark" and stage.has(note.at))
    found = sorted(notes, key=lambda note: note.at)
    left_out = len(found) - FIRST_LINES - LAST_LINES
    if left_out <= 0:
        yield from (_line(note, clock) for note in found)
        return
    yield from (_line(note, clock) for note in found[:FIRST_LINES])
    yield from _left_out(left_out, "line")
    yield from (_line(note, clock) for note in found[-LAST_LINES:])


def _left_out(count: int, noun: str) -> Iterator[str]:
    if count > 0:
        yield f"… {counted(count, noun)} left out; drill.json has all …"


def _line(note: Note, clock: Clock) -> str:
    return f"{clock.exact(note.at)} {plain(note.source)}: {cut(plain(note.text), _LINE)}"
