"""What a person's order overrules, and what it does not."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from alerts.remediation.guards.case import Window
from alerts.remediation.records import Refusal, Target
from alerts.remediation.states import State
from tests.alerts.remediation.rig import TOOL, Rig

LABELS: Mapping[str, str] = {"pool": "modular", "host": "xs1", "bond": "bond0"}
BOND = Target(TOOL, LABELS)


async def order(rig: Rig, **labels: str) -> tuple[str, str]:
    """How a person's order ends."""
    number = await rig.engine.order(TOOL, {**LABELS, **labels}, "anna", dry_run=False)
    await rig.engine.idle()
    return await rig.outcome(number)


def silence(rig: Rig) -> None:
    rig.alerts.silence = "boris"


def maintain(rig: Rig) -> None:
    rig.parts.around.windows = (Window(0.0, rig.clock.now + 60),)


def storm(rig: Rig) -> None:
    for number in range(9):
        target = Target(TOOL, {**LABELS, "host": f"host{number}"})
        rig.parts.around.history.called(target, rig.clock.now)


def end(rig: Rig) -> None:
    rig.alerts.ended = True


def lose_alertmanager(rig: Rig) -> None:
    rig.parts.around.alerts = None


def stop(rig: Rig) -> None:
    rig.stop = "it is there"


def pause(rig: Rig) -> None:
    rig.parts.around.paused = "by boris"


def jump(rig: Rig) -> None:
    rig.clock.now += 3600


def quarantine(rig: Rig) -> None:
    rig.parts.around.quarantined[f"{TOOL}/modular/xs1/bond0"] = "run 7 ended UNDONE"


def cool(rig: Rig) -> None:
    rig.parts.around.history.ended(BOND, State.FIXED, "", rig.clock.now)


def occupy(rig: Rig) -> None:
    rig.parts.around.history.begin_work(77, BOND)


@pytest.mark.parametrize("change", [silence, maintain, storm, end, lose_alertmanager])
async def test_a_person_knows_of_silences_maintenance_and_storms_and_needs_no_alert(
    tmp_path: Path, change: Callable[[Rig], None]
) -> None:
    async with Rig(tmp_path).running() as rig:
        change(rig)
        await rig.alert()
        assert (await rig.outcome())[0] == "REFUSED"
        rig.pass_time(61)
        change(rig)
        assert await order(rig) == ("FIXED", "")
        assert len(rig.world.effects) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (stop, "kill_switch"),
        (pause, "paused"),
        (jump, "clock_jumped"),
        (quarantine, "quarantined"),
        (cool, "cooldown"),
        (occupy, "busy_host"),
    ],
)
async def test_what_holds_for_everybody_holds_for_a_person_too(
    tmp_path: Path, change: Callable[[Rig], None], reason: str
) -> None:
    async with Rig(tmp_path).running() as rig:
        change(rig)
        assert await order(rig) == ("REFUSED", reason)
        assert not rig.world.effects


async def test_attempts_are_counted_for_people_too(tmp_path: Path) -> None:
    async with Rig(tmp_path, attempts={"most": 1, "within": "24h"}).running() as rig:
        assert await order(rig) == ("FIXED", "")
        rig.pass_time(3600)
        assert await order(rig) == ("REFUSED", "attempts")


async def test_who_ordered_what_is_written_down(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        await order(rig)
        (first, *_) = await rig.steps()
        assert (first.body["person"], first.body["object"]) == ("anna", BOND.key)
        armed = next(step.body for step in await rig.steps() if step.state == "ARMED")
        assert armed["person"] == "anna"


async def test_an_order_for_an_object_that_has_an_open_run_is_refused(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        number = await rig.engine.order(TOOL, LABELS, "anna", dry_run=False)
        with pytest.raises(Refusal, match=f"run {number} is open") as refusal:
            await rig.engine.order(TOOL, LABELS, "boris", dry_run=False)
        assert refusal.value.reason == "coalesced"
        await rig.engine.idle()
        assert len(rig.world.effects) == 1


@pytest.mark.parametrize(
    ("playbook", "labels"),
    [
        ("reboot-everything", LABELS),
        (TOOL, {"pool": "modular", "host": "xs1"}),
        (TOOL, {**LABELS, "bond": "bond0; reboot"}),
    ],
)
async def test_an_order_that_names_nothing_known_opens_no_run(
    tmp_path: Path, playbook: str, labels: Mapping[str, str]
) -> None:
    async with Rig(tmp_path).running() as rig:
        with pytest.raises(Refusal) as refusal:
            await rig.engine.order(playbook, labels, "anna", dry_run=False)
        assert refusal.value.reason == "bad_order"
        assert not rig.seen


async def test_a_person_cannot_name_a_host_that_is_not_in_the_inventory(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        assert await order(rig, host="xs9") == ("REFUSED", "unknown_target")


async def test_a_person_stops_a_run_that_is_not_armed_yet(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, state: State) -> None:
            if state is State.CONFIRMED:
                rig.engine.cancel(run, "stopped by boris")

        rig.on = on
        assert await order(rig) == ("CANCELLED", "stopped by boris")
        assert not rig.world.effects
