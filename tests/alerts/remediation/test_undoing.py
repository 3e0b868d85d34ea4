"""After the effect: what does not help or does not last is taken back, once."""

from dataclasses import dataclass, replace
from pathlib import Path

from alerts.remediation.records import Diagnosis, Plan, Refusal, Target
from alerts.remediation.sight import Sight
from alerts.remediation.states import State
from tests.alerts.remediation.rig import Bonds, Rig

TO_ETH1, TO_ETH0 = ("xs1", ("set", "bond0", "eth1")), ("xs1", ("set", "bond0", "eth0"))


def breaks(rig: Rig, at: State, member: str) -> None:
    """When a run comes to this state another member becomes active by itself."""

    async def on(run: int, state: State) -> None:
        if state is at:
            rig.world.active["xs1"] = member

    rig.on = on


async def test_what_does_not_stay_healthy_is_taken_back_and_quarantined(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        breaks(rig, State.HOLDING, "eth7")
        await rig.alert()
        assert rig.states()[-3:] == ["HOLDING", "UNDOING", "UNDONE"]
        assert rig.world.effects == [TO_ETH1, TO_ETH0]
        assert rig.parts.around.quarantined
        assert [step.state for step in await rig.steps()][-3:] == [
            *("UNDOING", "TAKEN_BACK", "UNDONE")
        ]


async def test_what_fell_back_by_itself_needs_no_undoing(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        breaks(rig, State.HOLDING, "eth0")
        await rig.alert()
        assert await rig.outcome() == ("UNDONE", "")
        assert rig.world.effects == [TO_ETH1]


async def test_an_undoing_without_effect_is_said_to_have_failed(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, state: State) -> None:
            if state is State.HOLDING:
                rig.world.active["xs1"] = "eth7"
                rig.world.lies.add("xs1")

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == ("UNDO_FAILED", "")
        assert rig.world.effects == [TO_ETH1, TO_ETH0]
        assert rig.parts.around.quarantined


async def test_an_undoing_that_the_host_refuses_has_failed_too(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, state: State) -> None:
            if state is State.HOLDING:
                rig.world.active["xs1"] = "eth7"
                rig.door.refuses = Refusal("gate_lease_expired", "xs1: too late")

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == ("UNDO_FAILED", "")
        back = next(step.body for step in await rig.steps() if step.state == "TAKEN_BACK")
        assert back["reason"] == "gate_lease_expired"


@dataclass
class OneWay(Bonds):
    """What it does cannot be taken back."""

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        plan = await super().plan(target, found, sight)
        return replace(plan, steps=tuple(replace(step, undo=()) for step in plan.steps))


async def test_what_cannot_be_taken_back_is_quarantined(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.tool = OneWay(rig.world)
    async with rig.running():
        breaks(rig, State.VERIFYING, "eth7")
        await rig.alert()
        assert await rig.outcome() == ("QUARANTINED", "not_undoable")
        assert rig.world.effects == [TO_ETH1]
        assert rig.parts.around.quarantined


async def test_an_object_that_goes_silent_while_held_is_not_called_fixed(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, state: State) -> None:
            if state is State.HOLDING:
                rig.world.silent.add("xs1")

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == ("UNDO_FAILED", "")
