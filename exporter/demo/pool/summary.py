"""What is wrong with the pool, for people and programs that watch the demo."""

from collections.abc import Iterator
from typing import Any

from exporter.demo.chassis import Chassis
from exporter.demo.pool.records import Pool


def lun_counts(pool: Pool, host: str) -> str:
    """XAPI's path counts of a host's LUN, `none` without a key; empty without a LUN."""
    counts = [str(pbd.counts or "none") for pbd in pool.pbds_of(host) if pbd.scsi_id]
    return ", ".join(counts)


def host_troubles(pool: Pool, host: str) -> list[str]:
    """What is wrong on a host, in a word or two each."""
    troubles = ["lost"] if host in pool.lost else []
    troubles += ["PBD unplugged"] if any(not pbd.attached for pbd in pool.pbds_of(host)) else []
    troubles += [f"VM {word}" for word in dict.fromkeys(vm_troubles(pool, host).values())]
    return troubles + (["config drifted"] if host in pool.drifted else [])


def vm_troubles(pool: Pool, host: str) -> dict[str, str]:
    """VMs of a host that are not what XAPI says, by name."""
    domains = {domain.uuid: domain for domain in pool.domains[host]}
    found = {}
    for vm in pool.vms.values():
        here, domain = vm.host == host, domains.get(vm.uuid)
        if domain is not None and (domain.dying or not here):
            found[vm.name] = "hung" if domain.dying else "zombie"
        elif here and (domain is None or vm.operation):
            found[vm.name] = "lost" if domain is None else "stuck"
    return found


def pool_state(chassis: Chassis) -> dict[str, Any]:
    """The pool as plain data."""
    pool = chassis.pool
    return {
        "coordinator": pool.coordinator,
        "coordinator_answers": chassis.coordinator_answers,
        "nfs": "alive" if pool.nfs_answers else "dead",
        "pending_tasks": [task.name for task in pool.tasks if task.status == "pending"],
        "messages": len(pool.messages),
        "unplugged": [f"{sr} on {host}" for sr, host in _unplugged(pool)],
    }


def host_state(chassis: Chassis, host: str) -> dict[str, Any]:
    """What the pool has of a host, as plain data."""
    pool = chassis.pool
    return {
        "lost": host in pool.lost,
        "path_counts": lun_counts(pool, host),
        "vm_troubles": vm_troubles(pool, host),
        "configuration": "drifted" if host in pool.drifted else "as set up",
    }


def _unplugged(pool: Pool) -> Iterator[tuple[str, str]]:
    for pbd in pool.pbds.values():
        if not pbd.attached:
            yield pool.srs[pbd.sr].name, pbd.host
