"""Whether a bond's active member is the best one, by what each member proves to reach.

A member is better if it provably reaches all that the active one reaches or may reach, and either
is the preferred one or reaches more. Two members are never better than each other: no ping-pong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Way = Mapping[str, bool | None]
"""By destination, whether it answers; None where that is unknown."""


@dataclass(frozen=True, slots=True)
class Members:
    """A bond's members. `usable` are enabled and not kept out by LACP, CFM or BFD."""

    bond: str
    active: str | None
    preferred: str | None
    usable: tuple[str, ...]
    ways: Mapping[str, Way]

    @property
    def destinations(self) -> tuple[str, ...]:
        """All that were asked for, through whatever member."""
        return tuple(sorted({name for way in self.ways.values() for name in way}))

    @property
    def candidates(self) -> tuple[str, ...]:
        """The usable members beside the active one."""
        return tuple(name for name in self.usable if name != self.active)

    def way(self, member: str | None) -> Way:
        """What a member reaches; without an active member nothing is reached."""
        if member is None:
            return dict.fromkeys(self.destinations, False)
        return {name: self.ways.get(member, {}).get(name) for name in self.destinations}

    def pairs(self, member: str) -> set[tuple[bool | None, bool | None]]:
        """For each destination, whether the active member and this one reach it."""
        own, other = self.way(self.active), self.way(member)
        return {(own[name], other[name]) for name in self.destinations}

    def is_better(self, member: str) -> bool:
        """Whether this member provably serves better than the active one."""
        pairs = self.pairs(member)
        loses_nothing = all(other is True for own, other in pairs if own is not False)
        reaches = any(other for _, other in pairs)
        return loses_nothing and reaches and (member == self.preferred or (False, True) in pairs)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be said of the active member. `best` is None where that is not known."""

    verdict: Literal["faulty", "healthy", "unclear"]
    text: str
    best: str | None = None
    reason: str = ""


def choose(members: Members) -> Choice:
    """The best member, where there is a proof."""
    better = [name for name in members.candidates if members.is_better(name)]
    if better:
        best = max(better, key=lambda name: (_reached(members, name), name == members.preferred))
        return Choice("faulty", _better(members, best), best)
    reason = _doubt(members)
    if reason:
        return Choice("unclear", f"{members.bond}: {_DOUBTS[reason]}.", reason=reason)
    text = f"{members.bond}: no member serves better than {members.active}, which is active."
    return Choice("healthy", text, members.active)


_DOUBTS = {
    "no_candidate": "no member beside the active one is enabled, look at their links",
    "reachability_unknown": "it is unknown what its members reach, `xenlens check` tells why",
    "crossed_faults": "each member misses a destination that another one reaches, repair a switch",
    "nothing_reachable": "no member reaches anything, look at the destinations and the uplinks",
}


def _reached(members: Members, member: str) -> int:
    return sum(reachable is True for reachable in members.way(member).values())


def _better(members: Members, best: str) -> str:
    active, way, other = members.active, members.way(members.active), members.way(best)
    gains = [name for name, reachable in way.items() if reachable is False and other[name]]
    if not active:
        return f"{members.bond}: no member is active, and {best} reaches {', '.join(gains)}."
    if gains:
        gained = ", ".join(gains)
        return f"{members.bond}: {active} is active and does not reach {gained}, {best} does."
    return f"{members.bond}: {active} is active, {best} is preferred and reaches as much."


def _doubt(members: Members) -> str:
    """Why nobody knows whether the active member is the best; empty where it is."""
    own = members.way(members.active).values()
    if not members.candidates and not all(own):
        return "no_candidate"
    doubts = {_doubt_about(members, name) for name in members.candidates}
    if "crossed_faults" in doubts:
        return "crossed_faults"
    if None in own or "reachability_unknown" in doubts:
        return "reachability_unknown"
    return "" if any(own) else "nothing_reachable"


def _doubt_about(members: Members, member: str) -> str:
    """Of a member that is not provably better: whether it may be."""
    pairs = members.pairs(member)
    if all(other is False for _, other in pairs):
        return ""
    loses = (True, False) in pairs
    if loses and (False, True) in pairs:
        return "crossed_faults"
    may_gain = any(own is not True and other is not False for own, other in pairs)
    may_be_preferred = member == members.preferred and not loses
    return "reachability_unknown" if may_gain or may_be_preferred else ""
