"""What is wrong with a pool, in sentences."""

import re
from collections.abc import Iterable, Iterator

from collectors.pool_facts import PoolFacts, pending_tasks, task_age
from collectors.pool_host_findings import of_hosts, of_inventory
from collectors.pool_lost import refusals
from collectors.pool_messages import recent_trouble
from collectors.registry import Finding, View
from collectors.subjects import named
from collectors.xapi.records import Pool, PoolState, Task, Vm

SLOW_TASK_SECONDS = 600.0
"""A task under way for longer is a finding: one that hangs keeps its objects locked."""
ADVICE = "find out whether its host still runs before another member is made coordinator"
"""No command: with two coordinators two hosts write to the same disks."""
MOST_VMS = 5
"""So many VMs of a task are named; what they wait for is likely the same."""
_VM_TASK = re.compile(r"(?:Async\.)?VM\.(\w+)")
"""A call to XAPI is a task of its name, and the call's own name is the operation it does."""


def findings(facts: PoolFacts, view: View) -> Iterator[Finding]:
    """The inventory, coordinator, high availability, hosts, tasks and recent messages."""
    yield from of_inventory(facts.pool)
    state = facts.pool.state
    if state is None:
        yield _lost(facts)
        return
    if state.pool.ha_enabled:
        yield from _of_ha(state.pool)
    if state.pool.rolling_upgrade:
        text = "a rolling upgrade is in progress: hosts of two versions, and no HA meanwhile"
        yield Finding("warning", _name(state.pool), text)
    yield from of_hosts(facts)
    yield from _of_tasks(facts, state)
    yield from _of_messages(facts, state)


def _lost(facts: PoolFacts) -> Finding:
    coordinator = facts.pool.last_coordinator
    text = f"coordinator lost: no member's XAPI answers ({refusals(facts.pool)}); {ADVICE}"
    return Finding("critical", coordinator or "pool", text)


def _name(pool: Pool) -> str:
    return pool.name or "pool"


def _of_ha(pool: Pool) -> Iterator[Finding]:
    wanted, planned = pool.ha_failures_to_tolerate, pool.ha_plan_exists_for
    if planned == 0:
        text = f"HA is on, and has a plan for no host failure (should be for {_count(wanted)})"
        yield Finding("critical" if wanted else "warning", _name(pool), text)
    elif planned is not None and wanted is not None and planned < wanted:
        text = f"HA has a plan for {planned} host failures of the {wanted} it should survive"
        yield Finding("warning", _name(pool), text)
    if pool.ha_overcommitted:
        text = "HA is overcommitted: it could not restart every protected VM"
        yield Finding("critical", _name(pool), text)


def _count(number: int | None) -> str:
    return "an unknown number" if number is None else str(number)


def _of_tasks(facts: PoolFacts, state: PoolState) -> Iterator[Finding]:
    for task in pending_tasks(facts):
        age = task_age(task, facts)
        if age is not None and age > SLOW_TASK_SECONDS:
            done = "" if task.progress is None else f", {task.progress:.0%} done"
            text = f"task {task.uuid} has been {task.status} for {_minutes(age)}{done}"
            yield Finding("warning", task.name or task.uuid, text + _victims(task, state.vms))


def _victims(task: Task, vms: Iterable[Vm]) -> str:
    """A task does not say what it works on; a VM says what is done with it."""
    call = _VM_TASK.fullmatch(task.name)
    busy = [vm for vm in vms if call is not None and call[1] in vm.current_operations]
    if not busy:
        return ""
    more = f" and {len(busy) - MOST_VMS} more" if len(busy) > MOST_VMS else ""
    names = ", ".join(named(vm.name, vm.uuid) for vm in busy[:MOST_VMS])
    return f"; VMs with this operation: {names}{more}"


def _of_messages(facts: PoolFacts, state: PoolState) -> Iterator[Finding]:
    names = _names(facts, state)
    for (name, subject), age in recent_trouble(state.messages or (), facts.pool.at).items():
        text = f"XAPI message {name}, {_minutes(age)} ago"
        yield Finding("warning", names.get(subject) or subject or _name(state.pool), text)


def _names(facts: PoolFacts, state: PoolState) -> dict[str, str]:
    """By uuid, the names of what a message may be about."""
    names = {state.pool.uuid: state.pool.name, **facts.pool.names}
    names |= {sr.uuid: named(sr.name, sr.uuid) for sr in state.srs}
    return names | {vm.uuid: named(vm.name, vm.uuid) for vm in state.vms}


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
