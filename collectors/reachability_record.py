"""Whether a destination answers through one member of a bond."""

from dataclasses import dataclass

from collectors.registry import Reading

DOWN = ("no_carrier", "link_down")
"""Reasons for which a member certainly reaches nothing."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One destination through one member."""

    bond: str
    member: str
    destination: str
    active: bool
    reachable: bool | None
    """None where it could not be measured."""
    reason: str = ""
    """A short code for what is not reachable or unknown."""
    text: str = ""
    """The same for people."""
    way: str | None = None
    sent: int = 0
    received: int | None = None
    """Answers of the destination; None where they cannot be counted."""
    rtt: float | None = None
    """Seconds, the median of the round."""
    others: int = 0
    """Other devices that answered in the destination's place."""

    @property
    def loss(self) -> float | None:
        """Unanswered requests as a ratio."""
        if not self.sent or self.received is None:
            return None
        return 1 - min(self.received, self.sent) / self.sent


@dataclass(frozen=True, slots=True)
class ReachReading(Reading[Reach]):
    """All destinations through all members, and what the round cost on the host."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
