"""What the pool's faults do to its state. They befall the last host where they need one."""

from dataclasses import replace

from exporter.demo.chassis import Chassis
from exporter.demo.faults import Fault
from exporter.demo.pool.attachments import counted, plugged, unplugged
from exporter.demo.pool.guests import after_vm_fault
from exporter.demo.pool.messages import with_messages
from exporter.demo.pool.names import uuid_of
from exporter.demo.pool.records import Pbd, Pool

_TRANSITION_PRIORITY, _PLUG_PRIORITY = 4, 3


def after_pool_fault(chassis: Chassis, fault: Fault, now: float) -> Chassis:
    """The chassis after a fault of its pool, or of a whole host, at `now`."""
    pool = chassis.pool
    state = fault.state
    if fault.object in chassis.hosts:
        return replace(chassis, pool=_host_fault(pool, fault, now))
    match fault.object:
        case "nfs":
            return replace(chassis, pool=replace(pool, nfs_answers=state == "alive"))
        case "coordinator":
            return replace(chassis, pool=_coordinator_fault(chassis, state, now))
        case "vm":
            return replace(chassis, pool=after_vm_fault(pool, _last(chassis), state, now))
        case "hostconfig":
            last = frozenset({_last(chassis)})
            drifted = pool.drifted | last if state == "drifted" else pool.drifted - last
            return replace(chassis, pool=replace(pool, drifted=drifted))
        case "pbd":
            return replace(chassis, pool=_pbd_fault(chassis, state))
    return _key_fault(chassis, state, now)


def _last(chassis: Chassis) -> str:
    return list(chassis.hosts)[-1]


def _lun_pbd(chassis: Chassis) -> Pbd:
    """The last host's PBD of the shared LUN."""
    return next(pbd for pbd in chassis.pool.pbds_of(_last(chassis)) if pbd.scsi_id)


def _coordinator_fault(chassis: Chassis, state: str, now: float) -> Pool:
    pool = chassis.pool
    if state != "moved":
        return replace(pool, coordinator_answers=state == "back")
    names = list(chassis.hosts)
    place = names.index(pool.coordinator) + 1
    others = [name for name in names[place:] + names[:place] if name not in pool.lost]
    if not others or others[0] == pool.coordinator:
        return pool
    return with_coordinator(pool, others[0], now)


def with_coordinator(pool: Pool, host: str, now: float) -> Pool:
    """The pool after a host became its coordinator, and all follow it."""
    moved = replace(pool, coordinator=host, coordinator_answers=True)
    uuid = uuid_of("host", host)
    news = ("POOL_MASTER_TRANSITION", _TRANSITION_PRIORITY, "Host", uuid, "")
    return with_messages(moved, now, news)


def _host_fault(pool: Pool, fault: Fault, now: float) -> Pool:
    lost = dict(pool.lost)
    if fault.state == "lost":
        lost.setdefault(fault.object, now)
        return replace(pool, lost=lost)
    if lost.pop(fault.object, None) is None:
        return pool
    returned = replace(pool, lost=lost)
    if pool.nfs_answers:
        return returned
    return _unplugged_nfs(returned, fault.object, now)


def _unplugged_nfs(pool: Pool, host: str, now: float) -> Pool:
    """A host that starts cannot plug the PBDs of a dead server."""
    failed = [pbd for pbd in pool.pbds_of(host) if pbd.nfs_server]
    for pbd in failed:
        pool = unplugged(pool, pbd)
    uuid = uuid_of("host", host)
    news = ("PBD_PLUG_FAILED_ON_SERVER_START", _PLUG_PRIORITY, "Host", uuid, "")
    return with_messages(pool, now, news) if failed else pool


def _pbd_fault(chassis: Chassis, state: str) -> Pool:
    if state == "unplugged":
        return unplugged(chassis.pool, _lun_pbd(chassis))
    for pbd in chassis.pool.pbds.values():
        if chassis.pool.nfs_answers or not pbd.nfs_server:
            chassis = replace(chassis, pool=plugged(chassis, pbd))
    return chassis.pool


def _key_fault(chassis: Chassis, state: str, now: float) -> Chassis:
    pbd = _lun_pbd(chassis)
    if state == "removed":
        return replace(chassis, pool=chassis.pool.with_pbd(replace(pbd, counts=None)))
    if state == "restored":
        counts = counted(chassis, pbd, maximum=len(chassis.controllers))
        pool = chassis.pool.with_pbd(replace(pbd, attached=True, counts=counts))
        return replace(chassis, pool=pool)
    if all(controller.present for controller in chassis.controllers.values()):
        chassis = chassis.after(Fault(list(chassis.controllers)[-1], "pulled"), now)
    out = replace(chassis, pool=unplugged(chassis.pool, pbd))
    return replace(out, pool=plugged(out, out.pool.pbds[pbd.uuid]))
