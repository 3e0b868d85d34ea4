"""Storage repositories and their attachment as metrics."""

from collections.abc import Mapping

from collectors.metrics import Family, Page
from collectors.registry import View
from collectors.storage_maps import HostMaps, maps_by_host
from collectors.storage_matrix import STATES, lun_cells, lun_pbd, sr_cells
from collectors.storage_reading import StorageReading
from collectors.xapi.records import Sr

INFO = Family(
    "xenlens_sr_info",
    "A storage repository; kind is its type, content what it holds (XAPI: SR).",
    ("sr", "name", "kind", "content", "shared"),
)
SIZE = Family(
    "xenlens_sr_size_bytes", "Size as of XAPI's last scan (XAPI: SR.physical_size).", ("sr",)
)
UTILISATION = Family(
    "xenlens_sr_utilisation_bytes",
    "Used on the storage as of XAPI's last scan (XAPI: SR.physical_utilisation).",
    ("sr",),
)
VIRTUAL_ALLOCATION = Family(
    "xenlens_sr_virtual_allocation_bytes",
    "Promised to virtual disks; may exceed the size (XAPI: SR.virtual_allocation).",
    ("sr",),
)
PBD_ATTACHED = Family(
    "xenlens_pbd_attached",
    "1 when the host has the SR plugged (XAPI: PBD.currently_attached); absent for a host that is "
    "dead or does not answer, since XAPI keeps what was.",
    ("sr", "host"),
)
SR_ATTACHMENT = Family(
    "xenlens_sr_attachment",
    "SR × host, exactly one state 1: attached, unplugged, missing (no PBD), unknown (the host "
    "is dead or does not answer, or a PBD is damaged or dangles). A shared SR should be on every "
    "host.",
    ("sr", "host", "state"),
)
LUN_ATTACHMENT = Family(
    "xenlens_lun_attachment",
    "LUN × host, exactly one state 1: attached, unplugged, missing (no PBD, or an attached one "
    "whose multipath map the host does not have), unknown.",
    ("scsi_id", "host", "state"),
)
PBD_PATHS = Family(
    "xenlens_pbd_multipath_paths",
    "Paths of a LUN. kind: current and maximum as SM counts them (XAPI: mpath-SCSIID of "
    "PBD.other_config; a count of the past while the host changes nothing), multipath as xenlens "
    "read the host's map.",
    ("sr", "host", "scsi_id", "kind"),
)
FAMILIES = (
    INFO,
    SIZE,
    UTILISATION,
    VIRTUAL_ALLOCATION,
    PBD_ATTACHED,
    SR_ATTACHMENT,
    LUN_ATTACHMENT,
    PBD_PATHS,
)


def fill(page: Page, reading: StorageReading, view: View) -> None:
    """Every SR, then both matrices and the path counts."""
    maps = maps_by_host(reading, view)
    for sr in reading.records:
        _fill_sr(page, sr)
        _fill_attachment(page, reading, sr)
    for scsi_id in reading.luns:
        _fill_lun(page, reading, scsi_id, maps)


def _fill_sr(page: Page, sr: Sr) -> None:
    shared = "true" if sr.shared else "false"
    labels = {"kind": sr.type, "content": sr.content_type, "shared": shared}
    page.add(INFO, 1, sr=sr.uuid, name=sr.name, **labels)
    page.add_known(SIZE, sr.size, sr=sr.uuid)
    page.add_known(UTILISATION, sr.utilisation, sr=sr.uuid)
    page.add_known(VIRTUAL_ALLOCATION, sr.virtual_allocation, sr=sr.uuid)


def _fill_attachment(page: Page, reading: StorageReading, sr: Sr) -> None:
    for host, state in sr_cells(reading, sr):
        labels = {"sr": sr.uuid, "host": reading.hosts[host]}
        page.states(SR_ATTACHMENT, STATES, state, **labels)
        if state in ("attached", "unplugged"):
            page.add(PBD_ATTACHED, state == "attached", **labels)


def _fill_lun(
    page: Page, reading: StorageReading, scsi_id: str, maps: Mapping[str, HostMaps]
) -> None:
    for host, state in lun_cells(reading, scsi_id, maps):
        page.states(LUN_ATTACHMENT, STATES, state, scsi_id=scsi_id, host=reading.hosts[host])
        if host in reading.up:
            _fill_paths(page, reading, scsi_id, host, maps.get(host))


def _fill_paths(
    page: Page, reading: StorageReading, scsi_id: str, host: str, own: HostMaps | None
) -> None:
    pbd = lun_pbd(reading, scsi_id, host)
    if pbd is None or pbd.sr is None:
        return
    labels = {"sr": pbd.sr, "host": reading.hosts[host], "scsi_id": scsi_id}
    if (count := pbd.path_counts.get(scsi_id)) is not None:
        page.add(PBD_PATHS, count.current, **labels, kind="current")
        page.add(PBD_PATHS, count.maximum, **labels, kind="maximum")
    if own is not None and scsi_id in own.maps:
        page.add(PBD_PATHS, len(own.maps[scsi_id].paths), **labels, kind="multipath")
