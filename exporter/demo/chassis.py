"""The state of the chassis: immutable records, and what happens to its modules.

Faults change the chassis; every host's tools print what they would see of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from exporter.demo.arrays import Array
from exporter.demo.faults import Fault, faults_of, pool_faults_of
from exporter.demo.hosts import HostState
from exporter.demo.pool.records import Pool
from exporter.demo.storage import Storage
from exporter.demo.switches import GATEWAY, Core, Switch

RESET_SECONDS = 5.0
"""How long a resetting switch has no carrier: longer than the downdelay, short enough to watch."""


@dataclass(frozen=True, slots=True)
class Controller:
    """A storage controller module (SCM)."""

    name: str
    present: bool = True
    failing: bool = False


@dataclass(frozen=True, slots=True)
class Chassis:
    """Everything there is. Changes give a new chassis."""

    switches: dict[str, Switch]
    controllers: dict[str, Controller]
    hosts: dict[str, HostState]
    pool: Pool
    core: Core = field(default_factory=Core)
    arrays: dict[str, Array] = field(default_factory=dict)
    reset_seconds: float = RESET_SECONDS
    changes_at: float | None = field(init=False, default=None)
    """When a delay or a reset ends, so that reading the state costs nothing before that."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes_at", min(self._timers(), default=None))

    def faults(self) -> dict[Fault, str]:
        """The faults that can be applied, with what they do."""
        lun = any(pbd.scsi_id for pbd in self.pool.pbds.values())
        hardware = faults_of(self.switches, self.controllers, self.arrays)
        return hardware | pool_faults_of(tuple(self.hosts), lun=lun)

    @property
    def coordinator_answers(self) -> bool:
        """Whether the coordinator's XAPI does; without it every member's waits for ever."""
        return self.pool.coordinator_answers and self.pool.coordinator not in self.pool.lost

    def at(self, now: float) -> "Chassis":
        """The chassis once everything that was due until `now` has happened."""
        if self.changes_at is None or now < self.changes_at:
            return self
        chassis = self
        for switch in self.switches.values():
            if switch.returns_at is not None and switch.returns_at <= now:
                chassis = chassis._powered(
                    replace(switch, returns_at=None), True, switch.returns_at
                )
        hosts = (
            replace(host, bonds=tuple(bond.at(now) for bond in host.bonds))
            for host in chassis.hosts.values()
        )
        return chassis._with_hosts(hosts)

    def after(self, fault: Fault, now: float) -> "Chassis":
        """The chassis after a fault of one of its modules at `now`."""
        name, _, part = fault.object.partition(".")
        if name == GATEWAY:
            return replace(self, core=self.core.after(fault.state))
        if name in self.arrays:
            changed = self.arrays[name].after(fault.state)
            return replace(self, arrays=self.arrays | {name: changed})
        if name in self.switches and part:
            return self._with_switch(self.switches[name].with_part(part, fault.state))
        if name in self.switches:
            return self._switch_fault(self.switches[name], fault.state, now)
        return self._controller_fault(self.controllers[name], fault.state)

    def with_host(self, host: HostState) -> "Chassis":
        """The chassis with one host replaced."""
        return replace(self, hosts=self.hosts | {host.name: host})

    def _switch_fault(self, switch: Switch, state: str, now: float) -> "Chassis":
        returns_at = now + self.reset_seconds if state == "reset" else None
        return self._powered(replace(switch, returns_at=returns_at), state == "on", now)

    def _powered(self, switch: Switch, on: bool, now: float) -> "Chassis":
        switch = replace(switch, powered=on)
        hosts = (
            replace(h, bonds=tuple(b.with_carrier(switch.ports, on, now) for b in h.bonds))
            for h in self.hosts.values()
        )
        return self._with_switch(switch)._with_hosts(hosts)

    def _controller_fault(self, old: Controller, state: str) -> "Chassis":
        if state in ("failing", "working"):
            new = replace(old, failing=state == "failing")
        else:
            new = replace(old, present=state == "pushed-back")
        hosts = (
            replace(host, storage=_storage_after(host.storage, old, new))
            for host in self.hosts.values()
        )
        return replace(self._with_hosts(hosts), controllers=self.controllers | {new.name: new})

    def _with_switch(self, switch: Switch) -> "Chassis":
        return replace(self, switches=self.switches | {switch.name: switch})

    def _with_hosts(self, hosts: Iterable[HostState]) -> "Chassis":
        return replace(self, hosts={host.name: host for host in hosts})

    def _timers(self) -> Iterator[float]:
        yield from (s.returns_at for s in self.switches.values() if s.returns_at is not None)
        for host in self.hosts.values():
            yield from (due for bond in host.bonds if (due := bond.next_change()) is not None)


def _storage_after(storage: Storage, old: Controller, new: Controller) -> Storage:
    if new.present and not old.present:
        return storage.attached(new.name, new.failing)
    if old.present and not new.present:
        return storage.detached(new.name)
    if new.failing != old.failing:
        return storage.with_failing(new.name, new.failing)
    return storage
