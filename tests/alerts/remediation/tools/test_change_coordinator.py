"""change-coordinator acts on a pool in which all is well, and on no other."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.remediation.records import Diagnosis, Plan, Refusal, Target, Unreadable
from alerts.remediation.tools.change_coordinator import ChangeCoordinator
from collectors.xapi.records import Task
from tests.alerts.remediation.tools.vm_shapes import allowed, assert_allowed
from tests.alerts.remediation.tools.vm_sight import POOL, SR, STATEFILE, A, B, PoolSight

TOOL = ChangeCoordinator()
TARGET = Target(TOOL.name, {"pool": "p", "host": "b"})
CONF = "cat /etc/xensource/pool.conf"
ANSWERS = {
    f"a: {CONF}": "master",
    f"b: {CONF}": "slave:192.0.2.11",
    "param-name=ha-statefiles": f"{STATEFILE}\n",
    "param-name=ha-configuration": "timeout: 60\n",
    f"vdi-list params=sr-uuid --minimal uuid={STATEFILE}": f"{SR}\n",
}
DUMP = f"/var/xapi/xenlens-{A}.dump"


def well(**answers: str) -> PoolSight:
    return PoolSight(answers=ANSWERS | answers)


def told(line: str, text: str) -> PoolSight:
    return PoolSight(answers=ANSWERS | {line: text})


async def diagnosed(sight: PoolSight) -> Diagnosis:
    return await TOOL.diagnose(TARGET, sight)


async def planned(sight: PoolSight) -> Plan:
    return await TOOL.plan(TARGET, await diagnosed(sight), sight)


async def test_every_step_is_a_command_with_what_must_be_true_after_it() -> None:
    plan = await planned(well())
    assert_allowed(TOOL, plan)
    enable = ("xe", "pool-ha-enable", f"heartbeat-sr-uuids={SR}", "ha-config:timeout=60")
    tolerate = ("xe", "pool-param-set", f"uuid={POOL.uuid}", "ha-host-failures-to-tolerate=1")
    assert [(step.host, step.argv) for step in plan.steps] == [
        ("a", ("xe", "pool-dump-database", f"file-name={DUMP}")),
        ("a", ("xe", "pool-ha-disable")),
        ("a", ("xe", "pool-designate-new-master", f"host-uuid={B}")),
        ("b", enable),
        ("b", tolerate),
    ]
    assert all(step.expected for step in plan.steps)
    assert [step.undo for step in plan.steps] == [(), enable, (), (), ()]
    assert plan.order == "chain"


async def test_a_host_that_does_not_follow_yet_is_no_change_done() -> None:
    expected = (await planned(well())).steps[2].expected
    after = well().with_pool(coordinator=B)
    after.answers |= {f"a: {CONF}": "master", f"b: {CONF}": "master"}
    found = await diagnosed(after)
    assert (found.verdict, found.reason) == ("unclear", "not_followed")
    assert not found.has(expected)
    after.answers |= {f"a: {CONF}": "slave:192.0.2.12\n"}
    assert (await diagnosed(after)).verdict == "healthy"
    assert (await diagnosed(after)).has(expected)


async def test_a_change_that_failed_halfway_is_unclear() -> None:
    found = await diagnosed(told(f"b: {CONF}", "broken"))
    assert (found.verdict, found.reason) == ("unclear", "not_followed")


async def test_no_task_is_a_fact() -> None:
    busy = well()
    busy.state = replace(busy.state, tasks=(Task("t", "Async.VM.start", "pending"),))
    assert (await diagnosed(busy)).facts == (await diagnosed(well())).facts


def tasks(status: str) -> PoolSight:
    sight = well()
    sight.state = replace(sight.state, tasks=(Task("t", "Async.VM.start", status),))
    return sight


@pytest.mark.parametrize(
    ("sight", "reason"),
    [
        (well().with_pool(rolling_upgrade=True), "rolling_upgrade"),
        (well().with_host(live=False), "host_not_live"),
        (well().with_host(live=None), "host_not_live"),
        (well().with_host(enabled=False), "host_disabled"),
        (well().with_host(current_operations=("evacuate",)), "host_busy"),
        (tasks("pending"), "tasks_running"),
        (tasks("cancelling"), "tasks_running"),
        (well().with_pool(ha_failures_to_tolerate=None), "ha_unknown"),
        (told(f"stat -c %s {DUMP}", "1843200\n"), "dump_exists"),
    ],
)
async def test_a_pool_in_which_not_all_is_well_is_refused(sight: PoolSight, reason: str) -> None:
    assert (await diagnosed(sight)).verdict == "faulty"
    with pytest.raises(Refusal) as refusal:
        await planned(sight)
    assert refusal.value.reason == reason


async def test_a_task_that_ended_does_not_matter() -> None:
    assert len((await planned(tasks("success"))).steps) == 5


@pytest.mark.parametrize(
    ("sight", "reason"),
    [
        (PoolSight(answers=ANSWERS, watched=("b",)), "host_unwatched"),
        (told(f"b: {CONF}", "\n"), "unreadable_pool_conf"),
        (told("param-name=ha-configuration", "a: b: c; ;\n"), "unreadable_ha"),
        (told("param-name=ha-statefiles", "<not in database>\n"), "unreadable_xapi"),
        (well().with_pool(coordinator=None), "unreadable_pool"),
    ],
)
async def test_what_is_not_known_is_refused(sight: PoolSight, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await diagnosed(sight)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("kind", ["host", "pool", "task"])
async def test_a_list_that_was_not_read_whole_is_refused(kind: str) -> None:
    sight = well()
    sight.state = replace(sight.state, damaged_kinds=(kind,))
    with pytest.raises(Unreadable):
        await diagnosed(sight)


def shaped(*words: Any) -> bool:
    return allowed(TOOL, words)


def test_the_documented_singular_has_no_shape() -> None:
    assert shaped("xe", "pool-ha-enable", f"heartbeat-sr-uuids={SR},{SR}")
    assert shaped("xe", "pool-ha-enable", f"heartbeat-sr-uuids={SR}", *["ha-config:a=1"] * 3)
    assert not shaped("xe", "pool-ha-enable", f"heartbeat-sr-uuid={SR}")
    assert not shaped("xe", "pool-emergency-transition-to-master")
    assert not shaped("xe", "pool-dump-database", "file-name=/etc/passwd")
