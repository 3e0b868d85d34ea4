"""One engine has a journal, and each start of it a higher epoch."""

import contextlib
import fcntl
import os
import sqlite3
from pathlib import Path

import pytest

from alerts.remediation.journal import Journal, JournalInUse, JournalTooNew, JournalUnwritable
from alerts.remediation.journal.database import lock
from alerts.remediation.journal.records import Event
from tests.fakes import FakeClock


async def test_a_second_engine_on_the_same_journal_does_not_start(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", FakeClock()
    journal = Journal.open(path, clock)
    with pytest.raises(JournalInUse, match="another xenlens has this journal"):
        Journal.open(path, clock)
    await journal.close()
    await Journal.open(path, clock).close()


@pytest.mark.parametrize("name", ["journal.db", "journal.db.lock"])
@pytest.mark.parametrize("replaced", [False, True])
async def test_nothing_is_written_to_a_journal_that_is_gone(
    tmp_path: Path, name: str, replaced: bool
) -> None:
    journal = Journal.open(tmp_path / "journal.db", FakeClock())
    await journal.note(Event("CLOCK_JUMPED", {}))
    file = tmp_path / name
    moved = file.rename(tmp_path / "moved")
    if replaced:
        file.write_bytes(moved.read_bytes())
    with pytest.raises(JournalUnwritable, match=f"{name} was moved, removed or replaced"):
        await journal.note(Event("CLOCK_JUMPED", {}))
    moved.rename(file)
    await journal.note(Event("CLOCK_JUMPED", {}))
    await journal.close()


def test_a_lock_that_excludes_nobody_is_none(tmp_path: Path) -> None:
    with pytest.raises(JournalInUse, match="do not exclude"):
        lock(tmp_path / "journal.db", lambda held, how: None)
    held = lock(tmp_path / "journal.db")
    with open(tmp_path / "journal.db.lock") as second, pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(held)


def test_a_lock_that_is_somebody_elses_file_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "journal.db.lock").symlink_to(tmp_path / "another")
    with pytest.raises(JournalInUse, match="cannot be locked"):
        Journal.open(tmp_path / "journal.db", FakeClock())


def test_a_file_that_is_no_journal_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_text("not a database, but long enough to be looked at as one" * 10)
    for _ in range(2):
        with pytest.raises(JournalUnwritable, match="not a database"):
            Journal.open(path, FakeClock())


@pytest.mark.parametrize("number", ["2", "", "1.5"])
async def test_a_journal_of_another_format_is_left_as_it_is(tmp_path: Path, number: str) -> None:
    path = tmp_path / "journal.db"
    await Journal.open(path, FakeClock()).close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE settings SET value = ? WHERE name = 'format'", (number,))
        connection.commit()
        before = list(connection.iterdump())
    for _ in range(2):
        with pytest.raises(JournalTooNew, match="written by a newer xenlens; this one knows 1"):
            Journal.open(path, FakeClock())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


@pytest.mark.parametrize("later", [3600.0, 0.0, -3600.0])
async def test_the_epoch_grows_with_every_start_also_where_the_clock_went_back(
    tmp_path: Path, later: float
) -> None:
    clock, epochs = FakeClock(1_800_000_000.0), []
    for _ in range(3):
        journal = Journal.open(tmp_path / "journal.db", clock)
        epochs.append(journal.epoch)
        await journal.close()
        clock.now += later
    assert epochs[0] < epochs[1] < epochs[2]


async def test_a_journal_that_is_made_anew_begins_with_a_higher_epoch(tmp_path: Path) -> None:
    clock = FakeClock(1_800_000_000.0)
    first = Journal.open(tmp_path / "a.db", clock)
    clock.now += 60
    second = Journal.open(tmp_path / "b.db", clock)
    assert first.epoch < second.epoch
    assert first.id != second.id
    await first.close()
    await second.close()
