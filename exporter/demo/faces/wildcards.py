"""multipath's format strings: `%w` and the like, with the values of paths and maps.

Wildcards and headers from libmultipath/print.c (`pd[]`, `mpd[]`).
"""

from collections.abc import Mapping, Sequence

from exporter.demo.disks import Disk, Path, priority_of
from exporter.demo.storage import Group, Storage

VENDOR, PRODUCT, REVISION = "Intel", "Multi-Flex", "0308"
FEATURES = "1 queue_if_no_path"
HARDWARE_HANDLER = "1 alua"
_VENDOR_WIDTH, _PRODUCT_WIDTH = 8, 16
"""0.4.9 does not strip the blanks of the SCSI inquiry's fixed fields."""
_ORPHAN = "[orphan]"
_KIB_PER_GIB = 1024 * 1024

Row = Mapping[str, str]
"""Values by wildcard."""

PATH_HEADERS: Row = {
    "w": "uuid",
    "i": "hcil",
    "d": "dev",
    "D": "dev_t",
    "t": "dm_st",
    "o": "dev_st",
    "T": "chk_st",
    "s": "vend/prod/rev",
    "c": "checker",
    "C": "next_check",
    "p": "pri",
    "S": "size",
    "z": "serial",
    "m": "multipath",
    "N": "host WWNN",
    "n": "target WWNN",
    "R": "host WWPN",
    "r": "target WWPN",
    "a": "host adapter",
}
MAP_HEADERS: Row = {
    "n": "name",
    "w": "uuid",
    "d": "sysfs",
    "F": "failback",
    "Q": "queueing",
    "N": "paths",
    "r": "write_prot",
    "t": "dm-st",
    "S": "size",
    "f": "features",
    "h": "hwhandler",
    "A": "action",
    "x": "failures",
    "0": "path_faults",
    "1": "switch_grp",
    "2": "map_loads",
    "3": "total_q_time",
    "4": "q_timeouts",
    "s": "vend/prod/rev",
    "v": "vend",
    "p": "prod",
    "e": "rev",
}


def path_row(path: Path, disk: Disk) -> Row:
    """The values of one path. SAS paths have no world-wide names that multipath would know."""
    names = dict.fromkeys("NnRra", "[undef]")
    return names | {
        "w": disk.wwid,
        "i": path.hctl,
        "d": path.device,
        "D": path.dev_t,
        "t": _dm_state(path),
        "o": "offline" if path.offline else "running",
        "T": "ready" if path.answers else "faulty",
        "s": f"{VENDOR:{_VENDOR_WIDTH}},{PRODUCT:{_PRODUCT_WIDTH}}",
        "c": "tur",
        "C": "XXX....... 6/20" if path.in_map else _ORPHAN,
        "p": str(priority_of(disk, path.controller)),
        "S": size(disk),
        "z": disk.wwid[-8:],
        "m": disk.wwid if path.in_map else _ORPHAN,
    }


def _dm_state(path: Path) -> str:
    if not path.in_map:
        return "undef"
    return "active" if path.usable else "failed"


def map_row(storage: Storage, disk: Disk) -> Row:
    """The values of one map. `paths` counts the usable ones only."""
    state = storage.maps[disk.wwid]
    known = bool(storage.groups(disk))
    vendor = f"{VENDOR:{_VENDOR_WIDTH}}" if known else "##"
    product = f"{PRODUCT:{_PRODUCT_WIDTH}}" if known else "##"
    return {
        "n": disk.wwid,
        "w": disk.wwid,
        "d": f"dm-{disk.dm}",
        "F": "immediate" if storage.failback == "immediate" else "-",
        "Q": "on",
        "N": str(len(storage.usable(disk))),
        "r": "rw",
        "t": "active",
        "S": size(disk),
        "f": FEATURES,
        "h": HARDWARE_HANDLER,
        "A": "",
        "x": "0",
        "0": str(state.path_faults),
        "1": str(state.switches),
        "2": str(state.loads),
        "3": "0",
        "4": "0",
        "s": f"{vendor},{product}",
        "v": vendor,
        "p": product,
        "e": REVISION if known else "##",
    }


def path_rows(storage: Storage) -> list[Row]:
    """The rows of every path of a host, in the order in which the paths appeared."""
    disks = {disk.wwid: disk for disk in storage.disks}
    return [path_row(path, disks[path.wwid]) for path in storage.paths]


def group_rows(group: Group, disk: Disk) -> list[Row]:
    """The rows of the paths of one group."""
    return [path_row(path, disk) for path in group.paths]


def size(disk: Disk) -> str:
    """`snprint_size`: one digit after the point below 10 of a unit, none above."""
    amount = float(disk.gib * _KIB_PER_GIB)
    units = iter("KMGTP")
    unit = next(units)
    while amount >= 1024 and unit != "P":
        amount, unit = amount / 1024, next(units)
    return f"{amount:.1f}{unit}" if amount < 10 else f"{amount:.0f}{unit}"


def fill(style: str, row: Row, widths: Mapping[str, int] | None = None) -> str:
    """A format string with a row's values, padded to `widths`; unknown wildcards print nothing."""
    out, letters = [], iter(style)
    for letter in letters:
        if letter != "%":
            out.append(letter)
            continue
        wildcard = next(letters, "")
        out.append(row.get(wildcard, "").ljust((widths or {}).get(wildcard, 0)))
    return "".join(out)


def widths_of(rows: Sequence[Row]) -> dict[str, int]:
    """The width of every column."""
    widths: dict[str, int] = {}
    for row in rows:
        for wildcard, value in row.items():
            widths[wildcard] = max(widths.get(wildcard, 0), len(value))
    return widths


def table(style: str, rows: Sequence[Row], headers: Row, *, raw: bool) -> str:
    """Lines of `show … format` (a header, padded columns) or of `show … raw format`."""
    if raw:
        return "".join(f"{fill(style, row)}\n" for row in rows)
    lines = [headers, *rows] if rows else []
    return "".join(f"{fill(style, row, widths_of(lines))}\n" for row in lines)
