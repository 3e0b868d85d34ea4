"""What is wrong behind the members of a host's bonds, in sentences."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import groupby

from collectors.reachability_plan import AUTO
from collectors.reachability_record import DOWN, Reach, ReachReading
from collectors.registry import Finding, View


def findings(reading: ReachReading, view: View) -> Iterator[Finding]:
    """By bond and destination: dead uplinks first, then what is unknown or doubtful."""
    for bond, of_bond in groupby(reading.records, lambda reach: reach.bond):
        reaches = tuple(of_bond)
        working = {reach.member for reach in reaches if reach.reachable}
        for _, of_question in groupby(reaches, lambda reach: reach.destination):
            yield from _of_question(bond, tuple(of_question), working)


def _of_question(
    bond: str, reaches: tuple[Reach, ...], working: AbstractSet[str]
) -> Iterator[Finding]:
    dead = [reach for reach in reaches if reach.reachable is False]
    if dead and len(dead) == len(reaches):
        yield _dead_everywhere(bond, dead, working)
    else:
        works = [reach.member for reach in reaches if reach.reachable]
        yield from (_dead_uplink(reach, works) for reach in dead)
    for reach in reaches:
        if reach.reachable is None:
            yield Finding("unknown", bond, _unknown(reach))
        elif reach.reachable and reach.others:
            devices = "another device also answers" if reach.others == 1 else "others also answer"
            text = f"behind {reach.member}, {devices} for {reach.destination}"
            yield Finding("warning", bond, text)


def _dead_everywhere(bond: str, dead: list[Reach], working: AbstractSet[str]) -> Finding:
    """`working` are the members through which any destination of the bond answers."""
    destination = dead[0].destination
    said = "; ".join(f"{reach.member}: {reach.text}" for reach in dead)
    nowhere = f"{destination} answers behind no member ({said})"
    if {reach.member for reach in dead} <= working:
        text = f"{nowhere}, but other destinations do behind all: it is down"
        return Finding("warning", bond, text)
    reasons = {reach.reason for reach in dead}
    if reasons == {"wrong_mac"}:
        return Finding("critical", bond, f"{nowhere}: correct its mac, or find out who answers")
    if reasons <= {*DOWN}:
        return Finding("critical", bond, f"no member has a link ({said})")
    return Finding("critical", bond, f"{nowhere}: it is down, or every uplink is")


def _unknown(reach: Reach) -> str:
    what = "the gateway" if reach.destination == AUTO else reach.destination
    return f"whether {what} answers through {reach.member} is unknown: {reach.text}"


def _dead_uplink(reach: Reach, works: list[str]) -> Finding:
    kind = "active member" if reach.active else "standby member"
    said = f"{reach.destination} does not answer behind {kind} {reach.member} ({reach.text})"
    where = f", it does behind {', '.join(works)}" if works else ""
    todo = "" if reach.reason in DOWN else f": check the switch that {reach.member} leads to"
    return Finding("critical" if reach.active else "warning", reach.bond, said + where + todo)
