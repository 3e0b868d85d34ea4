"""VDI and VBD as the API shows them: what SRs hold, and what VMs have of it in their drives."""

from collections.abc import Iterator

from exporter.demo.pool.entries import GIB, Vm
from exporter.demo.pool.names import NULL_REF, ref_of, uuid_of
from exporter.demo.pool.records import Pool, Sr
from exporter.demo.pool.snapshot import NEVER, Record, Snapshot, Table, known, refs

STATEFILE = uuid_of("VDI", "HA statefile")
DRIVE = 1
"""The number of a VM's CD drive among its VBDs; 0 is its disk."""


def discs_of(sr: Sr) -> tuple[str, ...]:
    """The uuids of what an SR holds."""
    return tuple(uuid_of("VDI", f"{sr.uuid}/{number}") for number in range(sr.disks))


def vbd_of(vm: Vm, number: int) -> str:
    """The uuid of a VBD of a VM."""
    return uuid_of("VBD", f"{vm.uuid}/{number}")


def vdis(snapshot: Snapshot) -> Table:
    """The class VDI."""
    users: dict[str, list[str]] = {}
    for vbd, _, vdi, _ in _vbds(snapshot.pool):
        users.setdefault(vdi or "", []).append(vbd)
    held = {
        ref_of(uuid): _vdi(snapshot, sr, number, uuid, users.get(uuid, []))
        for sr in snapshot.pool.srs.values()
        for number, uuid in enumerate(discs_of(sr))
    }
    return {**held, **_statefile(snapshot)}


def _statefile(snapshot: Snapshot) -> Table:
    """HA's, which is there only while HA is on."""
    sr = snapshot.pool.srs.get(snapshot.pool.statefile_sr)
    if sr is None or not snapshot.pool.ha:
        return {}
    named = {"name_label": "Statefile for HA", "type": "ha_statefile"}
    return {ref_of(STATEFILE): _vdi(snapshot, sr, sr.disks, STATEFILE, []) | named}


def _vdi(snapshot: Snapshot, sr: Sr, number: int, uuid: str, users: list[str]) -> Record:
    is_disc = sr.content_type == "iso"
    name = f"disc{number}.iso" if is_disc else f"disk {number}"
    base = {
        "uuid": uuid,
        "name_label": name,
        "name_description": "",
        "is_a_snapshot": False,
        "snapshot_of": NULL_REF,
        "snapshots": [],
        "snapshot_time": NEVER,
        "allowed_operations": [],
        "current_operations": {},
        "SR": ref_of(sr.uuid),
        "VBDs": refs(users),
        "crash_dumps": [],
        "virtual_size": str(GIB),
        "physical_utilisation": str(GIB),
        "location": name if is_disc else uuid,
        "type": "user",
        "sharable": False,
        "read_only": is_disc,
        "storage_lock": False,
        "managed": True,
        "parent": NULL_REF,
        "missing": False,
        "other_config": {},
        "xenstore_data": {},
        "sm_config": {},
        "on_boot": "persist",
        "allow_caching": False,
        "metadata_latest": False,
        "metadata_of_pool": NULL_REF,
        "tags": [],
    }
    later = {"is_tools_iso": sr.is_tools, "cbt_enabled": False}
    return known(snapshot.version, base, ((7, 0, 0), later))


def _vbds(pool: Pool) -> Iterator[tuple[str, Vm, str | None, int]]:
    """Every VBD: its uuid, its VM, what is in it, its number. Disks are of shared data SRs."""
    data = (sr for sr in pool.srs.values() if sr.shared and sr.content_type != "iso")
    disks = iter([uuid for sr in data for uuid in discs_of(sr)])
    for vm in pool.vms.values():
        if vm.kind == "guest":
            disk = next(disks, uuid_of("VDI", f"{vm.uuid}/disk"))
            yield vbd_of(vm, 0), vm, disk, 0
            yield vbd_of(vm, DRIVE), vm, vm.disc, DRIVE


def vbds(snapshot: Snapshot) -> Table:
    """The class VBD."""
    return {
        ref_of(uuid): _vbd(uuid, vm, vdi, number) for uuid, vm, vdi, number in _vbds(snapshot.pool)
    }


def _vbd(uuid: str, vm: Vm, vdi: str | None, number: int) -> Record:
    is_drive = number == DRIVE
    return {
        "uuid": uuid,
        "VM": ref_of(vm.uuid),
        "VDI": ref_of(vdi),
        "allowed_operations": [],
        "current_operations": {},
        "empty": vdi is None,
        "device": f"xvd{'ad'[number]}",
        "userdevice": "3" if is_drive else "0",
        "bootable": not is_drive,
        "mode": "RO" if is_drive else "RW",
        "type": "CD" if is_drive else "Disk",
        "unpluggable": not is_drive,
        "currently_attached": vm.power_state == "Running",
        "storage_lock": False,
        "status_code": "0",
        "status_detail": "",
        "qos_algorithm_type": "",
        "qos_algorithm_params": {},
        "qos_supported_algorithms": [],
        "other_config": {},
    }
