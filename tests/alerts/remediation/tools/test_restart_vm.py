"""restart-vm acts on a VM whose domain hangs, and on nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.remediation.records import Diagnosis, Plan, Refusal, Target, Unreadable
from alerts.remediation.tools.restart_vm import RestartVm
from collectors.domains_compare import LOST, ZOMBIE
from collectors.list_domains import Domain
from tests.alerts.remediation.tools.vm_shapes import allowed, assert_allowed
from tests.alerts.remediation.tools.vm_sight import (
    ALIVE,
    DYING,
    SHUT_DOWN,
    VM,
    A,
    PoolSight,
    domains,
    fault,
)

TOOL = RestartVm()
TARGET = Target(TOOL.name, {"pool": "p", "host": "b", "vm": VM})
LEFT = replace(DYING, domid=9)
MOVING = replace(ALIVE, domid=9, uuid=f"{VM[:24]}000000000001")


def on_b(*found: Domain, **facts: Any) -> PoolSight:
    return PoolSight(read_of={"a": domains(), "b": domains(*found, **facts)})


async def diagnosed(sight: PoolSight) -> Diagnosis:
    return await TOOL.diagnose(TARGET, sight)


async def planned(sight: PoolSight) -> Plan:
    return await TOOL.plan(TARGET, await diagnosed(sight), sight)


async def test_a_dying_domain_of_a_running_vm_is_faulty() -> None:
    found = await diagnosed(PoolSight())
    assert (found.verdict, found.facts["domain b/7"]) == ("faulty", "dying")
    assert found.facts["found_on"] == ["b"]


async def test_a_domain_that_shut_down_is_first_rebooted_cleanly() -> None:
    plan = await planned(on_b(SHUT_DOWN, faults=[fault()]))
    assert plan.order == "ladder"
    assert [step.argv for step in plan.steps] == [
        ("xe", "vm-reboot", f"uuid={VM}"),
        ("xe", "vm-reboot", f"uuid={VM}", "force=true"),
    ]
    assert {step.host for step in plan.steps} == {plan.lock_host} == {"b"}
    assert all(step.undo == () and step.expected == plan.expected for step in plan.steps)
    assert_allowed(TOOL, plan)


async def test_a_dying_domain_is_rebooted_by_force_at_once() -> None:
    assert [step.argv[-1] for step in (await planned(PoolSight())).steps] == ["force=true"]


async def test_the_plan_is_fulfilled_by_another_domain_only() -> None:
    expected = (await planned(PoolSight())).expected
    again = on_b(replace(ALIVE, domid=8)).with_vm(domid=8)
    assert (await diagnosed(again)).has(expected)
    assert (await diagnosed(again)).verdict == "healthy"
    assert not (await diagnosed(on_b(ALIVE))).has(expected)
    assert not (await diagnosed(on_b().with_vm(power_state="halted"))).has(expected)


async def test_flags_of_the_moment_are_no_facts() -> None:
    busy = replace(DYING, blocked=True, running=True, paused=True)
    assert (await diagnosed(on_b(busy, faults=[fault(seconds=99)]))).facts == (
        await diagnosed(PoolSight())
    ).facts


@pytest.mark.parametrize(
    ("sight", "reason"),
    [
        (on_b(DYING, faults=[fault(seconds=60)]), "not_lasting"),
        (on_b(ALIVE, faults=[fault(ZOMBIE)]), "other_fault"),
        (on_b(faults=[fault(LOST)]), "other_fault"),
        (on_b(), "no_domain"),
        (PoolSight().with_vm(current_operations=("hard_shutdown",)), "operation_in_progress"),
        (on_b(DYING, MOVING, faults=[fault()]), "migrating"),
        (on_b().with_vm(power_state="halted", resident_on=None, domid=None), "not_running"),
        (on_b().with_vm(power_state="suspended", resident_on=None, domid=None), "not_running"),
        (on_b(ALIVE).with_vm(power_state="paused"), "not_running"),
    ],
)
async def test_what_a_reboot_does_not_heal_is_unclear_and_refused(
    sight: PoolSight, reason: str
) -> None:
    found = await diagnosed(sight)
    assert (found.verdict, found.reason) == ("unclear", reason)
    with pytest.raises(Refusal) as refusal:
        await TOOL.plan(TARGET, found, sight)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("sight", "reason"),
    [
        (PoolSight().with_vm(uuid=A), "unknown_vm"),
        (PoolSight().with_vm(is_control_domain=True), "control_domain"),
        (PoolSight().with_vm(resident_on=A), "other_host"),
        (on_b(DYING, faults=[fault()], damaged=1), "host_unreachable"),
        (PoolSight(read_of={"a": domains(), "b": Unreadable("domains", "?")}), "host_unreachable"),
        (PoolSight(watched=("a",)), "host_unreachable"),
    ],
)
async def test_a_vm_that_is_not_the_alerts_is_refused(sight: PoolSight, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await diagnosed(sight)
    assert refusal.value.reason == reason


async def test_a_list_of_vms_that_was_not_read_whole_proves_no_absence() -> None:
    sight = PoolSight().with_vm(uuid=A)
    sight.state = replace(sight.state, damaged_kinds=("vm",))
    with pytest.raises(Unreadable):
        await diagnosed(sight)


@pytest.mark.parametrize(
    ("sight", "reason"),
    [
        (PoolSight().with_vm(power_state="paused"), "vm_not_running"),
        (on_b(DYING, LEFT, faults=[fault()]), "several_domains"),
        (
            PoolSight(read_of={"a": domains(ALIVE), "b": domains(DYING, faults=[fault()])}),
            "several_domains",
        ),
    ],
)
async def test_a_faulty_vm_is_refused_where_a_reboot_could_harm(
    sight: PoolSight, reason: str
) -> None:
    assert (await diagnosed(sight)).verdict == "faulty"
    with pytest.raises(Refusal) as refusal:
        await planned(sight)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "argv",
    [
        ("xe", "vm-reboot", "uuid="),
        ("xe", "vm-reboot", f"uuid={VM}", "force=true", "multiple=true"),
        ("xe", "vm-reboot", f"uuid={VM}\n"),
        ("xe", "vm-shutdown", f"uuid={VM}", "force=true"),
    ],
)
def test_nothing_but_reboots_has_its_shape(argv: tuple[str, ...]) -> None:
    assert not allowed(TOOL, argv)
