"""Who is the destination? An answer proves nothing while anybody may have given it.

A device on a dead switch can answer for an address that lies behind it (proxy ARP). So the answers
of all members are held against each other and against the MAC address that was agreed upon before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median

from collectors.reachability_answer import Row
from collectors.reachability_record import DOWN, Reach

OPENFLOW = "openflow"
Mac = str | None


@dataclass(frozen=True, slots=True)
class Question:
    """One destination of one bond with what came back through each member."""

    rows: Mapping[str, Row]
    """By member."""
    controls: Mapping[str, Row]
    """By member: what the active one asked with the host's own address."""
    active: str | None = None
    certain: str | None = None
    """The MAC address that the operator configured."""
    remembered: str | None = None
    """The MAC address on which members agreed before."""
    answered_before: bool = False
    """Whether any member ever reached it."""

    def heard(self, member: str) -> frozenset[Mac]:
        """Who answered this member."""
        rows = (self.rows.get(member), self.controls.get(member))
        return frozenset(a.mac for row in rows if row for a in row.answers if a.received)

    @property
    def neighbour(self) -> Mac:
        """What the host's own ARP table has; a liar may have put it there."""
        return next((row.neighbour for row in self.rows.values()), None)

    @property
    def measured(self) -> tuple[str, ...]:
        """The members through which requests went out."""
        return tuple(member for member, row in self.rows.items() if row.reason is None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is true of one question."""

    reaches: tuple[Reach, ...]
    agreed: str | None = None
    """The MAC address that two members heard and no member contradicts."""


@dataclass(frozen=True, slots=True)
class _Destination:
    """Whose answers count. Doubtful: which of several devices is the destination is not known."""

    mac: Mac = None
    doubt: str = ""


def judge(question: Question) -> Verdict:
    """Reachable, not reachable or unknown, for every member."""
    destination = _destination(question)
    reaches = tuple(_of_member(question, member, destination) for member in question.rows)
    return Verdict(reaches, _agreed(question))


def _destination(question: Question) -> _Destination:
    by_member = [question.heard(member) for member in question.measured]
    everyone = frozenset[Mac]().union(*by_member)
    remembered = question.remembered
    if question.certain is not None:
        # A gateway's frames may bear another source address than its answers claim (VRRP).
        nameless = None in everyone and question.certain not in everyone
        return _Destination(question.certain, "nameless" if nameless else "")
    if not everyone or (remembered is not None and remembered in everyone):
        return _Destination(remembered)
    if len(everyone) > 1:
        return _Destination(doubt="several_macs")
    (only,) = everyone
    if only is None:
        return _Destination(doubt="nameless")
    everybody = len(by_member) > 1 and all(by_member)
    if remembered is None and (question.neighbour in (None, only) or everybody):
        return _Destination(only)
    return _Destination(doubt="another_mac")


def _agreed(question: Question) -> str | None:
    """One member alone may be the one that hears a liar."""
    heard = [macs for member in question.measured if (macs := question.heard(member))]
    if len(heard) < 2 or len(set(heard)) > 1 or len(heard[0]) > 1:
        return None
    (mac,) = heard[0]
    return mac


def _of_member(question: Question, member: str, destination: _Destination) -> Reach:
    row = question.rows[member]
    reach = Reach(
        row.bond,
        member,
        row.destination,
        member == question.active,
        None,
        way=row.way,
        sent=row.sent,
    )
    if row.reason is not None:
        known = False if row.reason in DOWN else None
        return replace(reach, reachable=known, reason=row.reason, text=row.text)
    heard = question.heard(member)
    if not heard:
        return _silent(question, reach, destination)
    if destination.doubt:
        text = f"answered by {_listed(heard)}; {_why(question, destination.doubt)}"
        return replace(reach, reason=destination.doubt, text=text)
    if destination.mac not in heard:
        whose = f"; the destination is {destination.mac}" if destination.mac else ""
        text = f"answered by {_listed(heard)}{whose}"
        wrong = replace(reach, reachable=False, reason="wrong_mac", text=text)
        return replace(wrong, received=_none_of(reach), others=len(heard))
    return _answered(question, reach, destination.mac)


def _why(question: Question, doubt: str) -> str:
    """What makes it doubtful, and what would settle it."""
    if doubt == "several_macs":
        return "several devices claim the address: configure the right one's mac"
    if doubt == "nameless" and question.certain is None:
        return "OpenFlow does not tell whose answer that was: configure the destination's mac"
    if doubt == "nameless":
        return f"nothing came from the configured {question.certain}: correct it, or set way: raw"
    if question.remembered is None:
        return f"the host's own ARP table has {question.neighbour}: configure the right mac"
    return f"it was {question.remembered} before: configure the right mac, or wait a few rounds"


def _silent(question: Question, reach: Reach, destination: _Destination) -> Reach:
    """Nobody answered: a dead path, unless such probes are not answered at all."""
    objected = any(any(a.received for a in row.answers) for row in question.controls.values())
    mac = destination.mac
    answers = (a for row in question.rows.values() for a in row.answers if a.received)
    is_heard = not destination.doubt and any(answer.mac == mac for answer in answers)
    if objected and not is_heard:
        text = "a switch or the destination answers no probe with sender 0.0.0.0"
        return replace(reach, reason="sender_refused", text=text)
    known = question.answered_before or question.remembered is not None
    if not (is_heard or known or question.controls):
        text = "it never answered: is the address right, does it answer sender 0.0.0.0?"
        return replace(reach, reason="never_answered", text=text)
    text = f"{reach.sent} requests, no answer"
    dead = replace(reach, reachable=False, reason="no_answer", text=text)
    return replace(dead, received=_none_of(reach))


def _none_of(reach: Reach) -> int | None:
    return None if reach.way == OPENFLOW else 0


def _answered(question: Question, reach: Reach, mac: Mac) -> Reach:
    rows = filter(None, (question.rows[reach.member], question.controls.get(reach.member)))
    row, answer = next(
        (row, answer)
        for row in rows
        for answer in row.answers
        if answer.mac == mac and answer.received
    )
    return replace(
        reach,
        reachable=True,
        sent=row.sent,
        received=None if reach.way == OPENFLOW else answer.received,
        rtt=median(answer.rtts) if answer.rtts else None,
        others=len(question.heard(reach.member)) - 1,
    )


def _listed(macs: frozenset[Mac]) -> str:
    return ", ".join(sorted(mac or "a device that OpenFlow does not name" for mac in macs))
