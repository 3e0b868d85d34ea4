"""A round of probes on a simulated host.

The ways, their order and their words are those of xenlens_host.py; who answers is the model's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from exporter.demo.arp import answerer, is_own, neighbours, round_trip
from exporter.demo.chassis import Chassis
from exporter.demo.faces.onhost_program import (
    PROBED_MODES,
    Bond,
    Destination,
    Options,
    private_mac,
)
from exporter.demo.faces.onhost_rows import Heard, Round, Row
from exporter.demo.hosts import HostState

_FIRST, _BETWEEN_ROWS = 0.0003, 0.00004
"""Seconds until the first request, and between those of two rows."""


@dataclass(frozen=True, slots=True)
class Prober:
    """A host that probes."""

    chassis: Chassis
    host: HostState
    options: Options

    def round(self) -> Round:
        """Ask for everything at once; rows are by bond, destination and member."""
        mains = [self._with_requests(row, place) for place, row in enumerate(self._mains())]
        end = self._end(mains)
        rows = tuple(row for main in mains for row in (main, *self._control(main, end)))
        return Round(rows, end)

    def _mains(self) -> Iterator[Row]:
        for bond in self.options.bonds:
            for destination in bond.destinations:
                for member in bond.members:
                    row = Row(bond, member, destination, self._neighbour(destination))
                    yield self._equipped(bond, row)

    def _neighbour(self, destination: Destination) -> str | None:
        for entry in neighbours(self.chassis, self.host):
            if (entry.address, entry.device) == (destination.address, destination.via):
                return entry.mac
        return None

    def _equipped(self, bond: Bond, row: Row) -> Row:
        """The row with its way, or why there is none."""
        if bond.mode not in PROBED_MODES or (bond.slb and bond.backend == "linux"):
            return row.refused("mode", f"{bond.mode or '?'}: a reply may come in by any member")
        if is_own(self.host, row.destination.address):
            return row.refused("own_address", f"{row.destination.address} is the host's own")
        found = self.host.nic(row.member)
        if found is None:
            return row.refused("no_such_device", f"{row.member}: No such device")
        if not found[1].carrier:
            return row.refused("no_carrier", f"{row.member} has no carrier")
        by_flow = self.options.way == "openflow" and bond.backend != "linux"
        if row.member == bond.active and not bond.slb and not by_flow:
            return self._on_bridge(bond, row)
        mac = private_mac(found[1].mac, row.member)
        row = replace(row, device=row.member, mac=mac, nic=row.member, tag=row.destination.vlan)
        return replace(row, way="openflow" if by_flow else "raw")

    def _on_bridge(self, bond: Bond, row: Row) -> Row:
        """By the host's own device: the bridge's, or the one in the destination's VLAN."""
        device = row.destination.via or bond.device
        of_host = self.host.bridge(device)
        if of_host is None:
            return row.refused("no_such_device", f"{row.member}: No such device")
        tag = None if row.destination.via else row.destination.vlan
        return replace(
            row, way="bridge", device=device, mac=of_host.mac, nic=of_host.active, tag=tag
        )

    def _with_requests(self, row: Row, place: int) -> Row:
        began = _FIRST + place * _BETWEEN_ROWS
        return self._exchanged(row, began, self.options.timeout)

    def _exchanged(self, row: Row, began: float, end: float) -> Row:
        """The row after its requests, each `interval` after the one before, until `end`."""
        if row.reason is not None:
            return row
        times = (began + number * self.options.interval for number in range(self.options.count))
        sent = tuple(at for at in times if at < end)
        heard = (one for number, at in enumerate(sent) for one in self._answer(row, number, at))
        return replace(row, sent=sent, heard=tuple(one for one in heard if one.at <= end))

    def _answer(self, row: Row, number: int, sent: float) -> Iterator[Heard]:
        """The demo's networks have no VLANs: nobody hears a tagged request."""
        address = row.destination.address
        if row.nic is None or row.tag is not None:
            return
        who = answerer(self.chassis, self.host, row.nic, address)
        if who is not None:
            seconds = round_trip(who, self.host.name, row.nic, address, str(number))
            yield Heard(sent + seconds, who.mac)

    def _end(self, mains: list[Row]) -> float:
        """When everything is answered; the timeout where something is not."""
        probed = [row for row in mains if row.reason is None]
        if any(len(row.heard) < self.options.count for row in probed):
            return self.options.timeout
        return max((one.at for row in probed for one in row.heard), default=0.0)

    def _control(self, main: Row, end: float) -> Iterator[Row]:
        """The question once more with the host's own address, after half the time in silence."""
        half = self.options.timeout / 2
        own = self.host.bridge(main.destination.via or "")
        silent = len(main.sent) == self.options.count and all(h.at > half for h in main.heard)
        if main.way == "bridge" and own and silent and half < end:
            began = max(half, main.sent[-1])
            yield self._exchanged(replace(main, sender=own.address), began, end)
