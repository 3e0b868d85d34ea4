"""Commands of `xe` that do something, or would: `pbd-plug`, `pbd-unplug`, `sr-scan`."""

from collections.abc import Callable, Mapping

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.faces.xe_arguments import Arguments
from exporter.demo.faces.xe_complaints import invalid_uuid, not_given
from exporter.demo.pool.records import Pbd

Deed = Callable[[Dom0, Arguments], Result]


def _pbd_plug(dom0: Dom0, asked: Arguments) -> Result:
    pbd = _pbd(dom0, asked)
    if _blocked(dom0, pbd):
        return HANGS
    dom0.model.plug(pbd.uuid)
    return Result()


def _pbd_unplug(dom0: Dom0, asked: Arguments) -> Result:
    pbd = _pbd(dom0, asked)
    if _blocked(dom0, pbd):
        return HANGS
    dom0.model.unplug(pbd.uuid)
    return Result()


def _sr_scan(dom0: Dom0, asked: Arguments) -> Result:
    pool = dom0.model.chassis.pool
    uuid = _uuid(asked)
    if uuid not in pool.srs:
        raise invalid_uuid("SR", uuid)
    pbds = (pbd for pbd in pool.pbds.values() if pbd.sr == uuid)
    return HANGS if any(_blocked(dom0, pbd) for pbd in pbds) else Result()


def _uuid(asked: Arguments) -> str:
    uuid = asked.get("uuid")
    if uuid is None:
        raise not_given("uuid")
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
    "sr-scan": _sr_scan,
}
