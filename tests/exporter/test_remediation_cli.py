"""`xenlens remediation run`, and what is shown of runs."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.alerts.remediation.rig import TOOL
from tests.exporter.commanding import (
    BOND,
    RUN,
    running,
    xenlens,
)
from tests.exporter.remedied import Remedied
from tests.labs.program import XENLENS


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Remedied]:
    """An exporter that runs."""
    async with running(tmp_path) as rig:
        yield rig


async def test_a_run_that_is_ordered_is_watched_to_its_end_and_told(up: Remedied) -> None:
    done = await xenlens(up, *RUN)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"run 1: {TOOL} on bond0 of xs1: FIXED\n")
    assert "by anna" in done.stdout
    assert up.world.effects == [("xs1", ("set", "bond0", "eth1"))]


async def test_a_dry_run_shows_the_plan_and_does_nothing(up: Remedied) -> None:
    done = await xenlens(up, *RUN, "--dry-run")
    assert done.exit_code == 0
    assert ": WOULD_ACT\n" in done.stdout
    assert "on xs1: set bond0 eth1" in done.stdout
    assert up.world.effects == []


async def test_a_healthy_object_is_well_and_left_alone(up: Remedied) -> None:
    up.world.active["xs1"] = "eth1"
    done = await xenlens(up, *RUN)
    assert done.exit_code == 0
    assert ": ALREADY_OK\n" in done.stdout
    assert up.world.effects == []


async def test_a_refusal_tells_its_reason_and_exits_1(up: Remedied) -> None:
    up.world.good["xs1"] = ""
    done = await xenlens(up, *RUN)
    assert done.exit_code == 1
    assert ": REFUSED (unproven)\n" in done.stdout
    assert "Next: Nothing was done." in done.stdout


async def test_what_did_not_help_exits_1_and_is_released_by_a_person(up: Remedied) -> None:
    up.world.lies.add("xs1")
    done = await xenlens(up, *RUN)
    assert done.exit_code == 1
    assert ": UNDONE\n" in done.stdout
    assert "xenlens remediation release 1" in done.stdout
    assert f"quarantined: {TOOL}/modular/xs1/bond0 (" in (await xenlens(up, "status")).stdout
    released = await xenlens(up, "release", "1")
    assert (released.exit_code, released.stdout) == (0, f"released: {TOOL}/modular/xs1/bond0\n")
    again = await xenlens(up, "release", "1")
    assert again.exit_code == 1
    assert again.stderr.startswith("xenlens: the object of run 1 is not quarantined")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "heal-all"), "unknown playbook heal-all; there are: change-coordinator, "),
        (("run", TOOL, "--host", "xs1"), "--bond is missing"),
        (("run", TOOL, *BOND, "--vm", "0f"), "--vm is not one of them"),
        (("list", "--url", "ftp://xs1"), "--url ftp://xs1 is not allowed"),
        (("list", "--as", "eve"), "no operator eve in the configuration; there are: anna, ben"),
        (("show", "7"), "there is no run 7"),
    ],
)
async def test_a_wrong_order_says_what_is_wrong_on_one_line(
    up: Remedied, words: tuple[str, ...], says: str
) -> None:
    done = await xenlens(up, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert json.loads((await xenlens(up, "list", "--json")).stdout) == []


async def test_an_object_that_has_an_open_run_gets_no_other(up: Remedied) -> None:
    await up.waiting()
    done = await xenlens(up, *RUN)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "xenlens: run 1 is open for bond0 of xs1 (coalesced)\n"


async def test_ctrl_c_ends_the_watching_and_not_the_run(up: Remedied) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hold(host: str) -> None:
        reached.set()
        await go_on.wait()

    up.world.before_effect = hold
    argv = ("remediation", *RUN, "--config", str(up.config))
    # As from a shell: what runs the tests may itself have been started to ignore SIGINT.
    program = ("env", "--default-signal=INT", str(XENLENS))
    watcher = await asyncio.create_subprocess_exec(*program, *argv, stderr=asyncio.subprocess.PIPE)
    await asyncio.wait_for(reached.wait(), 60)
    await asyncio.sleep(0.5)
    watcher.send_signal(signal.SIGINT)
    _, said = await asyncio.wait_for(watcher.communicate(), 60)
    go_on.set()
    await up.reached("FIXED")
    assert watcher.returncode == 130
    assert b"run 1 goes on without a watcher: xenlens remediation show 1" in said


async def test_status_tells_the_mode_of_every_playbook_and_what_is_open(up: Remedied) -> None:
    await up.waiting()
    said = (await xenlens(up, "status")).stdout
    assert said.startswith("armed: a playbook may act\nopen: run 1, AWAITING_APPROVAL\n")
    assert f"{TOOL}   suggest\n" in said
    assert "destroy-vm          observe (by a person only)\n" in said


async def test_the_list_has_a_line_for_each_run_the_newest_first(up: Remedied) -> None:
    await xenlens(up, *RUN, "--dry-run")
    await up.waiting("xs2")
    head, newest, oldest = (await xenlens(up, "list")).stdout.splitlines()
    assert head.split() == ["run", "when", "playbook", "object", "state", "reason", "who"]
    assert newest.split()[0] == "2"
    assert newest.split()[3:] == [TOOL, "bond0", "of", "xs2", "AWAITING_APPROVAL", "an", "alert"]
    assert oldest.split()[3:] == [TOOL, "bond0", "of", "xs1", "WOULD_ACT", "anna"]
    opened = json.loads((await xenlens(up, "list", "--open", "--json")).stdout)
    assert [run["run"] for run in opened] == [2]
    assert len(json.loads((await xenlens(up, "list", "--limit", "1", "--json")).stdout)) == 1


async def test_a_run_is_shown_with_a_line_for_each_step(up: Remedied) -> None:
    await xenlens(up, *RUN)
    lines = (await xenlens(up, "show", "1")).stdout.splitlines()
    assert lines[0] == f"run 1: {TOOL} on bond0 of xs1: FIXED"
    states = [line.split()[3] for line in lines[1:]]
    assert (states[0], states[-1]) == ("RECEIVED", "FIXED")
    shown = json.loads((await xenlens(up, "show", "1", "--json")).stdout)
    assert [step["state"] for step in shown["steps"]] == states
