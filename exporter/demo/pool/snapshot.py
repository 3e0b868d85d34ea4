"""The state at one moment, as one host's version of XAPI looks at it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from exporter.demo.chassis import Chassis
from exporter.demo.pool.entries import Vm
from exporter.demo.pool.names import ref_of, uuid_of
from exporter.demo.pool.records import Pbd, Pool

Version = tuple[int, int, int]
Record = dict[str, Any]
"""An object by the API's field names: int64 as str, datetime as an aware `datetime` (whole
seconds), references as `OpaqueRef:…`, sets as list, maps as dict of str, float and bool as such."""
Table = Mapping[str, Record]
"""Objects of one class by their reference."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What XAPI says of a time that is not known."""
HEARTBEAT_LAG = 600.0
"""Seconds after the last heartbeat until XAPI calls a host dead (`host_assumed_dead_interval`)."""


@dataclass(slots=True)
class Snapshot:
    """The chassis at `now`, and the indexes that records are made with."""

    chassis: Chassis
    version: Version
    now: float
    time_of: Callable[[float], datetime]
    pbds_of_host: Mapping[str, list[Pbd]] = field(init=False)
    pbds_of_sr: Mapping[str, list[Pbd]] = field(init=False)
    vms_of_host: Mapping[str, list[Vm]] = field(init=False)

    def __post_init__(self) -> None:
        self.pbds_of_host, self.pbds_of_sr = defaultdict(list), defaultdict(list)
        self.vms_of_host = defaultdict(list)
        for pbd in self.pool.pbds.values():
            self.pbds_of_host[pbd.host].append(pbd)
            self.pbds_of_sr[pbd.sr].append(pbd)
        for vm in self.pool.vms.values():
            if vm.host is not None:
                self.vms_of_host[vm.host].append(vm)

    @property
    def pool(self) -> Pool:
        """The pool's state."""
        return self.chassis.pool

    def knows(self, version: Version) -> bool:
        """Whether this XAPI is of that version or later."""
        return self.version >= version

    def host_ref(self, name: str | None) -> str:
        """The reference of a host by its name; None gives the null reference."""
        return ref_of(uuid_of("host", name) if name else None)

    def is_live(self, name: str) -> bool:
        """What XAPI believes; the coordinator always believes itself alive."""
        lost = self.pool.lost.get(name)
        late = lost is not None and self.now - lost >= HEARTBEAT_LAG
        return not late or name == self.pool.coordinator


def known(version: Version, base: Record, *later: tuple[Version, Record]) -> Record:
    """The fields that a version has: `base`, and those that came with a version up to it."""
    record = dict(base)
    for since, fields in later:
        if version >= since:
            record |= fields
    return record


def refs(uuids: Sequence[str]) -> list[str]:
    """References of objects by their uuids."""
    return [ref_of(uuid) for uuid in uuids]


def numbered(kind: str, name: str, count: int) -> list[str]:
    """References of objects that only their owner mentions (VDIs, VBDs …)."""
    return refs([uuid_of(kind, f"{name}/{number}") for number in range(count)])
