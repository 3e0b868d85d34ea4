"""Rows of a round of probes: who was asked by which way, and what came of it."""

from dataclasses import dataclass, replace
from zlib import crc32

from exporter.demo.faces.onhost_options import Destination

ANYBODY = "0.0.0.0"
BROADCAST = "ff:ff:ff:ff:ff:ff"


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, and when: seconds since the round began, and since its request."""

    at: float
    mac: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """One member's requests to one destination. `nic` is where they leave, None for nowhere."""

    bond: str
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

    def asked(self, at: float, *, last: bool) -> str:
        """Whom a request goes to: the last one to everybody, where nobody answered until then."""
        silent = not any(one.at < at for one in self.heard)
        changed = last and silent and self.destination.mac is None
        return BROADCAST if changed else self.target or BROADCAST

    def refused(self, reason: str, text: str) -> "Row":
        """The row of a member that cannot be probed."""
        return replace(self, reason=reason, text=text)


@dataclass(frozen=True, slots=True)
class Round:
    """Rows of all bonds, and the seconds it took."""

    rows: tuple[Row, ...]
    seconds: float


def private_mac(mac: str, nic: str) -> str:
    """The address that a NIC probes from: 02:78 and the checksum of its own MAC and name."""
    checksum = crc32(f"{mac}/{nic}".encode())
    return "02:78:" + checksum.to_bytes(4, "big").hex(":")
