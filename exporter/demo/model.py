"""The one place where the chassis is replaced: every face reads it, every change goes through."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from exporter.demo.bonds import SetActive
from exporter.demo.changes import applied, until
from exporter.demo.chassis import Chassis, Controller
from exporter.demo.faults import Fault
from exporter.demo.hosts import HostState
from exporter.demo.pool.attachments import plugged, unplugged
from exporter.demo.pool.records import Pool
from exporter.demo.switches import Switch

__all__ = ["Chassis", "Controller", "HostState", "Model", "Switch"]


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

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every fault."""
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
        self._chassis = self._chassis.with_host(replace(state, bonds=bonds))
        return result

    def switch_group(self, host: str, name: str, number: int) -> bool:
        """Ask a host's multipathd for another path group of a map; False if there is none."""
        state = self.chassis.hosts[host]
        disk = state.storage.disk(name)
        storage = state.storage.switched(disk, number) if disk else None
        if storage is None:
            return False
        self._chassis = self._chassis.with_host(replace(state, storage=storage))
        return True

    def plug(self, pbd_uuid: str) -> None:
        """Attach a PBD, as SM does: its path counts begin anew. Raises KeyError."""
        pool = self.chassis.pool
        self._with_pool(plugged(self._chassis, pool.pbds[pbd_uuid]))

    def unplug(self, pbd_uuid: str) -> None:
        """Detach a PBD, as SM does: its path counts go. Raises KeyError."""
        pool = self.chassis.pool
        self._with_pool(unplugged(pool, pool.pbds[pbd_uuid]))

    def _with_pool(self, pool: Pool) -> None:
        self._chassis = replace(self._chassis, pool=pool)
