"""The journal: a chain that shows every change, and one engine that keeps it."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.journal import Event, Journal, JournalUnwritable, reading
from alerts.remediation.journal.chain import Verdict
from alerts.remediation.journal.database import open_reader
from alerts.remediation.states import State
from tests.alerts.remediation.rig import Rig
from tests.fakes import FakeClock

DAY = 86400.0


def verdict(path: Path) -> Verdict:
    reader = open_reader(path)
    try:
        return reading.verify(reader)
    finally:
        reader.dispose()


def tamper(path: Path, *lines: str) -> Verdict:
    """What the check finds after somebody changed the file."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for line in lines:
            connection.execute(line)
        connection.commit()
    return verdict(path)


@pytest.fixture
async def healed(tmp_path: Path) -> Path:
    """A journal with a run that was refused and one that healed."""
    rig = Rig(tmp_path)
    async with rig.running():
        rig.stop = "it is there"
        await rig.alert()
        rig.stop = ""
        rig.pass_time(3600)
        await rig.alert()
    return rig.path


async def test_every_step_is_chained_to_the_one_before(healed: Path) -> None:
    found = verdict(healed)
    assert (found.holds, found.steps) == (True, 1 + 3 + 12)


CHANGES = {
    "UPDATE steps SET body = '{}' WHERE seq = 5": "step 5 was changed",
    "UPDATE steps SET at = at + 1 WHERE seq = 7": "step 7 was changed",
    "UPDATE steps SET run = 1 WHERE seq = 8": "step 8 was changed",
    "UPDATE steps SET state = 'FIXED' WHERE seq = 9": "step 9 was changed",
    "DELETE FROM steps WHERE seq = 6": "step 6 is missing: the next one is 7",
    "DELETE FROM steps WHERE seq = 1": "step 1 is missing: the next one is 2",
    "INSERT INTO steps VALUES (17, 0, 2, 'APPROVED', '{}', '', '')": (
        "step 17 does not follow the one before it"
    ),
    "INSERT INTO steps SELECT 17, at, run, state, body, (SELECT hash FROM steps WHERE seq = 16), "
    "hash FROM steps WHERE seq = 16": "step 17 was changed",
    "DELETE FROM steps WHERE seq = 16": "run 2 has the state FIXED, its steps say HOLDING",
    "UPDATE runs SET state = 'FIXED' WHERE id = 1": (
        "run 1 has the state FIXED, its steps say REFUSED"
    ),
    "UPDATE runs SET reason = 'silenced' WHERE id = 1": (
        "run 1 has the reason silenced, its steps say kill_switch"
    ),
    "UPDATE runs SET labels = replace(labels, 'xs1', 'xs2') WHERE id = 2": (
        "run 2 has the object set-active-member/modular/xs2/bond0, "
        "its steps say set-active-member/modular/xs1/bond0"
    ),
    "DELETE FROM runs WHERE id = 1": "run 1 is missing, and has steps",
    "INSERT INTO runs SELECT 3, key, playbook, labels, person, state, reason, opened_at, "
    "changed_at, ended_at FROM runs WHERE id = 2": "run 3 is said to be FIXED, and has no step",
}


@pytest.mark.parametrize(("line", "problem"), CHANGES.items())
async def test_what_was_changed_removed_or_inserted_is_named(
    healed: Path, line: str, problem: str
) -> None:
    found = tamper(healed, "DROP TRIGGER steps_append_only", line)
    assert problem in found.problems


async def test_a_step_cannot_be_updated(healed: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="steps are only added"):
        tamper(healed, "UPDATE steps SET body = '{}' WHERE seq = 5")
    assert verdict(healed).holds


async def test_two_open_runs_on_one_object_cannot_be_written_down(healed: Path) -> None:
    twice = "UPDATE runs SET ended_at = NULL WHERE id = {}"
    with pytest.raises(sqlite3.IntegrityError, match=r"runs\.key"):
        tamper(healed, twice.format(1), twice.format(2))


async def test_a_reader_changes_nothing(healed: Path) -> None:
    reader = open_reader(healed)
    with reader.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM runs")
    reader.dispose()


async def test_retention_keeps_a_chain_that_can_be_checked(healed: Path) -> None:
    clock = FakeClock(4_000_000_000.0)
    journal = Journal.open(healed, clock)
    assert await journal.prune(clock.now - DAY) == 16
    await journal.close()
    found = verdict(healed)
    assert (found.holds, found.steps) == (True, 2)
    assert tamper(healed, "DELETE FROM steps WHERE seq = 17").problems


async def test_retention_never_takes_an_open_run_or_what_came_after_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path, mode="suggest")
    async with rig.running():
        await rig.engine.deliver([rig.firing("xs1")])
        while (1, State.AWAITING_APPROVAL) not in rig.seen:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
        rig.alerts.ended = True
        await rig.engine.deliver([rig.firing("xs2")])
        while (2, State.REFUSED) not in rig.seen:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
        assert await rig.parts.journal.prune(rig.clock.now + DAY) == 1
        assert await rig.row(1)
        assert await rig.row(2)
    assert verdict(rig.path).holds


async def test_no_run_ever_has_the_number_of_one_that_retention_took(healed: Path) -> None:
    clock = FakeClock(4_000_000_000.0)
    for _ in range(3):
        journal = Journal.open(healed, clock)
        await journal.prune(clock.now)
        assert await journal.read(reading.last_number) == 2
        await journal.close()
        clock.now += DAY
    assert verdict(healed).holds


async def test_what_cannot_be_written_spoils_nothing_that_is_written_with_it(
    tmp_path: Path,
) -> None:
    journal = Journal.open(tmp_path / "journal.db", FakeClock())
    bodies: list[Any] = [{"n": 1}, {"n": {2, 3}}, {"n": 4}]
    notes = [journal.note(Event("NOTED", body)) for body in bodies]
    answers = await asyncio.gather(*notes, return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), JournalUnwritable, type(None)]
    steps = await journal.read(lambda c: reading.engine_steps(c, 2))
    assert [step.body["n"] for step in steps] == [4, 1]
    await journal.close()
    assert verdict(tmp_path / "journal.db").holds
