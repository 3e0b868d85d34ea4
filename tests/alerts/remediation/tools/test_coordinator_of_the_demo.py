"""change-coordinator over the demo pool."""

import shlex

import pytest

from alerts.remediation.records import Refusal, Target
from alerts.remediation.tools.change_coordinator import ChangeCoordinator
from tests.alerts.remediation.tools.vm_demo import Drill, drill
from tests.alerts.remediation.tools.vm_shapes import assert_allowed

CHANGE = ChangeCoordinator()
OLD, NEW = "xenserver1", "xcp82"


def to(host: str) -> Target:
    return Target(CHANGE.name, {"pool": "modular", "host": host})


async def refused(demo: Drill, host: str = NEW) -> str:
    """Why the change is refused."""
    with pytest.raises(Refusal) as refusal:
        await CHANGE.plan(to(host), await CHANGE.diagnose(to(host), demo.sight), demo.sight)
    return refusal.value.reason


async def test_another_host_becomes_the_coordinator_and_ha_is_as_it_was() -> None:
    async with drill() as demo:
        found = await CHANGE.diagnose(to(NEW), demo.sight)
        assert (found.verdict, found.facts["coordinator"]) == ("faulty", OLD)
        assert found.facts == (await CHANGE.diagnose(to(NEW), demo.sight)).facts
        plan = await CHANGE.plan(to(NEW), found, demo.sight)
        assert_allowed(CHANGE, plan)
        assert [(step.host, step.argv[1]) for step in plan.steps] == [
            (OLD, "pool-dump-database"),
            (OLD, "pool-ha-disable"),
            (OLD, "pool-designate-new-master"),
            (NEW, "pool-ha-enable"),
            (NEW, "pool-param-set"),
        ]
        assert await demo.carried_out(CHANGE, to(NEW), plan.steps) == [True] * 5
        changed = await CHANGE.diagnose(to(NEW), demo.sight)
        assert changed.verdict == "healthy"
        assert changed.has(plan.expected)
        assert changed.facts["ha_statefile_srs"] == found.facts["ha_statefile_srs"] != []
        assert changed.facts["ha_failures_to_tolerate"] == 1


async def test_without_ha_nothing_is_said_of_it() -> None:
    async with drill() as demo:
        assert demo.xe("xe pool-ha-disable").status == 0
        found = await CHANGE.diagnose(to(NEW), demo.sight)
        plan = await CHANGE.plan(to(NEW), found, demo.sight)
        assert await demo.carried_out(CHANGE, to(NEW), plan.steps) == [True, True]
        assert (await CHANGE.diagnose(to(NEW), demo.sight)).has(plan.expected)


async def test_a_change_that_was_aborted_leaves_ha_on_again() -> None:
    async with drill() as demo:
        found = await CHANGE.diagnose(to(NEW), demo.sight)
        plan = await CHANGE.plan(to(NEW), found, demo.sight)
        dump, off, *_ = plan.steps
        await demo.carried_out(CHANGE, to(NEW), [dump, off])
        assert demo.xe(shlex.join(off.undo), off.host).status == 0
        undone = await CHANGE.diagnose(to(NEW), demo.sight)
        names = ("coordinator", "ha_enabled", "ha_statefile_srs", "ha_settings")
        assert undone.has({name: found.facts[name] for name in names})


async def test_the_coordinator_is_already_it() -> None:
    async with drill() as demo:
        assert (await CHANGE.diagnose(to(OLD), demo.sight)).verdict == "healthy"
        assert await refused(demo, OLD) == "not_faulty"


async def test_a_running_task_forbids_it() -> None:
    async with drill() as demo:
        demo.pool.apply("vm stuck-operation")
        assert await refused(demo) == "tasks_running"


async def test_a_host_that_is_lost_forbids_it() -> None:
    async with drill(budget=2) as demo:
        demo.pool.apply("xcp83 lost")
        with pytest.raises(Refusal) as refusal:
            await CHANGE.diagnose(to(NEW), demo.sight)
        assert refusal.value.reason == "unreadable_host"


async def test_a_lost_coordinator_is_not_replaced() -> None:
    async with drill(budget=2) as demo:
        demo.pool.apply(f"{OLD} lost")
        with pytest.raises(Refusal) as refusal:
            await CHANGE.diagnose(to(NEW), demo.sight)
        assert refusal.value.reason == "unreadable_xapi"


async def test_an_older_dump_is_not_written_over() -> None:
    async with drill() as demo:
        plan = await CHANGE.plan(to(NEW), await CHANGE.diagnose(to(NEW), demo.sight), demo.sight)
        await demo.carried_out(CHANGE, to(NEW), plan.steps[:1])
        assert await refused(demo) == "dump_exists"


async def test_a_host_that_xapi_does_not_have_is_refused() -> None:
    async with drill() as demo:
        with pytest.raises(Refusal) as refusal:
            await CHANGE.diagnose(to("xcp99"), demo.sight)
        assert refusal.value.reason == "unknown_host"
