"""The journal as the engine has it: one thread writes, and whoever writes waits for the disk.

What comes in while a commit is under way goes into the next one, so that a thousand alerts cost
a few commits and not a thousand.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alerts.remediation.journal import reading, writing
from alerts.remediation.journal.database import (
    JournalInUse,
    check_still_there,
    lock,
    open_engine,
    open_reader,
    place_of,
)
from alerts.remediation.journal.records import Event, NewAlert, NewRun
from alerts.remediation.journal.retention import prune
from alerts.remediation.journal.schema import APPEND_ONLY, metadata
from alerts.remediation.journal.writing import Writer
from alerts.remediation.records import Facts
from alerts.remediation.states import State

__all__ = ["Journal", "JournalInUse", "JournalTooNew", "JournalUnwritable"]
T = TypeVar("T")
Entry = tuple[Callable[[Connection, Writer], Any], asyncio.Future[Any]]
MOST_IN_A_BATCH = 500
FORMAT = 1
"""Of the file. One of a later number may mean what this code does not know, so it is left alone."""
log = logging.getLogger(__name__)


class JournalUnwritable(Exception):
    """Nothing was written, so nothing may be done: disk full, locked, damaged."""


class JournalTooNew(JournalUnwritable):
    """It is of a newer xenlens, and left as it is."""


class Journal:
    """Open it with `Journal.open`; `clock` gives Unix time."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.path = path
        self._clock = clock
        self._engine = open_engine(path)
        self._reader = open_reader(path)
        self._queue: SimpleQueue[Entry | None] = SimpleQueue()
        self._held = -1
        self._place = (0, 0)
        self._thread: threading.Thread | None = None
        self.id = ""
        self.epoch = 0

    @classmethod
    def open(cls, path: Path, clock: Callable[[], float]) -> "Journal":
        """Open or make a journal, and nobody else's. Raises JournalInUse and JournalUnwritable."""
        held = lock(path)
        try:
            journal = cls(path, clock)
            journal._begin()
        except SQLAlchemyError as error:
            os.close(held)
            raise JournalUnwritable(f"{path}: {_said(error)}") from error
        except JournalUnwritable:
            os.close(held)
            raise
        journal._held = held
        journal._thread = threading.Thread(target=journal._write, name="journal", daemon=True)
        journal._thread.start()
        return journal

    def _begin(self) -> None:
        """Make the tables, check the chain's last link, and begin a new epoch."""
        with self._engine.begin() as connection:
            metadata.create_all(connection)
            connection.exec_driver_sql(APPEND_ONLY)
            known = reading.settings_of(connection)
            self._check_format(known.get("format", str(FORMAT)))
            self.id = known.get("id") or uuid4().hex
            # Never lower than one of an earlier journal that a host has seen.
            self.epoch = max(int(known.get("epoch", "0")) + 1, int(self._clock()))
            self._writer = Writer(connection)
            settings = {"id": self.id, "epoch": str(self.epoch), "format": str(FORMAT)}
            started = Event("STARTED", {"epoch": self.epoch}, settings)
            self._writer.note(connection, self._clock(), started)
        os.chmod(self.path, 0o600)
        self._place = place_of(self.path)

    def _check_format(self, found: str) -> None:
        if not found.isdecimal() or int(found) > FORMAT:
            said = f"of format {found}, written by a newer xenlens; this one knows {FORMAT}"
            raise JournalTooNew(f"{self.path}: {said}: start the newer one, or restore a copy")

    async def alerts(self, new: Sequence[NewAlert]) -> list[int]:
        """Write delivered alerts down; gives their numbers. Raises JournalUnwritable."""
        at = self._clock()
        return await self._do(lambda connection, writer: writing.add_alerts(connection, at, new))

    async def decide(self, alert: int, disposition: str, run: int = 0) -> None:
        """What became of a delivered alert. Raises JournalUnwritable."""
        await self._do(
            lambda connection, writer: writing.decide(connection, alert, disposition, run)
        )

    async def open_run(self, new: NewRun, alert: int = 0) -> float:
        """Open a run, for a delivered alert or none; gives when. Raises JournalUnwritable."""
        at = self._clock()

        def deed(connection: Connection, writer: Writer) -> float:
            writer.open_run(connection, at, new)
            if alert:
                writing.decide(connection, alert, "run", new.number)
            return at

        return await self._do(deed)

    async def move(
        self, run: int, state: State, body: Facts, settings: dict[str, str | None] | None = None
    ) -> float:
        """A run goes on; gives when. Raises JournalUnwritable: then it did not."""
        at = self._clock()

        def deed(connection: Connection, writer: Writer) -> float:
            writer.move(connection, at, run, state, body)
            for name, value in (settings or {}).items():
                writing.set_setting(connection, name, value)
            return at

        return await self._do(deed)

    async def note(self, event: Event, run: int = writing.ENGINE) -> None:
        """Write down what moves no run. Raises JournalUnwritable."""
        at = self._clock()
        await self._do(lambda connection, writer: writer.note(connection, at, event, run))

    async def prune(self, before: float) -> int:
        """Remove what is older than `before`, Unix time; gives how many steps went."""
        at = self._clock()
        return await self._do(lambda connection, writer: prune(connection, writer, at, before))

    async def read(self, question: Callable[[Connection], T]) -> T:
        """Ask one of `reading`. Raises JournalUnwritable where it cannot be read."""

        def ask() -> T:
            with self._reader.connect() as connection:
                return question(connection)

        try:
            return await asyncio.to_thread(ask)
        except SQLAlchemyError as error:
            raise JournalUnwritable(f"{self.path}: {_said(error)}") from error

    async def close(self) -> None:
        """Write what is waiting, and give the journal back."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
        self._engine.dispose()
        self._reader.dispose()
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    async def _do(self, deed: Callable[[Connection, Writer], T]) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put((deed, future))
        return await future

    def _write(self) -> None:
        """The writing thread: batch after batch until None is in the queue."""
        going = True
        with self._engine.connect() as connection:
            while going:
                batch, going = self._next_batch()
                if batch:
                    self._commit(connection, batch)

    def _next_batch(self) -> tuple[list[Entry], bool]:
        batch: list[Entry] = []
        entry = self._queue.get()
        while entry is not None:
            batch.append(entry)
            if self._queue.empty() or len(batch) == MOST_IN_A_BATCH:
                return batch, True
            entry = self._queue.get()
        return batch, False

    def _commit(self, connection: Connection, batch: list[Entry]) -> None:
        """All of a batch or nothing of it; where one deed fails, each gets a try of its own."""
        mark = self._writer.mark()
        try:
            check_still_there(self.path, self._place, self._held)
            with connection.begin():
                results = [deed(connection, self._writer) for deed, _ in batch]
        except (SQLAlchemyError, OSError, ValueError, TypeError) as error:
            self._writer.rewind(mark)
            if len(batch) == 1:
                told = {"path": self.path, "error": _said(error)}
                log.error("the journal could not be written", extra=told)
                _answer(batch[0][1], JournalUnwritable(f"{self.path}: {_said(error)}"))
                return
            for entry in batch:
                self._commit(connection, [entry])
            return
        for (_, future), result in zip(batch, results, strict=True):
            _answer(future, result)


def _answer(future: asyncio.Future[Any], result: Any) -> None:
    """Hand a result to the loop that waits for it, unless that is gone."""

    def hand_over() -> None:
        if future.done():
            return
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)

    loop = future.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(hand_over)


def _said(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)
