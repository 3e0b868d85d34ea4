"""Stopped, or answered, too late: the host refuses what is out of date, and the object tells."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.door import Door
from alerts.remediation.states import State
from collectors.host import DeadlineExceeded, Output
from collectors.onhost import GATE, program
from tests.alerts.remediation.crash_child import bond
from tests.alerts.remediation.gated import Gated, LocalHost, prepare
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
        await asyncio.sleep((await _lock(tmp_path))["lease_left"] + 0.5)
        assert (await _lock(tmp_path))["lease_left"] == 0

    ended = await slept(tmp_path, "one", "ARMED", over, str(LEASE))
    assert ended == (["INTERRUPTED", "gate_lease_expired"], [])


async def _lock(folder: Path) -> dict[str, Any]:
    """What the host says of the object."""
    words = ["python3", "-S", "-E", "-", "show", "--object", OBJECT]
    answer = await LocalHost(folder).run(words, deadline=0.0, stdin=program(GATE))
    found: dict[str, Any] = json.loads(answer.stdout)["objects"][0]
    return found


@dataclass(frozen=True, slots=True)
class Late(LocalHost):
    """Answers no effect in time. It happens all the same, or is `kept` until the host wakes."""

    happens: bool = True
    kept: list[tuple[Sequence[str], str]] = field(default_factory=list)

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        if "act" not in argv:
            return await LocalHost.run(self, argv, deadline=deadline, stdin=stdin)
        self.kept.append((argv, stdin))
        if self.happens:
            await self.wake()
        raise DeadlineExceeded("the gate did not answer in time")

    async def wake(self) -> list[str]:
        """Do what was kept; the reason of each refusal, empty for none."""
        ran = [await LocalHost.run(self, a, deadline=0.0, stdin=text) for a, text in self.kept]
        self.kept.clear()
        return [json.loads(output.stdout)["reason"] for output in ran]


@pytest.mark.parametrize(
    ("tool", "happens", "ended", "effects"),
    [
        ("one", True, "FIXED", ["eth1"]),
        ("two", True, "FIXED", ["eth2", "eth1"]),
        ("sick", True, "UNDONE", ["eth1", "eth0"]),
        ("one", False, "UNDONE", []),
        ("two", False, "UNDONE", []),
    ],
)
async def test_what_a_host_answers_too_late_is_told_by_the_object(
    tmp_path: Path, tool: str, happens: bool, ended: str, effects: list[str]
) -> None:
    prepare(tmp_path)
    rig = Gated(tmp_path, bond(tmp_path, tool))
    rig.machine = Late(tmp_path, happens=happens)
    async with rig.running():
        await rig.alert()
        assert await rig.outcome() == (ended, "")
        assert rig.effects() == effects
        applied = next(step.body for step in await rig.steps() if step.state == "APPLIED")
        assert applied["exit_status"] is None
        assert applied["unknown"] == "xs1: the gate did not answer in time"


async def test_an_effect_that_happens_while_it_is_looked_for_counts(tmp_path: Path) -> None:
    prepare(tmp_path)
    rig = Gated(tmp_path, bond(tmp_path, "one"), verify={"time": 5.0, "every": 0.05})
    rig.machine = late = Late(tmp_path, happens=False)

    async def on(run: int, state: State) -> None:
        if state is State.VERIFYING:
            assert await late.wake() == [""]

    rig.on = on
    async with rig.running():
        await rig.alert()
        assert await rig.outcome() == ("FIXED", "")
        assert rig.effects() == ["eth1"]


async def test_an_effect_that_comes_to_its_host_after_the_run_has_ended_is_refused_there(
    tmp_path: Path,
) -> None:
    prepare(tmp_path)
    rig = Gated(tmp_path, bond(tmp_path, "one"))
    rig.machine = late = Late(tmp_path, happens=False)
    async with rig.running():
        await rig.alert()
        assert await rig.outcome() == ("UNDONE", "")
    assert await late.wake() == ["not_held"]
    assert rig.effects() == []
