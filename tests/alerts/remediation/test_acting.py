"""From the plan to the effect: what is asked and written down before, and what stops it."""

from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.door import Effect, Permit
from alerts.remediation.guards.case import Window
from alerts.remediation.records import Refusal
from alerts.remediation.states import State
from tests.alerts.remediation.rig import FakeDoor, Rig, World

TO_ETH1 = ("xs1", ("set", "bond0", "eth1"))


async def test_the_intent_is_written_down_before_the_effect_begins(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        states: list[str] = []

        async def before_effect(host: str) -> None:
            states.extend(step.state for step in await rig.steps())

        rig.world.before_effect = before_effect
        await rig.alert()
        assert states[-2:] == ["ARMED", "ACTING"]
        intent = next(step.body for step in await rig.steps() if step.state == "ACTING")
        assert intent["argv"] == ["set", "bond0", "eth1"]
        assert intent["undo"] == ["set", "bond0", "eth0"]
        assert (intent["host"], intent["expected"]) == ("xs1", {"active": "eth1"})


async def test_the_lock_lasts_for_the_step_its_undoing_and_every_look(tmp_path: Path) -> None:
    watching: dict[str, Any] = {
        "verify": {"time": "10s", "every": "1s"},
        "hold": {"time": 0.01, "every": 0.005},
    }
    async with Rig(tmp_path, **watching).running() as rig:
        await rig.alert()
        armed = next(step.body for step in await rig.steps() if step.state == "ARMED")
        assert armed["lease"] >= 5.0 + 5.0 + 3 * 10.0


@pytest.mark.parametrize("reason", ["gate_old_epoch", "gate_lease_expired", "gate_not_held"])
async def test_an_effect_that_the_host_refuses_did_not_happen_and_counts_as_an_attempt(
    tmp_path: Path, reason: str
) -> None:
    async with Rig(tmp_path).running() as rig:
        rig.door.refuses = Refusal(reason, "xs1: refused")
        await rig.alert()
        assert await rig.outcome() == ("INTERRUPTED", reason)
        assert not rig.world.effects
        assert not rig.parts.around.quarantined
        rig.pass_time(120)
        await rig.alert()
        assert await rig.outcome(2) == ("REFUSED", "cooldown")


class Lost(FakeDoor):
    """The connection is lost while the effect happens, or before it."""

    def __init__(self, world: World, *, happens: bool) -> None:
        super().__init__(world)
        self.happens = happens

    async def act(self, permit: Permit, host: str, step: str, argv: Any, deadline: float) -> Effect:
        if self.happens:
            await super().act(permit, host, step, argv, deadline)
        return Effect(None, unknown=f"{host}: connection lost")


@pytest.mark.parametrize(("happens", "state"), [(True, "FIXED"), (False, "UNDONE")])
async def test_an_effect_of_unknown_result_is_judged_by_what_is_true_then(
    tmp_path: Path, happens: bool, state: str
) -> None:
    rig = Rig(tmp_path)
    rig.door = Lost(rig.world, happens=happens)
    async with rig.running():
        await rig.alert()
        assert await rig.outcome() == (state, "")
        applied = next(step.body for step in await rig.steps() if step.state == "APPLIED")
        assert (applied["exit_status"], applied["unknown"]) == (None, "xs1: connection lost")


STOPS = [
    ("kill_switch", lambda rig: setattr(rig, "stop", "it is there")),
    ("paused", lambda rig: setattr(rig.parts.around, "paused", "by anna")),
    ("silenced", lambda rig: setattr(rig.alerts, "silence", "by anna")),
    ("unreadable_alertmanager", lambda rig: setattr(rig.alerts, "down", True)),
    ("maintenance", lambda rig: setattr(rig.parts.around, "windows", (Window(0.0, 9e9),))),
    ("clock_jumped", lambda rig: setattr(rig.clock, "now", rig.clock.now - 3600)),
]


@pytest.mark.parametrize(("reason", "stop"), STOPS)
@pytest.mark.parametrize(
    ("state", "ended"), [(State.PLANNED, "REFUSED"), (State.ARMED, "INTERRUPTED")]
)
async def test_a_stop_counts_until_the_last_moment_before_the_effect(
    tmp_path: Path, reason: str, stop: Any, state: State, ended: str
) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, reached: State) -> None:
            if reached is state:
                stop(rig)

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == (ended, reason)
        assert not rig.world.effects


async def test_a_pause_while_it_acts_lets_the_step_and_its_proof_end(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:

        async def before_effect(host: str) -> None:
            await rig.engine.pause("anna", "enough")

        rig.world.before_effect = before_effect
        await rig.alert()
        assert await rig.outcome() == ("FIXED", "")
        await rig.alert("xs2")
        assert await rig.outcome(2) == ("REFUSED", "paused")
        assert rig.world.effects == [TO_ETH1]
