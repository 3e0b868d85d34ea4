"""How fast the virtual disks of the chassis are read.

The figures of the SAS disks and of limited SSDs are about those the operator measured; healthy
SSDs are what one would expect of them, and were never seen in that chassis.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from exporter.demo.arrays import Array, StorageClass
from exporter.demo.devices import Device
from exporter.demo.latencies import Latencies

_MIB = 1 << 20
_NEXT = 60e-6
"""Seconds from one sequential operation to the next, whatever the drives are."""
_JITTER = 0.03
_STEADY = 5.0
"""Seconds for which a disk keeps its speed."""
_OTHER_CONTROLLER = 1.25
"""How much longer everything takes through the controller that does not own the disk."""
_MEMORY = 7.1e9
"""Bytes a second that a compute module reads from its cache (hdparm -T)."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a disk is read: `block` bytes at a time, `depth` of them at once."""

    random: bool
    block: int
    depth: int = 1


ALONE = Access(random=True, block=4096)
QUEUED = Access(random=True, block=4096, depth=8)
BUFFERED = Access(random=False, block=2 * _MIB)


@dataclass(frozen=True, slots=True)
class Speed:
    """Reads of `block` bytes; `latencies` are those from submission to completion."""

    iops: float
    block: int
    latencies: Latencies

    @property
    def bandwidth(self) -> float:
        """Bytes a second."""
        return self.iops * self.block


@dataclass(frozen=True, slots=True)
class _Drives:
    """Seconds to a random place, most random reads a second, most bytes a second."""

    seek: float
    most: float
    bandwidth: float
    spread: float


_DRIVES: Mapping[tuple[StorageClass, bool], _Drives] = {
    ("ssd", False): _Drives(seek=130e-6, most=34_000, bandwidth=1.02e9, spread=0.2),
    ("ssd", True): _Drives(seek=585e-6, most=9_391, bandwidth=450e6, spread=0.25),
    ("sas", False): _Drives(seek=550e-6, most=10_445, bandwidth=490e6, spread=0.3),
    ("sas", True): _Drives(seek=3.2e-3, most=1_600, bandwidth=90e6, spread=0.5),
}
"""By class and whether the array is troubled."""


def speed_of(arrays: Mapping[str, Array], device: Device, access: Access, now: float) -> Speed:
    """How fast a device is read at a moment of the model's clock."""
    array = arrays[device.disk.storage_class]
    drives = _DRIVES[array.storage_class, array.troubled]
    slower = 1.0 if device.controller == device.disk.owner else _OTHER_CONTROLLER
    slower *= 1 + _chance(f"{device.disk.wwid} {access}", now).uniform(-_JITTER, _JITTER)
    transfer = access.block / drives.bandwidth
    alone = (drives.seek if access.random else _NEXT) + transfer
    most = min(drives.most, 1 / transfer) if access.random else 1 / transfer
    iops = min(access.depth / alone, most) / slower
    return Speed(iops, access.block, Latencies(access.depth / iops, drives.spread))


def cached_bandwidth(host: str, now: float) -> float:
    """Bytes a second that a compute module reads from its memory."""
    return _MEMORY * (1 + _chance(f"memory {host}", now).uniform(-_JITTER, _JITTER) / 3)


def _chance(of: str, now: float) -> Random:
    return Random(f"{of} {now // _STEADY}")
