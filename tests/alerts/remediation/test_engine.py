"""The way of a run through its states."""

from pathlib import Path

from tests.alerts.remediation.rig import Rig, World

EVERY_STATE = [
    "RECEIVED MATCHED ADMITTED LOCKED CONFIRMED PLANNED "
    "ARMED ACTING APPLIED VERIFYING HOLDING FIXED"
]


async def test_a_fault_is_healed_and_every_state_is_written_down(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        await rig.alert()
        assert rig.states() == EVERY_STATE[0].split()
        assert [step.state for step in await rig.steps()] == EVERY_STATE[0].split()
        assert rig.world.effects == [("xs1", ("set", "bond0", "eth1"))]
        assert not rig.door.locks


async def test_what_is_already_healthy_is_left_alone(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        rig.world.active["xs1"] = "eth1"
        await rig.alert()
        assert (await rig.row()).state == "ALREADY_OK"
        assert not rig.world.effects


async def test_done_that_was_a_lie_is_never_called_fixed(tmp_path: Path) -> None:
    async with Rig(tmp_path, World(lies={"xs1"})).running() as rig:
        await rig.alert()
        assert (await rig.row()).state == "UNDONE"
        assert len(rig.world.effects) == 1
        rig.pass_time(3600)
        await rig.alert()
        assert (await rig.row(2)).reason == "quarantined"
