"""The journal's file: SQLite that has written to the disk what it says it has."""

import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

BUSY_SECONDS = 2.0
"""How long to wait for somebody else's lock on the database."""


class JournalInUse(Exception):
    """Another xenlens has this journal, or it cannot be locked: no engine may run on it."""


def open_engine(path: Path) -> Engine:
    """For writing: WAL, and every commit synchronised with the disk (sqlite.org/pragma.html)."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        poolclass=NullPool,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        # The driver must not begin transactions of its own; see `begin`.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def open_reader(path: Path) -> Engine:
    """For reading beside a writer, also of another process. Nothing can be changed by it."""
    engine = create_engine(
        URL.create("sqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"}),
        connect_args={"timeout": BUSY_SECONDS},
        poolclass=NullPool,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    return engine


def check_still_there(path: Path, place: tuple[int, int], held: int) -> None:
    """Raises OSError where a journal or its lock is no longer the file that was opened.

    SQLite would go on writing to a file that is gone, and another xenlens get a lock of its own.
    """
    files = {path: place, lock_of(path): place_of(held)}
    for file, opened in files.items():
        if not file.exists() or place_of(file) != opened:
            raise OSError(
                f"{file.name} was moved, removed or replaced while in use: restart xenlens"
            )


def lock_of(path: Path) -> Path:
    """The file whose lock keeps others from a journal."""
    return path.with_name(path.name + ".lock")


def place_of(file: Path | int) -> tuple[int, int]:
    """Which file of this machine a path, or an open descriptor, is. Raises OSError."""
    found = os.stat(file)
    return found.st_dev, found.st_ino


def lock(path: Path, flock: Callable[[int, int], None] = fcntl.flock) -> int:
    """Make sure that nobody else has the journal; gives the descriptor that keeps the lock.

    Raises JournalInUse, also where the file system gives a second lock of the same file: there a
    lock protects nothing.
    """
    name = lock_of(path)
    held = -1
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        _check_owner(name)
        flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _excludes(name, flock):
            raise OSError("locks do not exclude anybody on this file system")
    except OSError as error:
        if held >= 0:
            os.close(held)
        if isinstance(error, BlockingIOError):
            raise JournalInUse(f"{path}: another xenlens has this journal") from None
        raise JournalInUse(f"{path}: cannot be locked: {error.strerror or error}") from error
    return held


def _check_owner(name: Path) -> None:
    found = name.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(1, "its lock is not a file of this user's own")


def _excludes(name: Path, flock: Callable[[int, int], None]) -> bool:
    second = os.open(name, os.O_RDWR | os.O_CLOEXEC)
    try:
        flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(second)
