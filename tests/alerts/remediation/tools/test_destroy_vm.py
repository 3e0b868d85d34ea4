"""destroy-vm acts on dead domains that are nowhere else in the pool, and on no other."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.remediation.records import Diagnosis, Plan, Refusal, Target, Unreadable
from alerts.remediation.tools.destroy_vm import DestroyVm
from collectors.domains_compare import LOST, ZOMBIE
from collectors.list_domains import Domain
from tests.alerts.remediation.tools.vm_shapes import allowed, assert_allowed
from tests.alerts.remediation.tools.vm_sight import (
    ALIVE,
    DYING,
    SHUT_DOWN,
    VM,
    B,
    PoolSight,
    domains,
    fault,
)

TOOL = DestroyVm()
TARGET = Target(TOOL.name, {"pool": "p", "host": "b", "vm": VM})
UNPROTECTED = {"param-name=ha-restart-priority": "\n"}
REMAINS = replace(DYING, domid=5, uuid="deadbeef-dead-beef-dead-beef00000005")
HALTED = {"power_state": "halted", "resident_on": None, "domid": None}


def on_b(*found: Domain, a: tuple[Domain, ...] = (), **facts: Any) -> PoolSight:
    read_of = {"a": domains(*a), "b": domains(*found, **facts)}
    return PoolSight(read_of=read_of, answers=dict(UNPROTECTED))


HUNG_SIGHT = on_b(DYING, faults=[fault()])


async def diagnosed(sight: PoolSight) -> Diagnosis:
    return await TOOL.diagnose(TARGET, sight)


async def planned(sight: PoolSight) -> Plan:
    return await TOOL.plan(TARGET, await diagnosed(sight), sight)


def commands(plan: Plan) -> list[str]:
    return [" ".join(step.argv).replace(VM, "VM") for step in plan.steps]


FORCED, START = "xe vm-shutdown uuid=VM force=true", "xe vm-start uuid=VM"
RESET = "xe vm-reset-powerstate uuid=VM force=true"


@pytest.mark.parametrize(
    ("sight", "expected"),
    [
        (HUNG_SIGHT, [FORCED, "xl destroy 7", START]),
        (HUNG_SIGHT.with_pool(coordinator=B), [FORCED, "xl destroy 7", RESET, START]),
        (on_b(SHUT_DOWN, faults=[fault(ZOMBIE)]).with_vm(**HALTED), ["xl destroy 7", START]),
        (on_b(faults=[fault(LOST)]).with_pool(coordinator=B), [RESET, START]),
        (
            HUNG_SIGHT.with_host(product="XenServer 6.2.0"),
            [FORCED, "/opt/xensource/debug/destroy_domain -domid 7", START],
        ),
        (
            HUNG_SIGHT.with_host(product="XenServer 6.5.0"),
            [FORCED, "xl destroy 7", START],
        ),
    ],
)
async def test_the_chain_begins_where_the_vm_stands(sight: PoolSight, expected: list[str]) -> None:
    plan = await planned(sight)
    assert commands(plan) == expected
    assert plan.order == "chain"
    assert {step.host for step in plan.steps} == {plan.lock_host} == {"b"}
    assert not any(step.undo for step in plan.steps)
    assert_allowed(TOOL, plan)


async def test_nothing_is_reset_or_started_before_the_domain_is_gone_everywhere() -> None:
    _, destroy, reset, _ = (await planned(HUNG_SIGHT.with_pool(coordinator=B))).steps
    gone = on_b().with_vm(**HALTED)
    for step in (destroy, reset):
        assert (await diagnosed(gone)).has(step.expected)
        for still in (on_b(DYING), on_b(REMAINS), on_b(a=(ALIVE,))):
            after = await diagnosed(still.with_vm(**HALTED))
            assert not after.has(step.expected), step.what


async def test_on_a_member_nothing_is_started_before_xapi_says_halted() -> None:
    destroy = (await planned(HUNG_SIGHT)).steps[1]
    assert not (await diagnosed(on_b(faults=[fault(LOST)]))).has(destroy.expected)
    assert (await diagnosed(on_b().with_vm(**HALTED))).has(destroy.expected)


async def test_a_force_shutdown_that_is_not_over_ends_the_chain() -> None:
    shutdown = (await planned(HUNG_SIGHT)).steps[0]
    under_way = HUNG_SIGHT.with_vm(current_operations=("hard_shutdown",))
    assert not (await diagnosed(under_way)).has(shutdown.expected)
    assert (await diagnosed(HUNG_SIGHT)).has(shutdown.expected)


@pytest.mark.parametrize(
    "sight",
    [
        PoolSight(read_of={"a": Unreadable("domains", "silent"), "b": domains(DYING)}),
        PoolSight(read_of={"a": domains(damaged=1), "b": domains(DYING)}),
        PoolSight(watched=("b",)),
    ],
)
async def test_one_host_that_is_not_known_forbids_everything(sight: PoolSight) -> None:
    with pytest.raises(Refusal) as refusal:
        await diagnosed(sight)
    assert refusal.value.reason == "host_unreachable"


@pytest.mark.parametrize(
    ("sight", "reason"),
    [
        (on_b(ALIVE, faults=[fault(ZOMBIE)]).with_vm(**HALTED), "other_fault"),
        (on_b(DYING, a=(ALIVE,), faults=[fault(ZOMBIE)]), "other_fault"),
        (on_b(ALIVE, faults=[fault(LOST)]), "other_fault"),
        (on_b(DYING, faults=[fault(seconds=10)]), "not_lasting"),
        (HUNG_SIGHT.with_vm(current_operations=("clean_reboot",)), "operation_in_progress"),
        (on_b().with_vm(**HALTED), "not_running"),
    ],
)
async def test_what_may_be_alive_or_under_way_is_left_alone(sight: PoolSight, reason: str) -> None:
    found = await diagnosed(sight)
    assert (found.verdict, found.reason) == ("unclear", reason)
    with pytest.raises(Refusal):
        await TOOL.plan(TARGET, found, sight)


@pytest.mark.parametrize(
    ("sight", "reason"),
    [
        (
            replace(HUNG_SIGHT, answers={"param-name=ha-restart-priority": "restart\n"}),
            "ha_protected",
        ),
        (replace(HUNG_SIGHT, answers={}), "unreadable_xapi"),
        (on_b(DYING, replace(DYING, domid=9), faults=[fault()]), "several_domains"),
        (on_b(DYING, a=(DYING,), faults=[fault()]), "several_domains"),
        (on_b(DYING, REMAINS, faults=[fault()]), "remains"),
        (HUNG_SIGHT.with_vm(power_state="paused"), "vm_not_running"),
        (on_b(faults=[fault(LOST)]), "host_is_live"),
        (HUNG_SIGHT.with_host(product=""), "unknown_version"),
    ],
)
async def test_a_dead_vm_is_refused_where_a_precondition_is_missing(
    sight: PoolSight, reason: str
) -> None:
    assert (await diagnosed(sight)).verdict == "faulty"
    with pytest.raises(Refusal) as refusal:
        await planned(sight)
    assert refusal.value.reason == reason


async def test_a_protected_vm_of_a_pool_without_ha_is_destroyed() -> None:
    sight = replace(HUNG_SIGHT, answers={"param-name=ha-restart-priority": "restart\n"})
    assert len((await planned(sight.with_pool(ha_enabled=False))).steps) == 3


@pytest.mark.parametrize(
    "argv",
    [
        ("xl", "destroy", "0"),
        ("xl", "destroy", "web"),
        ("xl", "destroy", "7", "8"),
        ("/opt/xensource/debug/destroy_domain", "-domid", "0"),
        ("xe", "vm-shutdown", f"uuid={VM}"),
        ("xe", "host-declare-dead", f"uuid={VM}"),
    ],
)
def test_domain_0_and_anything_else_has_no_shape(argv: tuple[str, ...]) -> None:
    assert not allowed(TOOL, argv)
