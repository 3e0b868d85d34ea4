"""After a crash: only what is true of the object now tells what became of a run."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.remediation.journal import Journal, reading
from alerts.remediation.states import ENDS, State
from tests.alerts.remediation.kept import (
    APPROVED,
    BOND,
    BREAKS,
    CHAIN,
    LADDER,
    ONE_WAY,
    POOL,
    kept_rig,
)
from tests.alerts.remediation.rig import HOSTS, Rig
from tests.alerts.remediation.test_journal import verdict

FORTH = {host: (host, ("set", "bond0", "eth1")) for host in HOSTS}
BACK = ("xs1", ("set", "bond0", "eth0"))
ONCE = [FORTH["xs1"]]
ROOT = Path(__file__).parents[3]
Effects = list[tuple[str, tuple[str, ...]]]


def killed(folder: Path, scene: str, moment: str) -> Rig:
    """The rig after a process that played the scene was killed at a moment."""
    child = [sys.executable, "-m", "tests.alerts.remediation.restart_child"]
    ran = subprocess.run(
        [*child, str(folder), scene, moment], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    return kept_rig(folder, scene)


async def ended(rig: Rig) -> tuple[str, str]:
    """How run 1 ends after a restart, and the reason; the journal holds together."""
    async with rig.running():
        await rig.engine.idle()
        outcome = await rig.outcome()
    assert verdict(rig.path).holds
    assert not rig.door.locks
    return outcome


@pytest.mark.parametrize("moment", ["LOCKED 2", "CONFIRMED 2", "PLANNED 2"])
async def test_an_approved_run_that_had_not_armed_is_given_up(tmp_path: Path, moment: str) -> None:
    rig = killed(tmp_path, APPROVED, moment)
    assert await ended(rig) == ("ABORTED_RESTART", "restart")
    assert not rig.world.effects


@pytest.mark.parametrize(
    ("scene", "moment", "outcome", "effects"),
    [
        (APPROVED, "ARMED 1", "INTERRUPTED restart", []),
        (APPROVED, "effect 1.0", "FIXED ", ONCE),
        (CHAIN, "effect 1.2", "FIXED ", list(FORTH.values())),
        (LADDER, "effect 1.0", "FIXED ", ONCE),
        (LADDER, "APPLIED 1", "FIXED ", ONCE),
        (ONE_WAY, "APPLIED 1", "UNDONE ", ONCE),
    ],
)
async def test_what_was_undisturbed_ends_as_if_nothing_had_happened(
    tmp_path: Path, scene: str, moment: str, outcome: str, effects: Effects
) -> None:
    rig = killed(tmp_path, scene, moment)
    assert " ".join(await ended(rig)) == outcome
    assert rig.world.effects == effects


@pytest.mark.parametrize(
    ("scene", "moment", "active", "outcome", "effects"),
    [
        (BOND, "ARMED 1", "eth1", "FIXED ", []),
        (BOND, "ARMED 1", "eth7", "QUARANTINED unclear", []),
        (BOND, "ACTING 1", "eth1", "FIXED ", []),
        (BOND, "ACTING 1", "eth7", "QUARANTINED unclear", []),
        (BOND, "effect 1.0", "eth0", "INTERRUPTED restart", ONCE),
        (BOND, "effect 1.0", "eth7", "QUARANTINED unclear", ONCE),
        (BOND, "APPLIED 1", "eth0", "UNDONE ", ONCE),
        (BOND, "HOLDING 1", "eth7", "UNDONE ", [*ONCE, BACK]),
        (BREAKS, "UNDOING 1", "eth0", "UNDONE ", ONCE),
        (BREAKS, "effect 1.0.undo", "eth7", "UNDO_FAILED ", [*ONCE, BACK]),
        (ONE_WAY, "UNDOING 1", "eth7", "QUARANTINED not_undoable", ONCE),
    ],
)
async def test_what_changed_while_nobody_looked_counts(
    tmp_path: Path, scene: str, moment: str, active: str, outcome: str, effects: Effects
) -> None:
    rig = killed(tmp_path, scene, moment)
    rig.world.active["xs1"] = active
    assert " ".join(await ended(rig)) == outcome
    assert rig.world.effects == effects


async def test_an_undoing_that_does_nothing_after_a_crash_has_failed(tmp_path: Path) -> None:
    rig = killed(tmp_path, BREAKS, "UNDOING 1")
    rig.world.lies.add("xs1")
    assert await ended(rig) == ("UNDO_FAILED", "")
    assert rig.world.effects == [*ONCE, BACK]


@pytest.mark.parametrize(
    ("scene", "moment"),
    [(BOND, "ARMED 1"), (BOND, "effect 1.0"), (BOND, "HOLDING 1"), (BREAKS, "UNDOING 1")],
)
async def test_what_cannot_be_read_any_more_is_quarantined_and_nothing_is_done_to_it(
    tmp_path: Path, scene: str, moment: str
) -> None:
    rig = killed(tmp_path, scene, moment)
    effects = list(rig.world.effects)
    rig.world.silent.add("xs1")
    assert await ended(rig) == ("QUARANTINED", "unreadable_gate")
    assert rig.world.effects == effects
    assert rig.parts.around.quarantined


async def test_a_host_that_is_silent_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    rig = killed(tmp_path, BOND, "effect 1.0")
    rig.world.silent.add("xs1")
    rig.again = 0.5
    asyncio.get_running_loop().call_later(0.7, rig.world.silent.clear)
    assert await ended(rig) == ("FIXED", "")


async def test_a_crash_while_a_crash_is_looked_into_is_looked_into(tmp_path: Path) -> None:
    killed(tmp_path, BOND, "HOLDING 1")
    killed(tmp_path, BOND, "VERIFYING 1")
    rig = killed(tmp_path, BOND, "HOLDING 1")
    assert await ended(rig) == ("FIXED", "")
    assert rig.states() == ["VERIFYING", "HOLDING", "FIXED"]
    assert rig.world.effects == ONCE


async def test_nothing_new_begins_before_every_open_run_is_classified(tmp_path: Path) -> None:
    rig = killed(tmp_path, POOL, "HOLDING 1")
    journal = Journal.open(rig.path, rig.clock)
    await journal.alerts([rig.firing("xs1", bond="bond1")])
    await journal.close()
    async with rig.running():
        await rig.engine.idle()
        first = rig.seen.index((4, State.RECEIVED))
        assert {run for run, state in rig.seen[:first] if state in ENDS} == {1, 2, 3}
        assert {run for run, _ in rig.seen[first:]} == {4}
        assert len(await rig.parts.journal.read(lambda c: reading.runs_of(c))) == 4


@pytest.mark.parametrize(
    ("moment", "reason"),
    [("PLANNED 1", "pause"), ("ACTING 1", "cooldown"), ("HOLDING 1", "cooldown")],
)
async def test_a_run_that_a_crash_ended_puts_off_the_next_one(
    tmp_path: Path, moment: str, reason: str
) -> None:
    rig = killed(tmp_path, BOND, moment)
    async with rig.running():
        rig.world.active["xs1"] = "eth0"
        await rig.alert()
        assert await rig.outcome(2) == ("REFUSED", reason)


async def test_a_quarantine_and_a_pause_outlive_a_crash(tmp_path: Path) -> None:
    rig = killed(tmp_path, BOND, "ACTING 1")
    rig.world.active["xs1"] = "eth7"
    async with rig.running():
        await rig.engine.pause("anna", "switch upgrade")
    again = kept_rig(tmp_path, BOND)
    again.pass_time(86400)
    async with again.running():
        await again.alert()
        assert await again.outcome(2) == ("REFUSED", "paused")
        await again.engine.resume("anna")
        again.pass_time(3600)
        await again.alert()
        assert await again.outcome(3) == ("REFUSED", "quarantined")
