"""`xenlens remediation` while xenlens is down: the journal's file, and the kill switch."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from typer.testing import CliRunner

from exporter.cli import app
from tests.alerts.remediation.rig import TOOL
from tests.exporter.commanding import (
    GONE,
    NO_TOKEN,
    RUN,
    listens_at,
    xenlens,
)
from tests.exporter.remedied import Remedied, remedied


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    """An exporter that is not started yet."""
    async with remedied(tmp_path) as made:
        yield made


@pytest.fixture
async def down(rig: Remedied) -> Remedied:
    """An exporter that has ended, after a run that fixed and one that would have acted."""
    async with rig.serving():
        listens_at(rig, rig.client.port)
        await xenlens(rig, *RUN)
        await xenlens(rig, "run", TOOL, "--host", "xs2", "--bond", "bond0", "--dry-run")
    rig.write_config()
    listens_at(rig, unused_port())
    return rig


async def test_while_xenlens_is_down_the_journals_file_is_read_and_that_is_said(
    down: Remedied,
) -> None:
    listed = await xenlens(down, "list", "--json")
    assert listed.exit_code == 0
    assert "does not answer" in listed.stderr
    assert f"reading {down.journal}\n" in listed.stderr
    assert [run["state"] for run in json.loads(listed.stdout)] == ["WOULD_ACT", "FIXED"]
    explained = await xenlens(down, "explain", "1")
    assert "active: was eth0, predicted eth1, is eth1: as predicted" in explained.stdout
    assert (await xenlens(down, "show", "9")).exit_code == 2


async def test_a_copy_of_the_journal_is_read_without_asking_anybody(
    down: Remedied, tmp_path: Path
) -> None:
    argv = ["remediation", "explain", "2", "--journal", str(down.journal)]
    done = await asyncio.to_thread(CliRunner().invoke, app, argv, env=NO_TOKEN)
    assert (done.exit_code, done.stderr) == (0, "")
    assert ": WOULD_ACT\n" in done.stdout
    argv[-1] = str(tmp_path / "none.db")
    missing = await asyncio.to_thread(CliRunner().invoke, app, argv, env=NO_TOKEN)
    assert missing.exit_code == 3
    assert missing.stderr == f"xenlens: {argv[-1]}: No such file or directory\n"


async def test_what_acts_needs_a_xenlens_that_runs(down: Remedied) -> None:
    for words in (RUN, ("approve", "1"), ("release", "1"), ("status",), ("list", "--url", GONE)):
        done = await xenlens(down, *words)
        assert (done.exit_code, done.stdout) == (3, "")
        assert "does not answer" in done.stderr


async def test_a_pause_while_xenlens_is_down_makes_the_kill_switch(down: Remedied) -> None:
    switch = down.folder / "stop"
    done = await xenlens(down, "pause", "--why", "storage work")
    assert done.exit_code == 0
    assert f"made the kill switch instead: nothing acts while {switch} exists" in done.stdout
    assert switch.read_text() == "storage work\n"
    resumed = await xenlens(down, "resume")
    assert resumed.exit_code == 3
    assert f"nothing will act while {switch} exists: remove it" in resumed.stderr
    assert switch.exists()


async def test_a_kill_switch_that_is_there_keeps_its_reason(down: Remedied) -> None:
    switch = down.folder / "stop"
    switch.write_text("fire drill\n")
    done = await xenlens(down, "pause", "--why", "storage work")
    assert done.exit_code == 0
    assert "it is stopped already" in done.stdout
    assert switch.read_text() == "fire drill\n"


async def test_a_xenlens_elsewhere_is_not_paused_by_a_file_here(down: Remedied) -> None:
    done = await xenlens(down, "pause", "--url", GONE)
    assert done.exit_code == 3
    assert not (down.folder / "stop").exists()


async def test_a_journal_that_holds_together_gives_its_last_hash(down: Remedied) -> None:
    done = await xenlens(down, "verify-journal")
    assert done.exit_code == 0
    with sqlite3.connect(down.journal) as journal:
        count, head = last_step(journal)
    assert done.stdout.splitlines() == [
        f"{down.journal}: {count} steps, the last one's hash is {head}",
        "every step follows the one before it",
    ]


def last_step(journal: sqlite3.Connection) -> tuple[Any, Any]:
    """How many steps there are, and the hash of the last."""
    hashes = journal.execute("select hash from steps order by seq").fetchall()
    return len(hashes), hashes[-1][0]


async def test_a_journal_that_was_changed_does_not_hold(down: Remedied) -> None:
    with sqlite3.connect(down.journal) as journal:
        for (name,) in journal.execute("select name from sqlite_master where type='trigger'"):
            journal.execute(f"drop trigger {name}")
        journal.execute("update steps set body = '{}' where seq = 4")
    done = await xenlens(down, "verify-journal")
    assert done.exit_code == 1
    assert "step 4 was changed" in done.stdout
    assert "does not hold together: somebody or something changed it" in done.stderr
