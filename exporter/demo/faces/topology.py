"""The text of `multipath -ll` and `show topology`: of 0.4.7 and of 0.4.9.

From libmultipath/print.c of both; XenServer's 0.4.7 prints the dm device, the vendor and `[rw]`
in addition, as the operator's captures show.
"""

from exporter.demo.disks import Disk
from exporter.demo.faces.wildcards import (
    FEATURES,
    HARDWARE_HANDLER,
    PATH_HEADERS,
    PRODUCT,
    VENDOR,
    Row,
    fill,
    group_rows,
    map_row,
    path_rows,
    size,
    widths_of,
)
from exporter.demo.flavours import Flavour
from exporter.demo.storage import Group, Storage


def topology(flavour: Flavour, storage: Storage, disk: Disk, *, asked_disks: bool = True) -> str:
    """One map. `multipath -l` does not ask the disks: no priorities, no checker states."""
    if flavour.multipath == "0.4.7":
        return _old(storage, disk, asked_disks)
    return _new(storage, disk, asked_disks)


def _old(storage: Storage, disk: Disk, asked_disks: bool) -> str:
    groups = storage.groups(disk)
    vendor, product = (VENDOR, PRODUCT) if groups else ("##", "##")
    lines = [
        f"{disk.wwid} dm-{disk.dm} {vendor},{product}",
        f"[size={size(disk)}][features={FEATURES}][hwhandler={HARDWARE_HANDLER}][rw]",
    ]
    widths = widths_of([PATH_HEADERS, *(_bracketed(row) for row in path_rows(storage))])
    for group in groups:
        priority = group.priority if asked_disks else 0
        lines.append(f"\\_ round-robin 0 [prio={priority}][{group.state}]")
        for row in _rows(group, disk, asked_disks):
            lines.append(fill(" \\_ %i %d %D %t%T", _bracketed(row), widths))
    return "".join(f"{line}\n" for line in lines)


def _new(storage: Storage, disk: Disk, asked_disks: bool) -> str:
    row = map_row(storage, disk)
    lines = [fill("%n %d %s", row), fill("size=%S features='%f' hwhandler='%h' wp=%r", row)]
    widths = widths_of(path_rows(storage))
    groups = storage.groups(disk)
    for number, group in enumerate(groups, start=1):
        last = number == len(groups)
        priority = group.priority if asked_disks else 0
        policy = f"policy='service-time 0' prio={priority} status={group.state}"
        lines.append(f"{'`' if last else '|'}-+- {policy}")
        for place, path in enumerate(_rows(group, disk, asked_disks), start=1):
            branch = "`-" if place == len(group.paths) else "|-"
            style = f"{' ' if last else '|'} {branch} %i %d %D %t %T %o"
            lines.append(fill(style, path, widths))
    return "".join(f"{line}\n" for line in lines)


def _rows(group: Group, disk: Disk, asked_disks: bool) -> list[Row]:
    rows = group_rows(group, disk)
    return rows if asked_disks else [{**row, "T": "undef"} for row in rows]


def _bracketed(row: Row) -> Row:
    return {**row, "t": f"[{row['t']}]", "T": f"[{row['T']}]"}
