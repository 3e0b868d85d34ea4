"""What the pool collector finds wrong, in sentences."""

from dataclasses import replace
from typing import Any

import pytest

from collectors.pool import Pool
from collectors.registry import View
from collectors.xapi.access import PoolReading
from collectors.xapi.records import Task, Vm
from tests.collectors.pool_readings import NOW, POOL, STATE, look_at, reading


async def found(told: PoolReading) -> list[tuple[str, str, str]]:
    pool = Pool()
    facts = await look_at(pool, told)
    return [(f.severity, f.subject, f.text) for f in pool.findings(facts, View())]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"ha_failures_to_tolerate": 2, "ha_plan_exists_for": 0},
            [("critical", "HA is on, and has a plan for no host failure (should be for 2)")],
        ),
        (
            {"ha_failures_to_tolerate": 0, "ha_plan_exists_for": 0},
            [("warning", "HA is on, and has a plan for no host failure (should be for 0)")],
        ),
        (
            {"ha_failures_to_tolerate": 2, "ha_plan_exists_for": 1},
            [("warning", "HA has a plan for 1 host failures of the 2 it should survive")],
        ),
        (
            {"ha_overcommitted": True},
            [("critical", "HA is overcommitted: it could not restart every protected VM")],
        ),
        ({"ha_failures_to_tolerate": 1, "ha_plan_exists_for": 2}, []),
        ({"ha_failures_to_tolerate": 1}, []),
    ],
)
async def test_high_availability_that_would_not_hold_is_told(
    facts: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    on = replace(POOL, ha_enabled=True, **facts)
    texts = [(severity, "modular", text) for severity, text in expected]
    assert await found(reading(replace(STATE, pool=on))) == texts
    off = replace(on, ha_enabled=False)
    assert await found(reading(replace(STATE, pool=off))) == []


async def test_a_rolling_upgrade_is_told() -> None:
    state = replace(STATE, pool=replace(POOL, name="", rolling_upgrade=True))
    ((severity, subject, text),) = await found(reading(state))
    assert (severity, subject) == ("warning", "pool")
    assert "rolling upgrade" in text


async def test_a_task_under_way_for_ten_minutes_is_named_with_its_age() -> None:
    tasks = (
        Task("t1", "VM.hard_shutdown", "pending", 0.25, NOW - 25 * 60),
        Task("t2", "", "cancelling", None, NOW - 3 * 3600),
        Task("t3", "SR.scan", "pending", 0.0, NOW - 599),
        Task("t4", "VM.start", "success", 1.0, NOW - 3600),
    )
    assert await found(reading(replace(STATE, tasks=tasks))) == [
        ("warning", "VM.hard_shutdown", "task t1 has been pending for 25 min, 25% done"),
        ("warning", "t2", "task t2 has been cancelling for 3 h"),
    ]


@pytest.mark.parametrize("name", ["Async.VM.hard_shutdown", "VM.hard_shutdown"])
async def test_the_vms_a_slow_task_may_hold_are_named(name: str) -> None:
    vms = (
        Vm("vm-1", "mail3", "running", current_operations=("hard_shutdown", "snapshot")),
        Vm("vm-2", "web", "running", current_operations=("clean_shutdown",)),
        Vm("vm-3", "", "running", current_operations=("hard_shutdown",)),
    )
    task = Task("t1", name, "pending", None, NOW - 25 * 60)
    ((_, _, text),) = await found(reading(replace(STATE, vms=vms, tasks=(task,))))
    assert text == (
        "task t1 has been pending for 25 min; VMs with this operation: mail3 (vm-1), vm-3"
    )


@pytest.mark.parametrize("name", ["SR.hard_shutdown", "hard_shutdown", "VM.hard", ""])
async def test_a_task_of_another_call_names_no_vm(name: str) -> None:
    vm = Vm("vm-1", "mail3", "running", current_operations=("hard_shutdown",))
    task = Task("t1", name, "pending", None, NOW - 25 * 60)
    ((_, _, text),) = await found(reading(replace(STATE, vms=(vm,), tasks=(task,))))
    assert text == "task t1 has been pending for 25 min"


async def test_of_many_vms_with_one_operation_a_few_are_named_and_the_others_counted() -> None:
    vms = tuple(Vm(f"vm-{n}", "", "halted", current_operations=("start",)) for n in range(7))
    task = Task("t1", "Async.VM.start", "pending", None, NOW - 25 * 60)
    ((_, _, text),) = await found(reading(replace(STATE, vms=vms, tasks=(task,))))
    assert text.endswith(": vm-0, vm-1, vm-2, vm-3, vm-4 and 2 more")
