"""The findings of a drill: what a tired operator has to know, from what was recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from exporter.drill.record import Drill
from exporter.drill.report_io import Gap, IoFacts
from exporter.drill.report_lanes import (
    GONE,
    USABLE,
    Change,
    changes,
    ends_in,
    served,
    starts_usable,
    successors,
)
from exporter.drill.report_stages import marks
from exporter.drill.report_words import (
    NOUNS,
    around,
    counted,
    cut,
    lasted,
    listed,
    sentence,
    since,
)

Weight = Literal["good", "bad", "unknown", "plain"]
_MARK = 60
"""Characters of a mark's text within a sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and whether it is good news."""

    weight: Weight
    text: str


def findings(drill: Drill, facts: IoFacts) -> list[Finding]:
    """The most important first: I/O, paths or members, what serves, alerts, what is not known."""
    found = [
        Finding("plain", f"{counted(len(marks(drill)), 'mark')} in {lasted(drill.seconds)}"),
        *(_io(drill, facts), *_gap(drill, facts), *_lanes(drill), *_serving(drill)),
        *(*_alerts(drill), *_not_known(drill, facts)),
    ]
    return [Finding(one.weight, sentence(one.text)) for one in found]


def _io(drill: Drill, facts: IoFacts) -> Finding:
    nouns = NOUNS[drill.kind]
    if not facts.count:
        return Finding("unknown", "no I/O was recorded: whether it would have failed is not known")
    parts = [f"{error} ({count})" for error, count in facts.errors[:3]]
    parts += ["other errors"] if len(facts.errors) > len(parts) else []
    said = [f"{facts.failed} of {counted(facts.count, nouns.io)} failed: {listed(parts)}"]
    said = said if facts.failed else []
    if facts.hung:
        first = "it began" if len(facts.hung) == 1 else "the first began"
        hung = f"{counted(len(facts.hung), nouns.io)} never {nouns.ends}"
        said.append(f"{hung}; {first} {since(facts.hung[0])} after the drill did")
    if said:
        return Finding("bad", "; ".join(said))
    return Finding("good", f"none of {counted(facts.count, nouns.io)} failed")


def _gap(drill: Drill, facts: IoFacts) -> Iterator[Finding]:
    if not facts.gaps:
        return
    gap, noun = facts.gaps[0], NOUNS[drill.kind].io
    what = f"without a good {noun}" if gap.failed else f"one slow {noun}"
    least = "at least " if gap.at_least else ""
    usual = "" if facts.median is None else f"; the median {noun} took {lasted(facts.median)}"
    text = f"the longest gap was {least}{lasted(gap.seconds)} ({what}), {_when(drill, gap)}{usual}"
    yield Finding("bad" if gap.failed else "plain", text)


def _when(drill: Drill, gap: Gap) -> str:
    """By the last mark before it was over, that is: people mark a little late."""
    found = [(n, mark) for n, mark in enumerate(marks(drill), 1) if mark.at <= gap.end]
    if not found:
        return f"begun {since(gap.start)} after the drill did"
    number, mark = found[-1]
    return f"begun {around(gap.start - mark.at, f'mark {number}')} ({cut(mark.text, _MARK)})"


def _lanes(drill: Drill) -> Iterator[Finding]:
    nouns = NOUNS[drill.kind]
    if not drill.lanes:
        yield Finding("unknown", f"no {nouns.lane} was recorded")
        return
    found, unknown = changes(drill), ends_in(drill, frozenset({"unknown"}))
    if unknown:
        yield Finding("unknown", f"the state of {listed(sorted(unknown))} at the end is not known")
    elif not found:
        yield Finding("plain", f"no {nouns.lane} was seen to go")
    else:
        yield _returned(drill, found)
    ill = ends_in(drill, GONE) - {one.lane for one in found}
    if ill:
        yield Finding("bad", f"unusable from start to end: {listed(sorted(ill))}")


def _returned(drill: Drill, found: Sequence[Change]) -> Finding:
    """Whether every lane came back, under its own name or as a new one."""
    nouns, before, after = NOUNS[drill.kind], starts_usable(drill, found), ends_in(drill, USABLE)
    missing = {one.lane for one in found} - after
    new = {one.lane for one in found if one.event == "appeared"} & after
    lost = missing - successors(found).keys()
    count = f"{counted(len(after), nouns.lane)} usable at the end, {len(before)} at the start"
    if lost or len(after) < len(before):
        names = listed(sorted(lost or missing))
        return Finding("bad", f"{count}; not seen to come back: {names}")
    if not missing and not new:
        return Finding("good", f"all {nouns.lane}s that went came back: {count}")
    under = f", {len(new)} under a new {nouns.name}" if missing else f", and {len(new)} more came"
    return Finding("good", f"all {nouns.lane}s that went came back{under}: {count}")


def _last(drill: Drill) -> str:
    """Whether the end was seen."""
    spans = drill.serving.spans
    blind = not spans or spans[-1].state.tone == "unknown" or spans[-1].end < drill.seconds - 1.0
    return "when last seen" if blind else "at the end"


def _serving(drill: Drill) -> Iterator[Finding]:
    found, nouns = served(drill), NOUNS[drill.kind]
    if not found:
        yield Finding("unknown", f"which {nouns.serving} served is not known")
        return
    nothing = sum(one.end - one.start for one in found if one.tone in GONE)
    if nothing:
        yield Finding("bad", f"no {nouns.serving} served for {lasted(nothing)}")
    carried = [one for one in found if one.tone not in GONE]
    if found[-1].tone in GONE:
        yield Finding("bad", f"no {nouns.serving} serves {_last(drill)}")
    elif carried == found and all(one.text == found[0].text for one in found):
        yield Finding("plain", f'"{found[0].text}" served all the time that is known')
    elif carried[0].text == found[-1].text:
        yield Finding("good", f'"{found[-1].text}" serves {_last(drill)}, as at the start')
    else:
        start = f'at the start it was "{carried[0].text}"'
        yield Finding("plain", f'"{found[-1].text}" serves {_last(drill)}; {start}')


def _alerts(drill: Drill) -> Iterator[Finding]:
    fired = [alert for alert in drill.alerts if alert.firing_at is not None]
    pending = len(drill.alerts) - len(fired)
    text = f"{counted(len(fired), 'alert')} would have fired"
    yield Finding("plain", text + (f", {pending} only became pending" if pending else ""))


def _not_known(drill: Drill, facts: IoFacts) -> Iterator[Finding]:
    noun = NOUNS[drill.kind].io
    if drill.holes:
        text = f"the host gave no sample for {_in_all(drill.holes)}: what happened then"
        yield Finding("unknown", f"{text} is not known")
    if facts.count and facts.idle:
        text = f"no {noun} was under way for {_in_all(facts.idle)}: whether it would have failed"
        yield Finding("unknown", f"{text} then is not known")


def _in_all(times: Sequence[tuple[float, float]]) -> str:
    """`12 s`, `30 s in 3 parts`."""
    parts = f" in {len(times)} parts" if len(times) > 1 else ""
    return lasted(sum(end - start for start, end in times)) + parts
