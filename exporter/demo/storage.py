"""What one host sees of the chassis's virtual disks: SCSI addresses, letters, path groups.

The numbering is that of the operator's SAS adapter: every controller that is pushed in gets
the next target id, never an old one, while the device letters that became free are used again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from exporter.demo.disks import Disk, Path, priority_of

Failback = Literal["immediate", "manual"]


@dataclass(frozen=True, slots=True)
class MapState:
    """What the kernel and multipathd remember of a map. `active` is the controller in use."""

    active: str | None = None
    path_faults: int = 0
    switches: int = 0
    loads: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """A path group: the paths of one map through one controller."""

    priority: int
    state: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Storage:
    """Disks and paths of one host. Paths are in the order in which they appeared."""

    disks: tuple[Disk, ...]
    failback: Failback = "immediate"
    paths: tuple[Path, ...] = ()
    next_target: int = 0
    maps: dict[str, MapState] = field(default_factory=dict)

    def disk(self, name: str) -> Disk | None:
        """The disk of that WWID or dm name, or None."""
        return next((d for d in self.disks if name in (d.wwid, f"dm-{d.dm}")), None)

    def groups(self, disk: Disk) -> tuple[Group, ...]:
        """Path groups of a map (`path_grouping_policy group_by_prio`).

        They are in the order of the table, which a failing path does not change; the priority of
        a group without usable paths is 0.
        """
        active = self.maps[disk.wwid].active
        groups = []
        for controller in dict.fromkeys(p.controller for p in self._of(disk)):
            paths = tuple(p for p in self._of(disk) if p.controller == controller)
            usable = any(p.usable for p in paths)
            priority = priority_of(disk, controller) if usable else 0
            groups.append(Group(priority, "active" if controller == active else "enabled", paths))
        return tuple(sorted(groups, key=lambda g: -priority_of(disk, g.paths[0].controller)))

    def attached(self, controller: str, failing: bool = False) -> "Storage":
        """A controller was pushed in: new target id, lowest free letters, tables reloaded."""
        paths = list(self.paths)
        for disk in sorted(self.disks, key=lambda d: d.lun):
            slot = _lowest_free({p.slot for p in paths})
            paths.append(Path(disk.wwid, controller, self.next_target, disk.lun, slot, failing))
        storage = replace(self, paths=tuple(paths), next_target=self.next_target + 1)
        return storage._reloaded()

    def detached(self, controller: str) -> "Storage":
        """A controller was pulled: its devices vanish, no failed path is left behind."""
        kept = tuple(p for p in self.paths if p.controller != controller)
        return replace(self, paths=kept)._reloaded()

    def with_failing(self, controller: str, failing: bool) -> "Storage":
        """The paths through a controller stop or resume answering, but stay there."""
        paths = tuple(
            replace(p, failing=failing) if p.controller == controller else p for p in self.paths
        )
        storage = replace(self, paths=paths)
        for disk in self.disks:
            storage = storage._path_event(disk, controller, failing)
        return storage

    def path(self, device: str) -> Path | None:
        """The path of that device name, or None."""
        return next((path for path in self.paths if path.device == device), None)

    def with_path(self, path: Path) -> "Storage":
        """One path, known by its letter, became better or worse, or an orphan."""
        old = next(p for p in self.paths if p.slot == path.slot)
        storage = replace(self, paths=tuple(path if p is old else p for p in self.paths))
        disk = next(disk for disk in self.disks if disk.wwid == path.wwid)
        if old.in_map != path.in_map:
            return storage._reloaded([disk])
        if old.usable == path.usable:
            return storage
        return storage._path_event(disk, path.controller, not path.usable)

    def without(self, device: str) -> "Storage":
        """The kernel dropped a device, as `device/delete` of sysfs does."""
        gone = [path for path in self.paths if path.device == device]
        kept = tuple(path for path in self.paths if path.device != device)
        wwids = {path.wwid for path in gone}
        return replace(self, paths=kept)._reloaded([d for d in self.disks if d.wwid in wwids])

    def scanned(self, controllers: Mapping[str, bool]) -> "Storage":
        """Devices that were dropped are found again; `controllers`: whether each is failing."""
        storage = self
        for controller, failing in controllers.items():
            for disk in sorted(self.disks, key=lambda d: d.lun):
                storage = storage._found(disk, controller, failing)
        return storage

    def _found(self, disk: Disk, controller: str, failing: bool) -> "Storage":
        """The device of a disk through a controller, at the target that this one has."""
        through = [path for path in self.paths if path.controller == controller]
        if any(path.wwid == disk.wwid for path in through):
            return self
        target = through[0].target if through else self.next_target
        slot = _lowest_free({path.slot for path in self.paths})
        new = Path(disk.wwid, controller, target, disk.lun, slot, failing)
        most = max(self.next_target, target + 1)
        return replace(self, paths=(*self.paths, new), next_target=most)._reloaded([disk])

    def switched(self, disk: Disk, number: int) -> "Storage | None":
        """`switchgroup map M group N`, N from 1; None when there is no such group."""
        groups = self.groups(disk)
        if not 1 <= number <= len(groups):
            return None
        return self._activate(disk, groups[number - 1].paths[0].controller)

    def usable(self, disk: Disk) -> tuple[Path, ...]:
        """Paths of a map that can carry I/O."""
        return tuple(p for p in self._of(disk) if p.usable)

    def _of(self, disk: Disk) -> tuple[Path, ...]:
        return tuple(p for p in self.paths if p.wwid == disk.wwid and p.in_map)

    def _reloaded(self, disks: Iterable[Disk] | None = None) -> "Storage":
        """A new table starts with its best group, whatever `failback` says."""
        storage = self
        for disk in self.disks if disks is None else disks:
            state = storage.maps[disk.wwid]
            best = storage._best(disk)
            storage = storage._noted(disk, replace(state, active=best, loads=state.loads + 1))
        return storage

    def _path_event(self, disk: Disk, controller: str, failing: bool) -> "Storage":
        state = self.maps[disk.wwid]
        if failing:
            lost = sum(p.controller == controller for p in self._of(disk))
            storage = self._noted(disk, replace(state, path_faults=state.path_faults + lost))
            best = storage._best(disk)
            return storage._activate(disk, best) if best and state.active == controller else storage
        in_use = [p for p in self.usable(disk) if p.controller == state.active]
        if self.failback == "immediate" or not in_use:
            return self._activate(disk, self._best(disk))
        return self

    def _best(self, disk: Disk) -> str | None:
        usable = self.usable(disk) or self._of(disk)
        ranked = sorted(usable, key=lambda path: -priority_of(disk, path.controller))
        return ranked[0].controller if ranked else None

    def _activate(self, disk: Disk, controller: str | None) -> "Storage":
        state = self.maps[disk.wwid]
        if state.active == controller:
            return self
        return self._noted(disk, replace(state, active=controller, switches=state.switches + 1))

    def _noted(self, disk: Disk, state: MapState) -> "Storage":
        return replace(self, maps=self.maps | {disk.wwid: state})


def booted(disks: tuple[Disk, ...], controllers: tuple[str, ...], failback: Failback) -> Storage:
    """A host's storage after boot: targets in the controllers' order, disks one by one."""
    paths: list[Path] = []
    for disk in disks:
        for target, controller in enumerate(controllers):
            paths.append(Path(disk.wwid, controller, target, disk.lun, len(paths)))
    storage = Storage(
        disks, failback, tuple(paths), len(controllers), {d.wwid: MapState() for d in disks}
    )
    return replace(storage, maps={d.wwid: MapState(storage._best(d)) for d in disks})


def _lowest_free(taken: set[int]) -> int:
    return next(slot for slot in range(len(taken) + 1) if slot not in taken)
