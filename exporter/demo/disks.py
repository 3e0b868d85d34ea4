"""Virtual disks, and the SCSI devices through which a host sees them."""

from dataclasses import dataclass

from exporter.demo.arrays import StorageClass

OWNER_PRIORITY = 50
OTHER_PRIORITY = 1
"""ALUA priorities of the controller that owns a virtual disk, and of the other one."""

_BOOT_LUN = 0
_MAJORS = (8, 65, 66, 67, 68, 69, 70, 71)
_DISKS_PER_MAJOR = 16


@dataclass(frozen=True, slots=True)
class Disk:
    """A virtual disk of the chassis, linked to a host as `lun`; `owner` is a controller."""

    wwid: str
    dm: int
    lun: int
    gib: int
    owner: str
    storage_class: StorageClass = "sas"

    @property
    def boots(self) -> bool:
        """Whether a host boots from it, and has its local SR there."""
        return self.lun == _BOOT_LUN


@dataclass(frozen=True, slots=True)
class Path:
    """One SCSI device: a virtual disk as seen through one controller."""

    wwid: str
    controller: str
    target: int
    lun: int
    slot: int
    """0 for sda, 1 for sdb …"""
    failing: bool = False
    """The controller does not answer through it."""
    failed: bool = False
    """Failed in the kernel by hand, though it answers."""
    offline: bool = False
    """SCSI has set the device offline."""
    in_map: bool = True
    """False for an orphan: multipathd knows the device and keeps it out of its map."""

    @property
    def answers(self) -> bool:
        """Whether its checker says ready."""
        return not self.failing and not self.offline

    @property
    def usable(self) -> bool:
        """Whether its map sends I/O through it."""
        return self.in_map and self.answers and not self.failed

    @property
    def hctl(self) -> str:
        """Host, channel, target, LUN, as multipath prints them."""
        return f"0:0:{self.target}:{self.lun}"

    @property
    def device(self) -> str:
        """The device's name: sda … sdz, sdaa …"""
        letters, number = "", self.slot + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("a") + rest) + letters
        return f"sd{letters}"

    @property
    def dev_t(self) -> str:
        """Major and minor number of the SCSI disk driver: 16 minors a disk, 16 disks a major."""
        major, place = divmod(self.slot, _DISKS_PER_MAJOR)
        return f"{_MAJORS[major]}:{place * 16}"


def priority_of(disk: Disk, controller: str) -> int:
    """The ALUA priority of a disk's paths through a controller."""
    return OWNER_PRIORITY if controller == disk.owner else OTHER_PRIORITY
