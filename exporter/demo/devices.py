"""The block devices of a simulated dom0: multipath maps, and the SCSI devices below them."""

from collections.abc import Iterator
from dataclasses import dataclass

from exporter.demo.disks import Disk
from exporter.demo.storage import Storage

_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Device:
    """A virtual disk under one of its names.

    `name` is the kernel's: `dm-5`, `sdb`. `controller` is the one it is read through, None where
    reading hangs: no path of a map works (`no_path_retry queue`), or that one path does not.
    """

    name: str
    disk: Disk
    controller: str | None

    @property
    def size(self) -> int:
        """In bytes."""
        return self.disk.gib * _GIB


def device_at(storage: Storage, path: str) -> Device | None:
    """The device at a path such as `/dev/mapper/WWID`, or None."""
    return next((device for name, device in _devices(storage) if name == path), None)


def map_of(storage: Storage, disk: Disk) -> Device:
    """The multipath map of a disk: it is read through the active group while that has a path."""
    usable = [path.controller for path in storage.usable(disk)]
    active = storage.maps[disk.wwid].active
    controller = active if active in usable else next(iter(usable), None)
    return Device(f"dm-{disk.dm}", disk, controller)


def _devices(storage: Storage) -> Iterator[tuple[str, Device]]:
    for disk in storage.disks:
        device = map_of(storage, disk)
        names = f"mapper/{disk.wwid}", device.name, f"disk/by-id/scsi-{disk.wwid}"
        yield from ((f"/dev/{name}", device) for name in names)
    for path in storage.paths:
        disk = next(disk for disk in storage.disks if disk.wwid == path.wwid)
        controller = path.controller if path.answers else None
        yield f"/dev/{path.device}", Device(path.device, disk, controller)
