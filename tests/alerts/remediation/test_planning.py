"""From the request to the plan: what is read, and what is refused before anything is armed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.records import Diagnosis, Plan, Refusal, Target
from alerts.remediation.sight import Sight
from tests.alerts.remediation.rig import Bonds, Rig, World


async def test_observing_ends_with_the_plan_in_the_journal_and_no_lock(tmp_path: Path) -> None:
    async with Rig(tmp_path, mode="observe").running() as rig:
        rig.door.refuses_lock = Refusal("gate_held", "no lock is to be had")
        await rig.alert()
        assert await rig.outcome() == ("WOULD_ACT", "")
        plan = next(step.body["plan"] for step in await rig.steps() if step.state == "PLANNED")
        assert plan["steps"][0]["argv"] == ["set", "bond0", "eth1"]
        assert plan["evidence"] == {"answers": 3}
        assert not rig.world.effects


async def test_a_dry_run_of_a_person_shows_the_plan_only(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        labels = {"pool": "modular", "host": "xs1", "bond": "bond0"}
        await rig.engine.order("set-active-member", labels, "anna", dry_run=True)
        await rig.engine.idle()
        assert await rig.outcome() == ("WOULD_ACT", "")
        assert not rig.world.effects


async def test_a_plan_without_evidence_is_refused(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.tool = Bonds(rig.world, evidence={})
    async with rig.running():
        await rig.alert()
        assert await rig.outcome() == ("REFUSED", "no_evidence")
        assert not rig.world.effects


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda world: world.good.update(xs1=""), "unproven"),
        (lambda world: world.good.update(xs1="eth9"), "bond_primary_set"),
    ],
)
async def test_what_the_tool_cannot_prove_is_refused_for_its_reason(
    tmp_path: Path, change: Any, reason: str
) -> None:
    async with Rig(tmp_path).running() as rig:
        change(rig.world)
        await rig.alert()
        assert await rig.outcome() == ("REFUSED", reason)
        assert not rig.world.effects


async def test_an_object_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    async with Rig(tmp_path, mode="observe").running() as rig:
        rig.world.silent.add("xs1")
        await rig.alert()
        assert await rig.outcome() == ("REFUSED", "unreadable_host")


async def test_an_object_that_changes_between_two_reads_is_left_to_settle(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.tool = Restless(rig.world)
    async with rig.running():
        await rig.alert()
        assert await rig.outcome() == ("REFUSED", "changing")
        assert not rig.world.effects


@dataclass
class Restless(Bonds):
    """Each read finds another member active."""

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        self.world.active[target.host] += "x"
        return await super().diagnose(target, sight)


async def test_a_lock_that_another_run_holds_on_the_host_is_not_taken(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        rig.door.locks["xs1", "set-active-member/modular/xs1/bond0"] = 77
        await rig.alert()
        assert await rig.outcome() == ("REFUSED", "gate_held")
        assert rig.states()[-2:] == ["ADMITTED", "REFUSED"]


@dataclass
class Broken(Bonds):
    """A tool with a fault of its own."""

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        raise ZeroDivisionError


async def test_a_tool_with_a_fault_of_its_own_does_nothing_and_its_run_stays_open(
    tmp_path: Path,
) -> None:
    world = World()
    rig = Rig(tmp_path, world)
    rig.tool = Broken(world)
    async with rig.running():
        await rig.alert()
        assert (await rig.row()).state == "CONFIRMED"
        assert not rig.door.locks
        await rig.alert()
        assert (await rig.decided())["coalesced"] == 1
    rig.tool = Bonds(world)
    async with rig.running():
        assert await rig.outcome() == ("ABORTED_RESTART", "restart")
        assert not world.effects
