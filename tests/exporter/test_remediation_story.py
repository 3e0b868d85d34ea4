"""What `explain` tells of a run, from the journal of runs that happened."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.door import Effect, Permit
from alerts.remediation.records import Mode, Refusal
from alerts.remediation.states import ENDS, State
from exporter.remediation.shown import run_shown
from exporter.remediation.story import NEXT, headline, moves, object_of, story
from exporter.remediation.story_values import LONGEST, command, plain, value
from tests.alerts.remediation.rig import FakeDoor, Rig


async def shown(rig: Rig, number: int = 1) -> dict[str, Any]:
    """A run as the API gives it."""
    found = await rig.parts.journal.read(lambda c: run_shown(c, number))
    assert found is not None
    return found


async def told(rig: Rig, number: int = 1) -> list[str]:
    """The lines of its story, without what stands before them."""
    return [line.strip() for line in story(await shown(rig, number)).splitlines()]


async def test_a_run_that_fixed_tells_everything_from_the_alert_to_the_proof(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path).running() as rig:
        await rig.alert()
        lines = await told(rig)
    assert lines[0] == "run 1: set-active-member on bond0 of xs1: FIXED"
    expected = [
        "by the alert BondWrongActiveMember",
        "eth0 is active",
        "active: eth0",
        "1. Make eth1 the active member.",
        "on xs1: set bond0 eth1",
        "taken back by: set bond0 eth0",
        "predicted: active = eth1",
        "answers: 3",
        "exit status 0, 0.0 s",
        "stdout: done",
        "active: was eth0, predicted eth1, is eth1: as predicted",
        "Next: Find the cause: the object is healthy, what broke it may not be.",
    ]
    assert [line for line in expected if line not in lines] == []
    places = [lines.index(line) for line in expected]
    assert places == sorted(places)


async def test_it_tells_when_the_alert_began_and_how_long_each_stage_took(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        await rig.alert()
        lines = await told(rig)
    assert any(line.startswith("it began to fire at ") for line in lines)
    assert any(line.endswith(", 30 s before") for line in lines)
    (times,) = [line for line in lines if line.startswith("Times from stage to stage: ")]
    assert times.startswith("Times from stage to stage: webhook 30 s, armed ")
    assert times.endswith(", stable 0 s.")


async def test_it_names_the_guards_that_allowed_to_look_and_those_that_allowed_to_act(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path).running() as rig:
        await rig.alert()
        lines = await told(rig)
    to_look, to_act = [line for line in lines if line.startswith("allowed by: ")]
    assert to_look.startswith("allowed by: no_kill_switch, is_not_paused, ")
    assert "alert_is_firing" in to_look
    assert "caps_are_kept" not in to_look
    assert to_act.endswith(", caps_are_kept")


async def test_a_refused_run_tells_why_and_that_nothing_was_done(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        rig.alerts.silence = "3f1e by anna: new switch"
        await rig.alert()
        lines = await told(rig)
    assert lines[0] == "run 1: set-active-member on bond0 of xs1: REFUSED (silenced)"
    assert "silenced in Alertmanager: 3f1e by anna: new switch" in lines
    assert "reason: silenced" in lines
    assert lines[-1].startswith("Next: Nothing was done.")
    assert not any(line.startswith(("on xs1:", "exit status")) for line in lines)


async def test_a_run_that_was_taken_back_tells_both_commands_and_how_to_release(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, state: State) -> None:
            if state is State.HOLDING:
                rig.world.active["xs1"] = "eth7"

        rig.on = on
        await rig.alert()
        lines = await told(rig)
    assert lines[0] == "run 1: set-active-member on bond0 of xs1: UNDONE"
    assert "it did not stay so: eth7 is active" in lines
    done, undone = [line for line in lines if line.startswith("on xs1: ")][-2:]
    assert (done, undone) == ("on xs1: set bond0 eth1", "on xs1: set bond0 eth0")
    assert lines[-1] == "Next: Look at the object, then: xenlens remediation release 1"


async def test_an_effect_that_was_refused_in_between_has_no_exit_status(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        rig.door.refuses = Refusal("gate_epoch", "xs1: a later xenlens has taken over")
        await rig.alert()
        lines = await told(rig)
    assert lines[0].endswith("INTERRUPTED (gate_epoch)")
    assert "xs1: a later xenlens has taken over" in lines
    assert not any(line.startswith("exit status") for line in lines)


async def test_a_dry_run_of_a_person_tells_the_plan_and_who_wanted_to_see_it(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path).running() as rig:
        labels = {"pool": "modular", "host": "xs1", "bond": "bond0"}
        await rig.engine.order("set-active-member", labels, "anna", dry_run=True)
        await rig.engine.idle()
        lines = await told(rig)
    assert lines[0].endswith(": WOULD_ACT")
    assert "by anna, to see the plan only" in lines
    assert "on xs1: set bond0 eth1" in lines
    assert not any("predicted eth1, is" in line for line in lines)


async def test_a_run_that_waits_says_how_to_approve_it(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        waits = asyncio.Event()

        async def on(run: int, state: State) -> None:
            if state is State.AWAITING_APPROVAL:
                waits.set()

        rig.on = on
        rig.allow(Mode.SUGGEST)
        await rig.engine.deliver([rig.firing()])
        await asyncio.wait_for(waits.wait(), 5)
        lines = await told(rig)
    assert "for at most 1 h" in lines
    assert lines[-1] == ("Next: Read the plan, then: xenlens remediation approve 1, or reject 1")


async def test_a_line_for_each_step_has_the_seconds_since_the_run_began(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        await rig.alert()
        run = await shown(rig)
    lines = list(moves(run))
    assert len(lines) == len(run["steps"])
    assert lines[0] == "  +   0.00 s  RECEIVED          asked for"
    assert lines[-1].endswith("FIXED             eth1 is active")


class Shouting(FakeDoor):
    """A host that prints escape sequences."""

    async def act(
        self, permit: Permit, host: str, step: str, argv: Sequence[str], deadline: float
    ) -> Effect:
        done = await super().act(permit, host, step, argv, deadline)
        return replace(done, stdout="\x1b[2Jdone\x07\n")


async def test_what_a_host_prints_cannot_command_the_terminal(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.door = Shouting(rig.world)
    async with rig.running():
        await rig.alert()
        text = story(await shown(rig))
    assert "stdout: ?[2Jdone?" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("state", sorted(ENDS - {State.COALESCED}))
def test_every_end_says_what_a_person_does_next(state: State) -> None:
    assert NEXT[state]


def test_the_object_of_a_whole_pool_is_the_pool() -> None:
    assert object_of({"labels": {"pool": "modular"}}) == "modular"
    assert object_of({"labels": {"pool": "modular", "sr": "5b4a"}}) == "5b4a of modular"


def test_the_headline_has_the_reason_where_there_is_one() -> None:
    run = {"run": 7, "playbook": "p", "labels": {"pool": "a"}, "state": "REFUSED", "reason": "cap"}
    assert headline(run) == "run 7: p on a: REFUSED (cap)"
    assert headline({**run, "state": "FIXED", "reason": ""}) == "run 7: p on a: FIXED"


def test_facts_are_short_and_on_one_line() -> None:
    assert value({"eth0": True, "eth1": [False, None], "x": ""}) == (
        "{eth0: yes, eth1: no, unknown, x: none}"
    )
    assert value("a\n b\t c") == "a b c"
    assert len(value("x" * 1000)) == LONGEST + 1
    assert plain("a\x1bb\u202ec") == "a?b?c"


def test_a_command_line_can_be_copied_into_a_shell() -> None:
    assert command(["xe", "sr-param-set", "name=a b", ";"]) == "xe sr-param-set 'name=a b' ';'"
