"""Plans that wait for a person, and what stops a run or all of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.exporter.commanding import (
    RUN,
    only_a_person_decides,
    running,
    state_of,
    xenlens,
)
from tests.exporter.remedied import Remedied


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Remedied]:
    """An exporter that runs."""
    async with running(tmp_path) as rig:
        yield rig


async def test_where_data_may_be_lost_the_plan_is_shown_and_a_yes_carries_it_out(
    up: Remedied,
) -> None:
    only_a_person_decides(up)
    done = await xenlens(up, *RUN, stdin="y\n")
    assert done.exit_code == 0
    assert "on xs1: set bond0 eth1" in done.stderr
    assert "Carry it out?" in done.stderr
    assert up.world.effects == [("xs1", ("set", "bond0", "eth1"))]


async def test_a_no_to_the_plan_of_an_own_run_rejects_it(up: Remedied) -> None:
    only_a_person_decides(up)
    done = await xenlens(up, *RUN, stdin="n\n")
    assert done.exit_code == 1
    assert ": REJECTED (rejected)\n" in done.stdout
    assert up.world.effects == []


async def test_where_nobody_can_be_asked_the_run_waits(up: Remedied) -> None:
    only_a_person_decides(up)
    done = await xenlens(up, *RUN)
    assert done.exit_code == 1
    assert "run 1 waits: xenlens remediation approve 1" in done.stderr
    assert await state_of(up) == "AWAITING_APPROVAL"
    assert up.world.effects == []


async def test_the_plan_of_an_alerts_run_is_approved_by_name(up: Remedied) -> None:
    await up.waiting()
    done = await xenlens(up, "approve", "1", "--as", "ben", stdin="y\n")
    assert done.exit_code == 0
    assert "1. Make eth1 the active member." in done.stderr
    assert ": FIXED\n" in done.stdout
    assert "person: ben" in done.stdout


async def test_an_alerts_run_that_is_not_approved_goes_on_waiting(up: Remedied) -> None:
    await up.waiting()
    done = await xenlens(up, "approve", "1", stdin="n\n")
    assert done.exit_code == 1
    assert "run 1 still waits; to end it: xenlens remediation reject 1" in done.stderr
    assert await state_of(up) == "AWAITING_APPROVAL"


async def test_what_changed_since_the_plan_was_made_is_refused(up: Remedied) -> None:
    await up.waiting()
    up.world.good["xs1"] = "eth2"
    done = await xenlens(up, "approve", "1", "--yes")
    assert done.exit_code == 1
    assert ": REFUSED (state_changed)\n" in done.stdout
    assert up.world.effects == []


async def test_a_run_that_has_ended_waits_for_nobody(up: Remedied) -> None:
    await xenlens(up, *RUN, "--dry-run")
    done = await xenlens(up, "approve", "1", "--yes")
    assert done.exit_code == 1
    assert done.stderr == "xenlens: run 1 waits for nobody: it is WOULD_ACT\n"


async def test_json_is_one_object_and_nothing_else(up: Remedied) -> None:
    only_a_person_decides(up)
    done = await xenlens(up, *RUN, "--json", "--yes")
    run = json.loads(done.stdout)
    assert (done.exit_code, run["run"], run["state"]) == (0, 1, "FIXED")
    assert "1. Make eth1 the active member." in done.stderr


async def test_a_plan_is_rejected_with_a_reason(up: Remedied) -> None:
    await up.waiting()
    done = await xenlens(up, "reject", "1", "--why", "new switch")
    assert (done.exit_code, done.stdout) == (0, "run 1 is rejected\n")
    await up.reached("REJECTED")
    assert "anna rejected it: new switch" in (await xenlens(up, "explain", "1")).stdout


async def test_a_run_that_has_done_nothing_is_cancelled(up: Remedied) -> None:
    await up.waiting()
    done = await xenlens(up, "cancel", "1")
    assert done.exit_code == 0
    await up.reached("CANCELLED")
    again = await xenlens(up, "cancel", "1")
    assert (again.exit_code, again.stderr) == (1, "xenlens: run 1 is not open (no_open_run)\n")


async def test_a_run_that_is_armed_is_not_cancelled_and_that_is_said(up: Remedied) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hold(host: str) -> None:
        reached.set()
        await go_on.wait()

    up.world.before_effect = hold
    await up.waiting()
    approving = asyncio.create_task(xenlens(up, "approve", "1", "--yes"))
    await reached.wait()
    done = await xenlens(up, "cancel", "1")
    go_on.set()
    await approving
    assert (done.exit_code, done.stdout) == (1, "")
    assert "run 1 is ACTING: it is armed, so it is finished and verified" in done.stderr
    assert await state_of(up) == "FIXED"


async def test_a_pause_stops_what_would_act_until_it_is_ended(up: Remedied) -> None:
    paused = await xenlens(up, "pause", "--why", "storage work")
    assert (paused.exit_code, paused.stdout) == (0, "paused by anna: storage work\n")
    assert "paused: by anna: storage work" in (await xenlens(up, "status")).stdout
    refused = await xenlens(up, *RUN)
    assert refused.exit_code == 1
    assert "REFUSED (paused)" in refused.stdout
    assert (await xenlens(up, "resume")).stdout == "resumed\n"
    assert up.engine.parts.around.paused == ""


async def test_resume_says_that_the_kill_switch_still_stops_and_leaves_it(up: Remedied) -> None:
    switch = up.folder / "stop"
    switch.write_text("fire drill\n")
    done = await xenlens(up, "resume")
    assert done.stdout == (
        f"resumed; but nothing acts while {switch} exists: fire drill: remove it\n"
    )
    assert switch.exists()
