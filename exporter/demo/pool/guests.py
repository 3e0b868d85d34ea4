"""What goes wrong with VMs and their domains."""

from dataclasses import replace

from exporter.demo.pool.entries import Domain, Task, Vm
from exporter.demo.pool.names import uuid_of
from exporter.demo.pool.records import Pool

STUCK_SECONDS = 25 * 60.0
"""How long ago the stuck operation began."""
HARD_SHUTDOWN = "hard_shutdown"


def domain_of(vm: Vm, domid: int) -> Domain:
    """The domain of a VM that runs as it should."""
    return Domain(domid, vm.uuid, vm.memory, vm.vcpus, vm.hvm, blocked=domid != 0)


def domains_of(vms: dict[str, Vm], host: str) -> tuple[Domain, ...]:
    """The domains of a host on which everything is as XAPI says."""
    here = (vm for vm in vms.values() if vm.host == host)
    return tuple(domain_of(vm, vm.domid) for vm in sorted(here, key=lambda vm: vm.domid))


def after_vm_fault(pool: Pool, host: str, state: str, now: float) -> Pool:
    """The pool after a fault of a VM. Each fault has its own victim on the host, if it has one."""
    guests = [
        vm for vm in pool.vms.values() if vm.host == host and vm.kind == "guest" and vm.domid > 0
    ]
    match state:
        case "hung":
            return _hung(pool, host, guests[:1])
        case "lost":
            return _lost(pool, host, guests[1:2])
        case "stuck-operation":
            return _stuck(pool, guests[2:3], now)
        case "zombie":
            return _zombie(pool, host)
    return _recovered(pool)


def _hung(pool: Pool, host: str, victims: list[Vm]) -> Pool:
    hung = {vm.uuid for vm in victims}
    changed = (
        replace(domain, dying=True, blocked=False) if domain.uuid in hung else domain
        for domain in pool.domains[host]
    )
    return pool.with_domains(host, *changed)


def _lost(pool: Pool, host: str, victims: list[Vm]) -> Pool:
    gone = {vm.uuid for vm in victims}
    kept = (domain for domain in pool.domains[host] if domain.uuid not in gone)
    return pool.with_domains(host, *kept)


def _zombie(pool: Pool, host: str) -> Pool:
    """A halted VM whose domain is still there."""
    halted = next(
        (v for v in pool.vms.values() if v.kind == "guest" and v.power_state == "Halted"), None
    )
    there = pool.domains[host]
    if halted is None or any(domain.uuid == halted.uuid for domain in there):
        return pool
    domid = 1 + max(domain.domid for domain in there)
    return pool.with_domains(host, *there, domain_of(halted, domid))


def _stuck(pool: Pool, victims: list[Vm], now: float) -> Pool:
    """A hard shutdown that does not end keeps its task and its mark on the VM."""
    for vm in victims:
        if vm.task is not None:
            continue
        uuid = uuid_of("task", f"{vm.uuid} {now}")
        task = Task(uuid, "Async.VM.hard_shutdown", now - STUCK_SECONDS)
        pool = pool.with_vm(replace(vm, operation=HARD_SHUTDOWN, task=uuid))
        pool = replace(pool, tasks=(*pool.tasks, task))
    return pool


def _recovered(pool: Pool) -> Pool:
    busy = [vm for vm in pool.vms.values() if vm.task is not None]
    tasks = {vm.task for vm in busy}
    pool = pool.with_vm(*(replace(vm, operation=None, task=None) for vm in busy))
    pool = replace(pool, tasks=tuple(task for task in pool.tasks if task.uuid not in tasks))
    vms = dict(pool.vms)
    return replace(pool, domains={host: domains_of(vms, host) for host in pool.domains})
