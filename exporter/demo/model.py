"""The one place where the chassis is replaced: every face reads it, every change goes through."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from exporter.demo.bonds import SetActive
from exporter.demo.changes import applied, until, with_storage
from exporter.demo.chassis import Chassis, Controller
from exporter.demo.faults import Fault
from exporter.demo.hosts import HostState
from exporter.demo.log_lines import logged
from exporter.demo.pool.attachments import forgotten, plugged, unmounted, unplugged
from exporter.demo.pool.records import Pool
from exporter.demo.storage import Storage
from exporter.demo.switches import Switch

__all__ = ["Chassis", "Controller", "HostState", "Model", "Switch"]

PathOrder = Literal["fail", "reinstate", "add", "del"]


class Model:
    """The chassis as it is now.

    `clock` gives seconds, on which everything happens; `wall` gives Unix time, which XAPI writes
    into its records.
    """

    def __init__(
        self,
        chassis: Chassis,
        clock: Callable[[], float],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._chassis = chassis
        self.clock = clock
        self._epoch = wall() - clock()
        self._listeners: list[Callable[[], None]] = []

    @property
    def chassis(self) -> Chassis:
        """The chassis at this moment."""
        self._chassis = until(self._chassis, self.clock())
        return self._chassis

    def time_of(self, at: float) -> datetime:
        """The date of a moment on the model's clock, in whole seconds."""
        return datetime.fromtimestamp(int(self._epoch + at), UTC)

    def unix(self, at: float) -> float:
        """Unix time of a moment on the model's clock."""
        return self._epoch + at

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every fault, and after every change of a host's paths."""
        self._listeners.append(listener)

    def apply(self, fault: Fault) -> None:
        """Let a fault happen now. Raises UnknownFault."""
        self._chassis = applied(self._chassis, fault, self.clock())
        for listener in self._listeners:
            listener()

    def set_active(self, host: str, bond: str, member: str) -> SetActive:
        """Ask a host's Open vSwitch for another active member of a bond."""
        state = self.chassis.hosts[host]
        old = state.bond(bond)
        if old is None:
            return "no such bond"
        new, result = old.set_active(member)
        bonds = tuple(new if each is old else each for each in state.bonds)
        self._with_host(replace(state, bonds=bonds))
        return result

    def switch_group(self, host: str, name: str, number: int) -> bool:
        """Ask a host's multipathd for another path group of a map; False if there is none."""
        state = self.chassis.hosts[host]
        disk = state.storage.disk(name)
        storage = state.storage.switched(disk, number) if disk else None
        if storage is None:
            return False
        self._with_host(replace(state, storage=storage))
        return True

    def order_path(self, host: str, verb: PathOrder, device: str) -> bool:
        """Ask a host's multipathd to do something with a path; False if it knows none such.

        To reinstate a path whose device is offline is answered `ok` and changes nothing.
        """
        path = self.chassis.hosts[host].storage.path(device)
        if path is None:
            return False
        match verb:
            case "fail":
                path = replace(path, failed=True)
            case "reinstate":
                path = replace(path, failed=False)
            case "add" | "del":
                path = replace(path, in_map=verb == "add", failed=False)
        self._with_storage(host, self.chassis.hosts[host].storage.with_path(path))
        return True

    def set_offline(self, host: str, device: str, offline: bool) -> bool:
        """Write a SCSI device's state; multipathd follows. False if there is no such device."""
        storage = self.chassis.hosts[host].storage
        path = storage.path(device)
        if path is not None:
            self._with_storage(host, storage.with_path(replace(path, offline=offline)))
        return path is not None

    def drop_device(self, host: str, device: str) -> None:
        """Let the kernel of a host drop a SCSI device: its path leaves no trace."""
        self._with_storage(host, self.chassis.hosts[host].storage.without(device))

    def scan(self, host: str) -> None:
        """Let a host scan its SCSI host: what the controllers offer and it lacks comes back."""
        there = {c.name: c.failing for c in self.chassis.controllers.values() if c.present}
        self._with_storage(host, self.chassis.hosts[host].storage.scanned(there))

    def plug(self, pbd_uuid: str) -> None:
        """Attach a PBD, as SM does: its path counts begin anew. Raises KeyError."""
        pool = self.chassis.pool
        self._with_pool(plugged(self._chassis, pool.pbds[pbd_uuid]))

    def unplug(self, pbd_uuid: str) -> None:
        """Detach a PBD, as SM does: its path counts go. Raises KeyError."""
        pool = self.chassis.pool
        self._with_pool(unplugged(pool, pool.pbds[pbd_uuid]))

    def unmount(self, host: str, sr: str) -> None:
        """Take a host's mount of an SR (its uuid) off, whether its server answers or not."""
        self._with_pool(unmounted(self.chassis.pool, host, sr))

    def forget(self, sr: str) -> None:
        """Forget an SR by its uuid."""
        self._with_pool(forgotten(self.chassis.pool, sr))

    def insert(self, vm_uuid: str, vdi_uuid: str | None) -> None:
        """Put a disc into a VM's CD drive; None takes it out. Raises KeyError."""
        pool = self.chassis.pool
        self._with_pool(pool.with_vm(replace(pool.vms[vm_uuid], disc=vdi_uuid)))

    def change(self, change: Callable[[Pool], Pool]) -> None:
        """Let XAPI or Xen change the pool."""
        self._with_pool(change(self.chassis.pool))

    def _with_host(self, host: HostState) -> None:
        """A host changed in a way that only its own logs tell."""
        self._chassis = logged(self._chassis, self._chassis.with_host(host), self.clock())

    def _with_storage(self, host: str, storage: Storage) -> None:
        """A host's paths changed, which SM counts and XAPI tells."""
        self._chassis = with_storage(self.chassis, host, storage, self.clock())
        for listener in self._listeners:
            listener()

    def _with_pool(self, pool: Pool) -> None:
        self._chassis = replace(self._chassis, pool=pool)
