"""One probe at a time per SR and per pool, also across processes of this machine."""

import asyncio
import fcntl
import os
import stat
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack, asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path

POLL = 0.2
"""Seconds between attempts: a lock file can only be asked again."""


class Busy(Exception):
    """Somebody else had the lock all the time."""


class LocksUnusable(Exception):
    """The lock files cannot be opened."""


def lock_folder(parent: Path | None = None) -> Path:
    """A folder of this user's own, below that for temporary files where no `parent` is given.

    Raises OSError when it cannot be made or is somebody else's.
    """
    folder = (parent or Path(tempfile.gettempdir())) / f"xenlens-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder}: not a folder of this user's own")
    return folder


@asynccontextmanager
async def locked(folder: Path, names: Iterable[str], patience: float) -> AsyncIterator[None]:
    """Hold the locks of all these names while the block runs.

    Raises Busy when they are not to be had within `patience` seconds, and LocksUnusable. They end
    with the process.
    """
    with ExitStack() as held:
        _make(folder)
        try:
            async with asyncio.timeout(patience):
                # In one order everywhere, so that two never wait for one another.
                for name in sorted(names):
                    await _take(folder / f"{sha256(name.encode()).hexdigest()[:16]}.lock", held)
        except TimeoutError:
            raise Busy from None
        yield


async def _take(path: Path, held: ExitStack) -> None:
    while not _taken(path, held):  # noqa: ASYNC110 - a lock file tells nobody
        await asyncio.sleep(POLL)


def _taken(path: Path, held: ExitStack) -> bool:
    with ExitStack() as unless_locked:
        handle = _open(path)
        unless_locked.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if not _is_at(path, handle):
            return False
        held.push(unless_locked.pop_all())
        return True


def _make(folder: Path) -> None:
    """Also anew: what cleans up temporary files may have taken it away."""
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise LocksUnusable(f"{path}: {error.strerror}") from error


def _is_at(path: Path, handle: int) -> bool:
    """Whether the locked file is still the one that others find."""
    try:
        return os.path.samestat(os.lstat(path), os.fstat(handle))
    except FileNotFoundError:
        return False
