"""Killed right after each transition, and started again: the outcome is the one that is right, no
effect happens twice, and the chain holds."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.remediation.journal import database, reading
from alerts.remediation.states import FOLLOWING
from tests.alerts.remediation.crash_child import bond
from tests.alerts.remediation.gated import Gated, prepare

ABORTED, INTERRUPTED = "ABORTED_RESTART", "INTERRUPTED"
HARMLESS = ("RECEIVED", "MATCHED", "ADMITTED", "LOCKED", "CONFIRMED", "PLANNED")
CASES = [
    *(("one", "auto", state, ABORTED, []) for state in HARMLESS),
    ("one", "approve", "AWAITING_APPROVAL", ABORTED, []),
    ("one", "auto", "ARMED", INTERRUPTED, []),
    ("one", "auto", "ACTING", INTERRUPTED, []),
    ("one", "auto", "after:0", "FIXED", ["eth1"]),
    ("one", "auto", "APPLIED", "FIXED", ["eth1"]),
    ("one", "auto", "VERIFYING", "FIXED", ["eth1"]),
    ("one", "auto", "HOLDING", "FIXED", ["eth1"]),
    ("sick", "auto", "APPLIED", "UNDONE", ["eth1", "eth0"]),
    ("sick", "auto", "UNDOING", "UNDONE", ["eth1", "eth0"]),
    ("sick", "auto", "after:0.undo", "UNDONE", ["eth1", "eth0"]),
    ("two", "auto", "ACTING:1", INTERRUPTED, []),
    ("two", "auto", "after:0", "QUARANTINED", ["eth2"]),
    ("two", "auto", "APPLIED:1", "UNDONE", ["eth2", "eth0"]),
    ("two", "auto", "ACTING:2", "QUARANTINED", ["eth2"]),
    ("two", "auto", "after:1", "FIXED", ["eth2", "eth1"]),
    ("two", "auto", "APPLIED:2", "FIXED", ["eth2", "eth1"]),
    ("two sick", "auto", "after:1.undo", "UNDONE", ["eth2", "eth1", "eth2", "eth0"]),
]


def test_every_state_that_ends_no_run_is_a_place_to_be_killed_at() -> None:
    points = {point.partition(":")[0] for _, _, point, _, _ in CASES}
    assert points - {"after"} == set(FOLLOWING)


def child(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """A process that heals until it comes to a point; see crash_child."""
    argv = [sys.executable, "-m", "tests.alerts.remediation.crash_child", str(folder), *words]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("tool", "mode", "point", "ends", "effects"), CASES)
async def test_killed_there_it_ends_like_this(
    tmp_path: Path, tool: str, mode: str, point: str, ends: str, effects: list[str]
) -> None:
    prepare(tmp_path)
    with child(tmp_path, tool, mode, point, "SIGKILL") as process:
        assert await asyncio.to_thread(process.wait, 30) == -signal.SIGKILL
    again = Gated(tmp_path, bond(tmp_path, tool), mode=mode)
    async with again.running():
        assert (await again.row()).state == ends
        assert again.effects() == effects
    assert reading.verify(database.open_reader(again.path)).holds
