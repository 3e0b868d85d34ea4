"""Plans of several steps: a chain needs all of them, a ladder the first that helps."""

from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.records import Refusal
from alerts.remediation.states import State
from tests.alerts.remediation.chained import Chained, Ladder
from tests.alerts.remediation.rig import Rig, World

FORTH = {host: (host, ("set", "bond0", "eth1")) for host in ("xs1", "xs2", "xs3")}
BACK = {host: (host, ("set", "bond0", "eth0")) for host in ("xs1", "xs2", "xs3")}


def rig_of(kind: type[Chained], folder: Path, lies: tuple[str, ...] = (), **more: Any) -> Rig:
    """A rig whose tool has three steps; on some hosts they have no effect."""
    rig = Rig(folder, World(lies=set(lies)))
    rig.tool = kind(rig.world, **more)
    return rig


async def test_a_chain_goes_on_after_each_step_that_has_its_effect(tmp_path: Path) -> None:
    async with rig_of(Chained, tmp_path).running() as rig:
        await rig.alert()
        assert await rig.outcome() == ("FIXED", "")
        assert rig.world.effects == list(FORTH.values())
        assert rig.states()[6:13] == ["ARMED", *["ACTING", "APPLIED"] * 3]
        assert not rig.door.locks


async def test_a_chain_ends_at_the_first_step_without_effect_and_is_taken_back_in_reverse(
    tmp_path: Path,
) -> None:
    async with rig_of(Chained, tmp_path, lies=("xs2",)).running() as rig:
        await rig.alert()
        assert await rig.outcome() == ("UNDONE", "")
        assert rig.world.effects == [FORTH["xs1"], FORTH["xs2"], BACK["xs2"], BACK["xs1"]]
        assert set(rig.world.active.values()) == {"eth0"}
        assert rig.parts.around.quarantined


async def test_a_step_that_cannot_be_taken_back_leaves_a_chain_undone_in_part_only(
    tmp_path: Path,
) -> None:
    async with rig_of(Chained, tmp_path, ("xs3",), undoable=("xs2", "xs3")).running() as rig:
        await rig.alert()
        assert await rig.outcome() == ("UNDO_FAILED", "")
        assert rig.world.effects[3:] == [BACK["xs3"], BACK["xs2"]]


async def test_a_chain_whose_next_step_the_host_refuses_is_taken_back(tmp_path: Path) -> None:
    async with rig_of(Chained, tmp_path).running() as rig:
        applied: list[State] = []

        async def on(run: int, state: State) -> None:
            if state is State.APPLIED:
                applied.append(state)
                rig.door.refuses = Refusal("gate_busy", "xs2: busy")
            elif state is State.UNDOING:
                rig.door.refuses = None

        rig.on = on
        await rig.alert()
        assert len(applied) == 1
        assert await rig.outcome() == ("UNDONE", "")
        assert rig.world.effects == [FORTH["xs1"], BACK["xs1"]]


async def test_a_chain_whose_first_step_the_host_refuses_has_done_nothing(tmp_path: Path) -> None:
    async with rig_of(Chained, tmp_path).running() as rig:
        rig.door.refuses = Refusal("gate_busy", "xs1: busy")
        await rig.alert()
        assert await rig.outcome() == ("INTERRUPTED", "gate_busy")
        assert not rig.world.effects


@pytest.mark.parametrize("kind", [Chained, Ladder])
async def test_a_pause_between_two_steps_ends_the_run_there(
    tmp_path: Path, kind: type[Chained]
) -> None:
    lies = ("xs1",) if kind is Ladder else ()
    async with rig_of(kind, tmp_path, lies).running() as rig:

        async def before_effect(host: str) -> None:
            await rig.engine.pause("anna", "enough")

        rig.world.before_effect = before_effect
        await rig.alert()
        # Half a chain is left to people; a ladder is only tried less hard.
        ended = "INTERRUPTED" if kind is Ladder else "QUARANTINED"
        assert await rig.outcome() == (ended, "paused")
        assert rig.states()[-3:] == ["ACTING", "APPLIED", ended]
        assert rig.world.effects == [FORTH["xs1"]]


async def test_every_step_of_a_chain_is_asked_about_anew(tmp_path: Path) -> None:
    async with rig_of(Chained, tmp_path).running() as rig:

        async def before_effect(host: str) -> None:
            if host == "xs2":
                rig.alerts.silence = "anna: switch upgrade"

        rig.world.before_effect = before_effect
        await rig.alert()
        assert await rig.outcome() == ("QUARANTINED", "silenced")
        assert rig.world.effects == [FORTH["xs1"], FORTH["xs2"]]


@pytest.mark.parametrize(
    ("lies", "tried"),
    [((), ["xs1"]), (("xs1",), ["xs1", "xs2"]), (("xs1", "xs2"), ["xs1", "xs2", "xs3"])],
)
async def test_a_ladder_stops_at_the_first_rung_that_helps(
    tmp_path: Path, lies: tuple[str, ...], tried: list[str]
) -> None:
    async with rig_of(Ladder, tmp_path, lies).running() as rig:
        await rig.alert()
        assert await rig.outcome() == ("FIXED", "")
        assert rig.world.effects == [FORTH[host] for host in tried]


async def test_a_ladder_whose_rungs_all_do_nothing_changed_nothing(tmp_path: Path) -> None:
    async with rig_of(Ladder, tmp_path, ("xs1", "xs2", "xs3")).running() as rig:
        await rig.alert()
        assert await rig.outcome() == ("UNDONE", "")
        assert rig.world.effects == list(FORTH.values())


async def test_no_harder_rung_follows_one_that_changed_something_without_healing(
    tmp_path: Path,
) -> None:
    async with rig_of(Ladder, tmp_path).running() as rig:

        async def on(run: int, state: State) -> None:
            if state is State.APPLIED:
                rig.world.active["xs1"] = "eth7"

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == ("UNDONE", "")
        assert rig.world.effects == [FORTH["xs1"], BACK["xs1"]]
