"""What is wrong with a pool's storage repositories, in sentences."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectors.registry import Finding, View
from collectors.storage_matrix import sr_cells
from collectors.storage_path_findings import of_luns
from collectors.storage_reading import StorageReading
from collectors.subjects import named
from collectors.xapi.records import Sr

NEARLY_FULL = 0.9
"""Share of an SR's size in use from which it is a finding: snapshots and coalescing need room."""
NEVER_FULL = frozenset({"iso", "udev"})
"""SR types and contents whose use says nothing: a CD or a USB stick is always full."""


def findings(reading: StorageReading, view: View) -> Iterator[Finding]:
    """SRs that are not where they should be or nearly full, then LUNs and their paths."""
    for sr in reading.records:
        yield from _of_attachment(reading, sr)
        yield from _of_space(sr)
    yield from of_luns(reading, view)


def _of_attachment(reading: StorageReading, sr: Sr) -> Iterator[Finding]:
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for host, state in sr_cells(reading, sr):
        hosts[state].append(reading.hosts[host])
    name = named(sr.name, sr.uuid)
    if not reading.on(sr):
        if reading.complete and not any(reading.may_hide(sr, host) for host in reading.hosts):
            yield Finding("warning", name, "detached: no host has a PBD of this SR")
        return
    if hosts["unplugged"]:
        nowhere = not hosts["attached"] and not hosts["unknown"]
        meaning = (
            "attached on no host, its disks cannot be used" if nowhere else "no VM there can use it"
        )
        text = f"PBD unplugged on {', '.join(hosts['unplugged'])}: {meaning}{_under_way(sr)}"
        yield Finding("critical" if nowhere else "warning", name, text)
    if hosts["missing"]:
        text = f"PBD missing on {', '.join(hosts['missing'])}: no VM there can use this shared SR"
        yield Finding("warning", name, text)


def _under_way(sr: Sr) -> str:
    operations: Sequence[str] = [op for op in sr.current_operations if op in ("plug", "unplug")]
    return f" ({' and '.join(operations)} under way)" if operations else ""


def _of_space(sr: Sr) -> Iterator[Finding]:
    if not sr.size or sr.utilisation is None or {sr.type, sr.content_type} & NEVER_FULL:
        return
    share = sr.utilisation / sr.size
    if share >= NEARLY_FULL:
        text = f"{int(share * 100)} % full: {_gib(sr.utilisation)} of {_gib(sr.size)} GiB"
        yield Finding("warning", named(sr.name, sr.uuid), text)


def _gib(size: int) -> str:
    return f"{size / 2**30:,.1f}"
