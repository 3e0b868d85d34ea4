"""What one look at a bond shows: the state of every member, and which of them carries traffic."""

import re
from collections.abc import Iterator, Mapping

from collectors.bond_show import Bond, Member
from exporter.drill.record import State, Tone
from exporter.drill.subject import Sample

NO_MEMBER = State("no member", "bad")
NOT_THERE = State("no such bond", "absent")
_CARRIER = re.compile(r"^/sys/class/net/([^/]+)/carrier:([01])$", re.MULTILINE)


def carrier_words(bond: Bond) -> tuple[str, ...]:
    """The command that prints the carrier of every member, a line each (sysfs-class-net)."""
    return ("grep", "-H", "", *(f"/sys/class/net/{one.name}/carrier" for one in bond.members))


def carriers_in(text: str) -> Mapping[str, bool]:
    """Carrier by member. One that is not up, or is no device of Linux, has no line."""
    return {name: digit == "1" for name, digit in _CARRIER.findall(text)}


def sample_of(bond: Bond | None, carriers: Mapping[str, bool]) -> Sample:
    """The members as lanes, and what serves. None for a bond that is no longer there."""
    if bond is None:
        return Sample({}, NOT_THERE)
    lanes = {one.name: _state(bond, one, carriers.get(one.name)) for one in bond.members}
    return Sample(lanes, _serving(bond))


def _state(bond: Bond, member: Member, carrier: bool | None) -> State:
    return State(", ".join(_words(member, carrier)), _tone(bond, member))


def _words(member: Member, carrier: bool | None) -> Iterator[str]:
    """The member's state, and what differs from it: that is what a running delay will change."""
    yield {True: "enabled", False: "disabled", None: "unknown"}[member.enabled]
    if member.active:
        yield "active"
    if member.may_enable is not None and member.may_enable != member.enabled:
        yield f"may_enable: {str(member.may_enable).lower()}"
    if carrier is not None and carrier != member.enabled:
        yield "carrier" if carrier else "no carrier"


def _tone(bond: Bond, member: Member) -> Tone:
    if member.enabled is None:
        return "unknown"
    if not member.enabled:
        return "bad"
    return "good" if _carries(bond, member) else "standby"


def _carries(bond: Bond, member: Member) -> bool:
    """The active member does; in other modes than active-backup every enabled one."""
    return bool(member.enabled) and (member.active or bond.mode != "active-backup")


def _serving(bond: Bond) -> State:
    carrying = [member.name for member in bond.members if _carries(bond, member)]
    if carrying:
        return State(", ".join(carrying), "good")
    if any(member.enabled is None for member in bond.members):
        return State("unknown", "unknown")
    return NO_MEMBER
