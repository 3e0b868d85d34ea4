"""Commands of `xe` that do something to storage, or would: `pbd-plug`, `sr-scan`, `vbd-insert`."""

from collections.abc import Callable, Mapping

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.faces.xe_arguments import Arguments
from exporter.demo.faces.xe_complaints import invalid_uuid, not_given, sr_has_pbd, vdi_in_use
from exporter.demo.faces.xe_pool_deeds import POOL_DEEDS
from exporter.demo.faces.xe_vm_deeds import VM_DEEDS
from exporter.demo.pool.disc_tables import DRIVE, discs_of, vbd_of
from exporter.demo.pool.entries import Vm
from exporter.demo.pool.records import Pbd

Deed = Callable[[Dom0, Arguments], Result]


def _pbd_plug(dom0: Dom0, asked: Arguments) -> Result:
    pbd = _pbd(dom0, asked)
    if _blocked(dom0, pbd):
        return HANGS
    dom0.model.plug(pbd.uuid)
    return Result()


def _pbd_unplug(dom0: Dom0, asked: Arguments) -> Result:
    """What is in a drive is in the way. Without its mount nothing waits for a dead server."""
    pbd = _pbd(dom0, asked)
    pool = dom0.model.chassis.pool
    discs = discs_of(pool.srs[pbd.sr])
    used = [vm.disc for vm in pool.vms.values() if vm.host == pbd.host and vm.disc in discs]
    if used and pbd.attached:
        raise vdi_in_use(used[0] or "")
    if pbd.host in pool.lost or (pbd.mounted and _blocked(dom0, pbd)):
        return HANGS
    dom0.model.unplug(pbd.uuid)
    return Result()


def _sr_forget(dom0: Dom0, asked: Arguments) -> Result:
    sr = _sr(dom0, asked)
    pbds = dom0.model.chassis.pool.pbds.values()
    if any(pbd.attached for pbd in pbds if pbd.sr == sr):
        raise sr_has_pbd(f"{sr} ({dom0.model.chassis.pool.srs[sr].name})")
    dom0.model.forget(sr)
    return Result()


def _vbd_insert(dom0: Dom0, asked: Arguments) -> Result:
    vdi = asked.get("vdi-uuid")
    if vdi is None:
        raise not_given("vdi-uuid")
    if not any(vdi in discs_of(sr) for sr in dom0.model.chassis.pool.srs.values()):
        raise invalid_uuid("VDI", vdi)
    dom0.model.insert(_of_drive(dom0, asked).uuid, vdi)
    return Result()


def _vbd_eject(dom0: Dom0, asked: Arguments) -> Result:
    dom0.model.insert(_of_drive(dom0, asked).uuid, None)
    return Result()


def _of_drive(dom0: Dom0, asked: Arguments) -> Vm:
    """The VM whose CD drive is meant."""
    uuid = _uuid(asked)
    vms = (vm for vm in dom0.model.chassis.pool.vms.values() if vm.kind == "guest")
    vm = next((vm for vm in vms if vbd_of(vm, DRIVE) == uuid), None)
    if vm is None:
        raise invalid_uuid("VBD", uuid)
    return vm


def _sr_scan(dom0: Dom0, asked: Arguments) -> Result:
    uuid = _sr(dom0, asked)
    pbds = (pbd for pbd in dom0.model.chassis.pool.pbds.values() if pbd.sr == uuid)
    return HANGS if any(_blocked(dom0, pbd) for pbd in pbds) else Result()


def _uuid(asked: Arguments) -> str:
    uuid = asked.get("uuid")
    if uuid is None:
        raise not_given("uuid")
    return uuid


def _sr(dom0: Dom0, asked: Arguments) -> str:
    uuid = _uuid(asked)
    if uuid not in dom0.model.chassis.pool.srs:
        raise invalid_uuid("SR", uuid)
    return uuid


def _pbd(dom0: Dom0, asked: Arguments) -> Pbd:
    uuid = _uuid(asked)
    pbd = dom0.model.chassis.pool.pbds.get(uuid)
    if pbd is None:
        raise invalid_uuid("PBD", uuid)
    return pbd


def _blocked(dom0: Dom0, pbd: Pbd) -> bool:
    """Whether SM waits for a server that is dead, or for a host that is lost."""
    pool = dom0.model.chassis.pool
    return pbd.host in pool.lost or (bool(pbd.nfs_server) and not pool.nfs_answers)


DEEDS: Mapping[str, Deed] = {
    "pbd-plug": _pbd_plug,
    "pbd-unplug": _pbd_unplug,
    "sr-forget": _sr_forget,
    "sr-scan": _sr_scan,
    "vbd-eject": _vbd_eject,
    "vbd-insert": _vbd_insert,
    **POOL_DEEDS,
    **VM_DEEDS,
}
