"""What is wrong behind the members of a host's bonds, in sentences."""

from collections.abc import Iterator
from itertools import groupby

from collectors.reachability_record import DOWN, Reach, ReachReading
from collectors.registry import Finding, View


def findings(reading: ReachReading, view: View) -> Iterator[Finding]:
    """By bond and destination: dead uplinks first, then what is unknown or doubtful."""
    for (bond, destination), reaches in groupby(reading.records, _question):
        yield from _of_question(bond, destination, tuple(reaches))


def _question(reach: Reach) -> tuple[str, str]:
    return reach.bond, reach.destination


def _of_question(bond: str, destination: str, reaches: tuple[Reach, ...]) -> Iterator[Finding]:
    dead = [reach for reach in reaches if reach.reachable is False]
    works = [reach.member for reach in reaches if reach.reachable]
    if dead and len(dead) == len(reaches):
        said = "; ".join(f"{reach.member}: {reach.text}" for reach in dead)
        text = f"{destination} answers behind no member ({said}): it is down, or every uplink is"
        yield Finding("critical", bond, text)
    else:
        yield from (_dead_uplink(reach, works) for reach in dead)
    for reach in reaches:
        if reach.reachable is None:
            text = f"whether {destination} answers through {reach.member} is unknown: {reach.text}"
            yield Finding("unknown", bond, text)
        elif reach.reachable and reach.others:
            text = f"behind {reach.member}, {reach.others} other device(s) also answer for"
            yield Finding("warning", bond, f"{text} {destination}")


def _dead_uplink(reach: Reach, works: list[str]) -> Finding:
    kind = "active member" if reach.active else "standby member"
    said = f"{reach.destination} does not answer behind {kind} {reach.member} ({reach.text})"
    where = f", it does behind {', '.join(works)}" if works else ""
    todo = "" if reach.reason in DOWN else f": check the switch that {reach.member} leads to"
    return Finding("critical" if reach.active else "warning", reach.bond, said + where + todo)
