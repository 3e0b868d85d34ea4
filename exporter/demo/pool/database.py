"""XAPI's database of the demo pool, as the API of one host's version shows it.

`xe` and RPC both print from here: one state, two faces.
"""

from collections.abc import Callable, Iterator, Mapping

from exporter.demo.model import Model
from exporter.demo.pool.disc_tables import vbds, vdis
from exporter.demo.pool.event_tables import messages, tasks
from exporter.demo.pool.host_tables import host_metrics, hosts
from exporter.demo.pool.pool_table import pools
from exporter.demo.pool.snapshot import Record, Snapshot, Table, Version
from exporter.demo.pool.storage_tables import pbds, srs
from exporter.demo.pool.updates_tables import (
    UPDATES_SINCE,
    host_patches,
    pool_patches,
    pool_updates,
)
from exporter.demo.pool.vm_tables import vm_guest_metrics, vm_metrics, vms

__all__ = ["Record", "Table", "Tables", "tables", "tables_of_xe"]

Maker = Callable[[Snapshot], Table]
_CLASSES: Mapping[str, Maker] = {
    "pool": pools,
    "host": hosts,
    "host_metrics": host_metrics,
    "SR": srs,
    "PBD": pbds,
    "VM": vms,
    "VM_metrics": vm_metrics,
    "VM_guest_metrics": vm_guest_metrics,
    "task": tasks,
    "message": messages,
}
_PATCHES: Mapping[str, Maker] = {"pool_patch": pool_patches, "host_patch": host_patches}
_DISCS: Mapping[str, Maker] = {"VDI": vdis, "VBD": vbds}
_UPDATES: Mapping[str, Maker] = {"pool_update": pool_updates}


def classes(version: Version) -> Mapping[str, Maker]:
    """The API classes that a version knows, as far as the demo has them."""
    return {**_CLASSES, **(_UPDATES if version >= UPDATES_SINCE else _PATCHES)}


class Tables(Mapping[str, Table]):
    """API class → reference → record, of one moment; a table is made when it is asked for."""

    def __init__(self, snapshot: Snapshot, more: Mapping[str, Maker] | None = None) -> None:
        self._snapshot = snapshot
        self._makers = {**classes(snapshot.version), **(more or {})}
        self._made: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self._made:
            self._made[name] = self._makers[name](self._snapshot)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def tables(model: Model, host_name: str) -> Tables:
    """The database as the XAPI of that host shows it now.

    Classes: pool, host, host_metrics, SR, PBD, VM, VM_metrics, VM_guest_metrics, task, message;
    pool_patch and host_patch up to 7.0, pool_update since 7.1. A class that the host's version
    does not know is not a key. Records are ordered as they came into the database.
    """
    return Tables(_snapshot(model, host_name))


def tables_of_xe(model: Model, host_name: str) -> Tables:
    """The same with VDI and VBD, which the demo shows by `xe` only: nobody asks for them by RPC."""
    return Tables(_snapshot(model, host_name), _DISCS)


def _snapshot(model: Model, host_name: str) -> Snapshot:
    chassis = model.chassis
    version = chassis.hosts[host_name].flavour.version
    return Snapshot(chassis, version, model.clock(), model.time_of)
