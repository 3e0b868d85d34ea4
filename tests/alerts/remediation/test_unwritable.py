"""A journal that cannot be written: nothing begins, and what has happened is not forgotten."""

import asyncio
import contextlib
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.journal import JournalUnwritable
from alerts.remediation.states import State
from tests.alerts.remediation.rig import Rig
from tests.alerts.remediation.test_journal import verdict


@contextlib.contextmanager
def full(path: Path) -> Iterator[None]:
    """No file may become longer than the journal's log is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = path.with_name(path.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else writes to the journal, and does not end."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


@asynccontextmanager
async def rig_at(folder: Path) -> AsyncIterator[Rig]:
    async with Rig(folder).running() as rig:
        yield rig
    assert verdict(rig.path).holds


@pytest.mark.parametrize("hindered", [full, locked])
async def test_an_alert_that_cannot_be_written_down_is_not_taken(
    tmp_path: Path, hindered: Any
) -> None:
    async with rig_at(tmp_path) as rig:
        with hindered(rig.path), pytest.raises(JournalUnwritable):
            await rig.alert()
        assert not rig.seen
        await rig.alert()
        assert await rig.outcome() == ("FIXED", "")


@pytest.mark.parametrize(
    ("hindered", "state"),
    [(full, State.MATCHED), (full, State.PLANNED), (full, State.ARMED), (locked, State.ARMED)],
)
async def test_an_intent_that_cannot_be_written_down_is_not_carried_out(
    tmp_path: Path, hindered: Any, state: State
) -> None:
    async with rig_at(tmp_path) as rig:
        stack = contextlib.ExitStack()

        async def on(run: int, reached: State) -> None:
            if reached is state:
                stack.enter_context(hindered(rig.path))

        rig.on = on
        await rig.engine.deliver([rig.firing()])
        # Long enough for SQLite to give up waiting for the other one's lock (2 s).
        await asyncio.sleep(3 if hindered is locked else 0.5)
        assert not rig.world.effects
        stack.close()
        await rig.engine.idle()
        ended = "INTERRUPTED" if state is State.ARMED else "REFUSED"
        assert await rig.outcome() == (ended, "journal")
        assert not rig.world.effects


@pytest.mark.parametrize("hindered", [full, locked])
async def test_what_came_of_an_effect_waits_for_the_disk_and_the_run_ends_well(
    tmp_path: Path, hindered: Any
) -> None:
    async with rig_at(tmp_path) as rig:
        stack = contextlib.ExitStack()

        async def before_effect(host: str) -> None:
            stack.enter_context(hindered(rig.path))

        rig.world.before_effect = before_effect
        await rig.engine.deliver([rig.firing()])
        await asyncio.sleep(0.6)
        assert rig.states()[-1] == "ACTING"
        assert len(rig.world.effects) == 1
        stack.close()
        await rig.engine.idle()
        assert await rig.outcome() == ("FIXED", "")
        assert len(rig.world.effects) == 1
