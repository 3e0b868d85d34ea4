"""Rows of a round of probes: who was asked by which way, and what came of it."""

from dataclasses import dataclass, replace

from exporter.demo.faces.onhost_program import ANYBODY, BROADCAST, Bond, Destination


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, and when: seconds since the round began."""

    at: float
    mac: str


@dataclass(frozen=True, slots=True)
class Row:
    """One member's requests to one destination. `nic` is where they leave, None for nowhere."""

    bond: Bond
    member: str
    destination: Destination
    neighbour: str | None
    way: str | None = None
    device: str | None = None
    mac: str | None = None
    nic: str | None = None
    tag: int | None = None
    sender: str = ANYBODY
    reason: str | None = None
    text: str = ""
    sent: tuple[float, ...] = ()
    heard: tuple[Heard, ...] = ()

    @property
    def target(self) -> str | None:
        """The MAC that is asked, or None for everybody's."""
        return self.destination.mac or self.destination.hint or self.neighbour

    def asked(self, number: int, count: int) -> str:
        """Whom a request goes to, of `count` that are numbered from 0.

        The last one goes to everybody where nobody answered until then, and the second to whom
        the host itself takes for the destination.
        """
        if self.destination.mac:
            return self.destination.mac
        if number + 1 == count and not any(one.at < self.sent[number] for one in self.heard):
            return BROADCAST
        if number == 1 and self.neighbour:
            return self.neighbour
        return self.target or BROADCAST

    def refused(self, reason: str, text: str) -> "Row":
        """The row of a member that cannot be probed."""
        return replace(self, reason=reason, text=text)


@dataclass(frozen=True, slots=True)
class Round:
    """Rows of all bonds, and the seconds it took."""

    rows: tuple[Row, ...]
    seconds: float
