"""Stopped, or answered, too late: the host refuses what is out of date, and the object tells."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.door import Door
from alerts.remediation.states import State
from tests.alerts.remediation.crash_child import bond
from tests.alerts.remediation.gated import Gated, LocalHost, prepare
from tests.alerts.remediation.late import Late
from tests.alerts.remediation.test_crash import child
from tests.labs.waiting import wait_for

OBJECT = "set-active-member/modular/xs1/bond0"
LEASE = 0.5
"""Seconds; a stopped process is woken only when it is over."""


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


async def slept(
    folder: Path, tool: str, point: str, meanwhile: Callable[[], Awaitable[None]], *lease: str
) -> tuple[list[str], list[str]]:
    """How a run ended whose process slept at a point, and what was set on the host."""
    prepare(folder)
    with child(folder, tool, "auto", point, "SIGSTOP", *lease) as process:
        try:
            await asyncio.to_thread(wait_for, lambda: _is_stopped(process.pid), 30)
            await meanwhile()
            process.send_signal(signal.SIGCONT)
            out, _ = await asyncio.to_thread(process.communicate, None, 30)
        finally:
            process.kill()
    return out.split(), Gated(folder, bond(folder, tool)).effects()


@pytest.mark.parametrize(
    ("tool", "point", "ended", "effects"),
    [
        ("one", "ARMED", ["INTERRUPTED", "gate_old_epoch"], []),
        ("one", "ACTING", ["INTERRUPTED", "gate_old_epoch"], []),
        ("sick", "UNDOING", ["UNDO_FAILED"], ["eth1"]),
        ("two", "APPLIED:1", ["UNDO_FAILED"], ["eth2"]),
    ],
)
async def test_who_sleeps_while_another_takes_over_does_nothing_more_when_it_wakes(
    tmp_path: Path, tool: str, point: str, ended: list[str], effects: list[str]
) -> None:
    async def taken_over() -> None:
        door = Door(lambda name: LocalHost(tmp_path), "another", 4_000_000_000)
        await door.take("xs1", OBJECT, 99, 60.0)

    assert await slept(tmp_path, tool, point, taken_over) == (ended, effects)


async def test_who_sleeps_past_its_lease_does_nothing_when_it_wakes(tmp_path: Path) -> None:
    async def over() -> None:
        while (await _lock(tmp_path))["lease_left"]:
            await asyncio.sleep(0.1)

    ended = await slept(tmp_path, "one", "ARMED", over, str(LEASE))
    assert ended == (["INTERRUPTED", "gate_lease_expired"], [])


async def _lock(folder: Path) -> dict[str, Any]:
    """What the host says of the object."""
    answer = await LocalHost(folder).run(["python3", "-", "show"], deadline=0.0, stdin=PROGRAM)
    found: dict[str, Any] = json.loads(answer.stdout)["objects"][0]
    return found
