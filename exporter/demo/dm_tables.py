"""A multipath map as the kernel has it: its table, and its status.

Words and their order are those of drivers/md/dm-mpath.c (`multipath_status`); a selector adds its
own (dm-round-robin.c, dm-service-time.c).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from exporter.demo.disks import Disk
from exporter.demo.flavours import Flavour
from exporter.demo.storage import Group, Storage

FEATURES = "1 queue_if_no_path"
HANDLER = "1 alua"
_SECTORS_PER_GIB = (1 << 30) // 512
_STATUS_HEAD = "2 0 1 0"
"""Two words on features: nothing queued, one start of a path group. No words of the handler."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A path selector: what follows a path in the table, and in the status."""

    name: str
    given: str
    told: str


_SELECTORS = {
    "0.4.7": Selector("round-robin", "100", ""),
    "0.4.9": Selector("service-time", "1", "0 1 "),
}
"""By version of multipath-tools: rr_min_io; the relative throughput, and before it what is under
way."""


def sectors(disk: Disk) -> int:
    """The size of a disk in sectors of 512 bytes."""
    return disk.gib * _SECTORS_PER_GIB


def table(flavour: Flavour, storage: Storage, disk: Disk) -> str:
    """A map's table, as it was loaded."""
    groups = storage.groups(disk)
    selector = _SELECTORS[flavour.multipath]
    head = f"0 {sectors(disk)} multipath {FEATURES} {HANDLER} {len(groups)} {int(bool(groups))}"
    return " ".join((head, *(_loaded(group, selector) for group in groups)))


def _loaded(group: Group, selector: Selector) -> str:
    paths = (f"{path.dev_t} {selector.given}" for path in group.paths)
    return f"{selector.name} 0 {len(group.paths)} 1 {' '.join(paths)}"


def status(flavour: Flavour, storage: Storage, disk: Disk) -> str:
    """A map's status; without a usable path no group is active."""
    groups, selector = storage.groups(disk), _SELECTORS[flavour.multipath]
    usable = bool(storage.usable(disk))
    shown = (_told(group, selector, usable) for group in groups)
    current = f"{len(groups)} {_current(groups)}"
    return f"0 {sectors(disk)} multipath {_STATUS_HEAD} {current} {''.join(shown)}"


def _current(groups: Sequence[Group]) -> int:
    active = (number for number, group in enumerate(groups, 1) if group.state == "active")
    return next(active, int(bool(groups)))


def _told(group: Group, selector: Selector, usable: bool) -> str:
    """A path that has failed did so once, as far as the model remembers."""
    words = len(selector.told.split())
    letter = "A" if usable and group.state == "active" else "E"
    paths = (f"{p.dev_t} {'A 0' if p.usable else 'F 1'} {selector.told}" for p in group.paths)
    return f"{letter} 0 {len(group.paths)} {words} {''.join(paths)}"
