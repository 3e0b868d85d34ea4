"""What is wrong with the LUNs of a pool: SM's path counts beside the maps the hosts have.

SM counts paths only when udev tells it of a change, forgets its maximum with every unplug, and
removes its count when the map is gone (sm's mpathcount.py): its alerts miss what is told here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from collectors.paths_expected import Expectation, Source
from collectors.registry import Finding, View
from collectors.storage_expected import ExpectedPaths
from collectors.storage_maps import HostMaps, healthy_paths, maps_by_host
from collectors.storage_matrix import is_multipathed, lun_pbd
from collectors.storage_reading import StorageReading
from collectors.xapi.records import PathCount, Pbd

_SAYS: Mapping[Source, str] = {
    "config": "config",
    "peers": "seen on its peers",
    "seen": "seen there within a day",
    "xapi": "XAPI's maximum on its peers",
}


@dataclass(frozen=True, slots=True)
class _Remark:
    """A finding about a LUN but for the hosts, which stand between `before` and `after`."""

    severity: Literal["warning", "critical"]
    before: str
    after: str = ""


def of_luns(reading: StorageReading, view: View) -> Iterator[Finding]:
    """Every LUN's findings, each once with all the hosts it is true of."""
    maps = maps_by_host(reading, view)
    expected = ExpectedPaths(reading, maps, view)
    for scsi_id in reading.luns:
        hosts: dict[_Remark, list[str]] = {}
        for host in reading.hosts:
            pbd = lun_pbd(reading, scsi_id, host) if host in reading.up else None
            if pbd is None or not pbd.attached:
                continue
            for remark in _of_pbd(pbd, scsi_id, maps.get(host), expected):
                hosts.setdefault(remark, []).append(reading.hosts[host])
        for remark, names in hosts.items():
            text = f"{remark.before} on {', '.join(names)}{remark.after}"
            yield Finding(remark.severity, scsi_id, text)


def _of_pbd(
    pbd: Pbd, scsi_id: str, own: HostMaps | None, expected: ExpectedPaths
) -> Iterator[_Remark]:
    if own is not None and own.lacks(scsi_id) and is_multipathed(pbd, scsi_id):
        after = ", though the PBD is attached: its paths are gone"
        yield _Remark("critical", "multipath map missing", after)
        return
    count = pbd.path_counts.get(scsi_id)
    if count is not None:
        yield from _of_count(count, expected.of(scsi_id, own))
        yield from _beside_own(count, scsi_id, own)
    elif _should_be_counted(pbd, scsi_id) and expected.counted(scsi_id, own):
        after = ", so XAPI cannot notice a path that is lost"
        yield _Remark("warning", "mpath key gone: SM counts no paths of this LUN", after)


def _should_be_counted(pbd: Pbd, scsi_id: str) -> bool:
    return pbd.multipathed and pbd.device_config.get("SCSIid") == scsi_id


def _of_count(count: PathCount, expected: Expectation) -> Iterator[_Remark]:
    if count.current < count.maximum:
        before = f"XAPI counts {count.current} of {count.maximum} paths"
        yield _Remark("warning", before)
    if expected.paths is not None and count.maximum < expected.paths:
        yield _too_low(count, expected.paths, _SAYS[expected.source])


def _too_low(count: PathCount, expected: int, source: str) -> _Remark:
    paths = f"{count.current} path{'' if count.current == 1 else 's'}"
    before = f"XAPI counts {paths} of at most {count.maximum} [{count.current}, {count.maximum}]"
    after = (
        f", but {expected} {'is' if expected == 1 else 'are'} expected ({source}): the PBD was "
        "plugged while a path was gone (a degraded replug)"
    )
    return _Remark("warning", before, after)


def _beside_own(count: PathCount, scsi_id: str, own: HostMaps | None) -> Iterator[_Remark]:
    if own is None or scsi_id not in own.maps:
        return
    healthy = healthy_paths(own.maps[scsi_id])
    if healthy is not None and healthy != count.current:
        before = f"XAPI counts {count.current} paths up, multipath {healthy} healthy"
        yield _Remark("warning", before, ": XAPI's count is stale or does not see the fault")
