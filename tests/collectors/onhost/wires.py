"""Rounds of probes over sockets of a test instead of network devices."""

import socket
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.collectors.onhost.frames import OURS, THEIRS, THERE, Arp
from tests.collectors.onhost.program import HOST

FAST: dict[str, Any] = {
    "timeout": 0.12,
    "count": 3,
    "interval": 0.01,
    "way": "auto",
    "rundir": "/nowhere",
}
Answering = Callable[["Asked"], Iterable[Arp]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was sent, and how many were before it on the same wire."""

    to: str
    sender: str
    address: str
    earlier: int
    mac: str = OURS

    def answer(self, by: str = THEIRS, **facts: Any) -> Arp:
        """What a device answers."""
        usual: dict[str, Any] = {"to": self.mac, "source": by, "sender_mac": by}
        named = {"sender": self.address, "target_mac": self.mac, "target": self.sender}
        return Arp(**(usual | named | facts))


def silent(asked: Asked) -> Iterable[Arp]:
    """A network on which nobody answers."""
    return ()


def sound(asked: Asked) -> Iterable[Arp]:
    """A network on which the destination answers at once."""
    return (asked.answer(),)


@dataclass
class Wire:
    """A member's way to the network, and the port on which answers are heard."""

    device: str
    network: Answering
    mac: str = OURS
    asked: list[Asked] = field(default_factory=list)
    error: OSError | None = None

    def __post_init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._waiting: list[bytes] = []

    def fileno(self) -> int:
        return self._ours.fileno()

    def send(self, row: Any, frame: bytes) -> None:
        if self.error:
            raise self.error
        to, (sender, address) = HOST.shown_mac(frame[:6]), _addresses(frame)
        self.asked.append(Asked(to, sender, address, len(self.asked), self.mac))
        for answer in self.network(self.asked[-1]):
            self.hear(answer)

    def hear(self, frame: Arp) -> None:
        """Let a frame come in."""
        self._waiting.append(frame.packed())
        if len(self._waiting) == 1:
            self._theirs.send(b".")

    def replies(self) -> list[Any]:
        waiting, self._waiting = self._waiting, []
        self._ours.recv(1)
        return [HOST.Reply(frame) for frame in waiting]

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()


def _addresses(frame: bytes) -> tuple[str, str]:
    tagged = frame[12:14] == struct.pack("!H", HOST.ETH_P_8021Q)
    arp = frame[18:] if tagged else frame[14:]
    return socket.inet_ntoa(arp[14:18]), socket.inet_ntoa(arp[24:28])


def a_round(**options: Any) -> Any:
    """A round that has nothing to do yet."""
    return HOST.Round({**FAST, **options})


def a_row(turn: Any, wire: Any, to: str = THERE, **facts: Any) -> Any:
    """Add a row that asks on `wire`, as `prepare` would on a device."""
    target, given = facts.pop("target", None), HOST.Destination(to)
    bond = turn.rows[0].bond if turn.rows else HOST.Bond("bond0")
    known = {row.destination.address: row.destination for row in turn.rows}
    destination = known.get(given.address, given)
    row = HOST.Row(bond, wire.device, destination, target, None)
    row.way, row.device, row.mac, row.next_at = "raw", wire.device, wire.mac, turn.began
    for name, value in facts.items():
        setattr(row, name, value)
    turn.rows.append(row)
    turn.ways[row] = wire
    turn.ports[wire.device] = wire
    return row


def a_control(turn: Any, row: Any, sender: str) -> Any:
    """Add the row that asks with the host's own address once `row` stays unanswered."""
    control = a_row(turn, turn.ways[row], row.destination.address, target=row.target)
    control.sender, control.control_for, control.next_at = sender, row, None
    return control
