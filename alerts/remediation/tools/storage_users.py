"""Who needs an ISO library: discs in the drives of VMs, and what HA has in it."""

from alerts.remediation.records import Refusal
from alerts.remediation.sight import Sight
from alerts.remediation.tools.storage_xe import records
from collectors.xapi.records import PoolState, Sr
from collectors.xe_complete import Record

_VBD = ("uuid", "vm-uuid", "vm-name-label", "vdi-uuid", "empty")
_VM = ("uuid", "ha-restart-priority", "ha-always-run")


async def check_unused(state: PoolState, sr: Sr, host: str, sight: Sight) -> None:
    """That nothing of an SR is in a drive, running or not, and that HA keeps no statefile in it.

    `host` is the one whose `xe` is asked. An inserted disc refuses the unplug (VDI_IN_USE), one of
    a VM that HA protects with HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED, HA's statefile with
    HA_IS_ENABLED (xapi_pbd.ml). Raises Refusal `ha_statefile`, `ha_user` and `disc_inserted`,
    Unreadable.
    """
    held = await records(sight, host, "vdi", ("uuid",), f"sr-uuid={sr.uuid}")
    discs = {record["uuid"] for record in held}
    await _check_statefile(discs, sr, host, sight)
    vbds = await records(sight, host, "vbd", _VBD)
    users = [vbd for vbd in vbds if vbd.get("vdi-uuid") in discs and vbd.get("empty") != "true"]
    if not users:
        return
    protected = await _protected(host, sight) if state.pool.ha_enabled else frozenset()
    _refuse(users, protected, sr)


async def _check_statefile(discs: set[str], sr: Sr, host: str, sight: Sight) -> None:
    pools = await records(sight, host, "pool", ("uuid", "ha-statefiles"))
    statefiles = " ".join(pool.get("ha-statefiles", "") for pool in pools)
    if any(disc in statefiles for disc in discs):
        text = f"HA keeps its statefile in {sr.name}: give it another SR first"
        raise Refusal("ha_statefile", text)


async def _protected(host: str, sight: Sight) -> frozenset[str]:
    vms = await records(sight, host, "vm", _VM)
    return frozenset(
        vm["uuid"] for vm in vms if vm["ha-restart-priority"] or vm.get("ha-always-run") == "true"
    )


def _refuse(users: list[Record], protected: frozenset[str], sr: Sr) -> None:
    names = ", ".join(sorted({vbd["vm-name-label"] for vbd in users}))
    if any(vbd["vm-uuid"] in protected for vbd in users):
        text = f"HA protects a VM that has a disc of {sr.name} in its drive ({names}): eject it"
        raise Refusal("ha_user", text)
    text = f"VMs have discs of {sr.name} in their drives ({names}): eject them with xe vbd-eject"
    raise Refusal("disc_inserted", text)
