"""What is known of destinations from earlier rounds: their MAC addresses, as members agreed on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectors.reachability_truth import Verdict

BELIEVED_AFTER = 5
"""Rounds in a row in which all that is heard has a new MAC address, until it is the destination's.

Both members may hear the same liar while everything behind both switches is dead.
"""
Key = tuple[str, str]
"""A bond and an address."""


@dataclass(frozen=True, slots=True)
class Known:
    """Of one destination. `claimed` is a new MAC address, agreed upon `rounds` times in a row."""

    mac: str | None = None
    answered: bool = False
    """Whether any member ever reached it."""
    claimed: str | None = None
    rounds: int = 0


class Memory:
    """Of one host; forgotten when xenlens restarts."""

    def __init__(self) -> None:
        self._known: dict[Key, Known] = {}

    def of(self, bond: str, address: str) -> Known:
        """What is known of a destination."""
        return self._known.get((bond, address), Known())

    def hints(self) -> Mapping[Key, str]:
        """The MAC addresses to ask first."""
        return {key: known.mac for key, known in self._known.items() if known.mac is not None}

    def take(self, bond: str, address: str, verdict: Verdict) -> None:
        """Remember what a round showed."""
        known = self.of(bond, address)
        if any(reach.reachable for reach in verdict.reaches):
            known = replace(known, answered=True)
        self._known[bond, address] = _with_mac(known, verdict.agreed)


def _with_mac(known: Known, agreed: str | None) -> Known:
    if agreed is None or agreed == known.mac:
        return replace(known, claimed=None, rounds=0)
    rounds = known.rounds + 1 if agreed == known.claimed else 1
    if known.mac is None or rounds >= BELIEVED_AFTER:
        return replace(known, mac=agreed, claimed=None, rounds=0)
    return replace(known, claimed=agreed, rounds=rounds)
