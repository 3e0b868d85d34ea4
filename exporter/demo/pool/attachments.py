"""PBDs plugged and unplugged, and SM's path counts in them.

The key `mpath-SCSIID` comes when a PBD is plugged and goes when it is unplugged; between the two
its maximum only grows (SM's mpathcount.py, LVHDoHBASR.detach).
"""

from dataclasses import replace

from exporter.demo.chassis import Chassis
from exporter.demo.pool.records import PathCounts, Pbd, Pool


def unplugged(pool: Pool, pbd: Pbd) -> Pool:
    """The pool after a PBD was detached."""
    return pool.with_pbd(replace(pbd, attached=False, counts=None))


def plugged(chassis: Chassis, pbd: Pbd) -> Pool:
    """The pool after a PBD was attached: what is there now is taken for all there is."""
    if pbd.attached:
        return chassis.pool
    counts = counted(chassis, pbd)
    return chassis.pool.with_pbd(replace(pbd, attached=True, mounted=True, counts=counts))


def unmounted(pool: Pool, host: str, sr: str) -> Pool:
    """The pool without a host's mount of an SR (its uuid): XAPI does not learn of it."""
    found = (pbd for pbd in pool.pbds_of(host) if pbd.sr == sr)
    return pool.with_pbd(*(replace(pbd, mounted=False) for pbd in found))


def forgotten(pool: Pool, sr: str) -> Pool:
    """The pool without the records of an SR (its uuid): its PBDs and discs go with it."""
    return replace(
        pool,
        srs={uuid: each for uuid, each in pool.srs.items() if uuid != sr},
        pbds={uuid: pbd for uuid, pbd in pool.pbds.items() if pbd.sr != sr},
    )


def counted(chassis: Chassis, pbd: Pbd, maximum: int = 0) -> PathCounts | None:
    """The counts of a new key, or None where the PBD has no LUN."""
    paths = chassis.hosts[pbd.host].paths_to(pbd.scsi_id) if pbd.scsi_id else None
    return None if paths is None else PathCounts(paths, max(paths, maximum))


def recounted(chassis: Chassis) -> Pool:
    """The pool once SM of every host that can tell the coordinator has counted its paths."""
    pool = chassis.pool
    if not chassis.coordinator_answers:
        return pool
    changed = []
    for pbd in pool.pbds.values():
        if pbd.counts is None or pbd.scsi_id is None or pbd.host in pool.lost:
            continue
        counts = pbd.counts.seen(chassis.hosts[pbd.host].paths_to(pbd.scsi_id) or 0)
        if counts != pbd.counts:
            changed.append(replace(pbd, counts=counts))
    return pool.with_pbd(*changed) if changed else pool
