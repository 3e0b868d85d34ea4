"""SR and PBD as the API shows them."""

from exporter.demo.pool.names import NULL_REF, ref_of, uuid_of
from exporter.demo.pool.records import Pbd, Sr
from exporter.demo.pool.snapshot import Record, Snapshot, Table, known, numbered, refs

_OPERATIONS = ["forget", "unplug", "update", "plug", "scan"]
_VDI_OPERATIONS = ["vdi_create", "vdi_clone", "vdi_resize", "vdi_destroy", "vdi_snapshot"]


def srs(snapshot: Snapshot) -> Table:
    """The class SR."""
    return {ref_of(sr.uuid): _sr(snapshot, sr) for sr in snapshot.pool.srs.values()}


def _sr(snapshot: Snapshot, sr: Sr) -> Record:
    pbds = snapshot.pbds_of_sr[sr.uuid]
    base = {
        "uuid": sr.uuid,
        "name_label": sr.name,
        "name_description": sr.description,
        "allowed_operations": _OPERATIONS + ([] if sr.type == "iso" else _VDI_OPERATIONS),
        "current_operations": {},
        "VDIs": numbered("VDI", sr.uuid, sr.disks),
        "PBDs": refs([pbd.uuid for pbd in pbds]),
        "virtual_allocation": str(sr.allocated),
        "physical_utilisation": str(sr.used),
        "physical_size": str(sr.size),
        "type": sr.type,
        "content_type": sr.content_type,
        "shared": sr.shared,
        "other_config": dict(sr.other_config),
        "tags": [],
        "sm_config": dict(sr.sm_config),
        "blobs": {},
        "local_cache_enabled": False,
        "introduced_by": NULL_REF,
    }
    later = {"clustered": False, "is_tools_sr": sr.is_tools}
    return known(snapshot.version, base, ((7, 0, 0), later))


def pbds(snapshot: Snapshot) -> Table:
    """The class PBD."""
    return {ref_of(pbd.uuid): _pbd(snapshot, pbd) for pbd in snapshot.pool.pbds.values()}


def _pbd(snapshot: Snapshot, pbd: Pbd) -> Record:
    other_config = {} if pbd.scsi_id is None else {"multipathed": "true"}
    if pbd.counts is not None:
        other_config[f"mpath-{pbd.scsi_id}"] = str(pbd.counts)
    return {
        "uuid": pbd.uuid,
        "host": ref_of(uuid_of("host", pbd.host)),
        "SR": ref_of(pbd.sr),
        "device_config": dict(pbd.device_config),
        "currently_attached": pbd.attached,
        "other_config": other_config,
    }
