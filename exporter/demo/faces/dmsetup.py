"""The command `dmsetup`, as far as multipath maps go: `status`, `table` and `info -c`."""

from collections.abc import Sequence

from exporter.demo.command import Dom0, Result
from exporter.demo.disks import Disk
from exporter.demo.dm_tables import status, table

MAJOR = 252
"""Of the device mapper; the kernel gives it one that is free."""
_NONE = Result("No devices found\n")


def dmsetup(dom0: Dom0, argv: Sequence[str]) -> Result:
    """What is asked of the maps."""
    state = dom0.state
    disks = state.storage.disks
    match list(argv[1:]):
        case ["status", "--target", "multipath"]:
            lines = (f"{d.wwid}: {status(state.flavour, state.storage, d)}\n" for d in disks)
            return Result("".join(lines)) if disks else _NONE
        case ["table", name]:
            disk = next((disk for disk in disks if disk.wwid == name), None)
            if disk is None:
                return Result(stderr="Device does not exist.\nCommand failed\n", status=1)
            return Result(f"{table(state.flavour, state.storage, disk)} \n")
        case ["info", "-c", "--noheadings", "--separator", mark, "-o", columns]:
            rows = (_row(disk, mark, columns.split(",")) for disk in disks)
            return Result("".join(f"{row}\n" for row in rows)) if disks else _NONE
    said = "dmsetup: only status, table and info -c of multipath maps are simulated\n"
    return Result(stderr=said, status=1)


def _row(disk: Disk, mark: str, columns: Sequence[str]) -> str:
    values = {
        "name": disk.wwid,
        "uuid": f"mpath-{disk.wwid}",
        "major": str(MAJOR),
        "minor": str(disk.dm),
    }
    return mark.join(values.get(column, "") for column in columns)
