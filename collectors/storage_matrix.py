"""SR × host and LUN × host: what is attached, unplugged, missing, or cannot be known."""

from collections.abc import Iterable, Iterator, Mapping

from collectors.storage_maps import HostMaps
from collectors.storage_reading import StorageReading, scsi_ids
from collectors.xapi.records import Pbd, Sr

STATES = ("attached", "unplugged", "missing", "unknown")
"""`missing`: no PBD where there should be one, or an attached one without its multipath map."""


def sr_cells(reading: StorageReading, sr: Sr) -> Iterator[tuple[str, str]]:
    """Host uuid and state, for every host that should have the SR."""
    row = reading.on(sr)
    for host in reading.hosts:
        if sr.shared or host in row:
            yield host, _state(reading, host, row.get(host), (sr,))


def _state(reading: StorageReading, host: str, pbd: Pbd | None, srs: Iterable[Sr]) -> str:
    """The state of the PBD of `srs` on a host; None: none of them has one there."""
    if host not in reading.up:
        return "unknown"
    if pbd is None:
        return "unknown" if any(reading.may_hide(sr, host) for sr in srs) else "missing"
    return "attached" if pbd.attached else "unplugged"


def lun_cells(
    reading: StorageReading, scsi_id: str, maps: Mapping[str, HostMaps]
) -> Iterator[tuple[str, str]]:
    """Host uuid and state, for every host that should have the LUN."""
    srs = reading.luns[scsi_id]
    is_shared = any(sr.shared for sr in srs)
    for host in reading.hosts:
        pbd = lun_pbd(reading, scsi_id, host)
        if pbd is not None or is_shared:
            state = _state(reading, host, pbd, srs)
            if pbd is not None and state == "attached":
                state = _with_map(pbd, scsi_id, maps.get(host))
            yield host, state


def lun_pbd(reading: StorageReading, scsi_id: str, host: str) -> Pbd | None:
    """The PBD by which a host has a LUN, an attached one first.

    One that names another LUN does not count, though its SR has this LUN on other hosts.
    """
    rows = (reading.on(sr) for sr in reading.luns[scsi_id])
    found = [row[host] for row in rows if host in row]
    fitting = [pbd for pbd in found if not (ids := scsi_ids(pbd)) or scsi_id in ids]
    return next((pbd for pbd in fitting if pbd.attached), next(iter(fitting), None))


def is_multipathed(pbd: Pbd, scsi_id: str) -> bool:
    """Whether an attached PBD reaches its LUN through a multipath map."""
    return pbd.multipathed or scsi_id in pbd.path_counts


def _with_map(pbd: Pbd, scsi_id: str, own: HostMaps | None) -> str:
    """The state of an attached PBD, as the host's own maps have it."""
    if own is None or not is_multipathed(pbd, scsi_id):
        return "attached"
    return {True: "missing", False: "attached", None: "unknown"}[own.lacks(scsi_id)]
