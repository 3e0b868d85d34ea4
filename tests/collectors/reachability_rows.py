"""Rows of a round of probes as tests name them, and the document that prints them."""

import json
from collections.abc import Iterable
from typing import Any

from collectors.reachability_answer import NO_SENDER, Answer, Row
from collectors.reachability_record import Reach
from collectors.reachability_truth import Question, Verdict, judge

GATEWAY, OWN = "10.255.77.1", "10.255.77.2"
RIGHT, LIAR, THIRD = "5a:00:00:00:00:01", "5a:00:00:00:00:66", "5a:00:00:00:00:03"
RTTS = (0.0004, 0.0002, 0.0009)


def heard(mac: str | None, received: int = 3, rtts: tuple[float, ...] = RTTS) -> Answer:
    """What one device answered."""
    return Answer(mac, received, rtts[:received])


def row(member: str, *answers: Answer | str, **facts: Any) -> Row:
    """Three raw requests through a member; an answer given as a MAC address came three times."""
    given = tuple(heard(one) if isinstance(one, str) else one for one in answers)
    where: dict[str, Any] = {"bond": "bond0", "member": member, "destination": GATEWAY}
    usual = {"way": "raw", "sender": NO_SENDER, "sent": 3, "answers": given}
    return Row(**(where | usual | facts))


def refused(member: str, reason: str, text: str = "why") -> Row:
    """A member through which nothing could be sent."""
    return row(member, sent=0, way=None, reason=reason, text=text)


def control(member: str, *answers: Answer | str) -> Row:
    """What the active member asked with the host's own address."""
    return row(member, *answers, sender=OWN, way="bridge")


def question(*rows: Row, **facts: Any) -> Question:
    """The rows of one destination; the active member is the first one's, unless told."""
    return Question(
        {one.member: one for one in rows if not one.is_control},
        {one.member: one for one in rows if one.is_control},
        **({"active": rows[0].member if rows else None} | facts),
    )


def verdict(*rows: Row, **facts: Any) -> Verdict:
    """What is true of these rows."""
    return judge(question(*rows, **facts))


def reaches(*rows: Row, **facts: Any) -> dict[str, Reach]:
    """The verdict by member."""
    return {reach.member: reach for reach in verdict(*rows, **facts).reaches}


def told(*rows: Row, **facts: Any) -> dict[str, tuple[bool | None, str]]:
    """Verdict and reason by member."""
    found = reaches(*rows, **facts)
    return {member: (reach.reachable, reach.reason) for member, reach in found.items()}


def as_json(one: Row) -> dict[str, Any]:
    """A row as `probe` prints it."""
    return {
        "bond": one.bond,
        "member": one.member,
        "destination": one.destination,
        "vlan": None,
        "way": one.way,
        "device": one.member,
        "sender": one.sender,
        "mac": "02:78:00:00:00:01",
        "sent": one.sent,
        "answers": [
            {"mac": a.mac, "received": a.received, "rtts": list(a.rtts)} for a in one.answers
        ],
        "neighbour": one.neighbour,
        "reason": one.reason,
        "text": one.text,
    }


def document(rows: Iterable[Row], **facts: Any) -> str:
    """What `probe` prints."""
    usual = {"xenlens_host": 1, "python": "2.7.18", "seconds": 0.211, "cpu_seconds": 0.019}
    told = {"rows": [as_json(one) for one in rows], "frames": []}
    return json.dumps(usual | told | facts)
