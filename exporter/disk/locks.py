"""One probe at a time per SR and per pool, also across processes of this machine."""

import asyncio
import fcntl
import os
import stat
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack, asynccontextmanager
from hashlib import sha256
from pathlib import Path

POLL = 0.2
"""Seconds between attempts: a lock file can only be asked again."""


class Busy(Exception):
    """Somebody else had the lock all the time."""


def lock_folder() -> Path:
    """A folder of this user's own. Raises PermissionError when it is somebody else's."""
    folder = Path(tempfile.gettempdir()) / f"xenlens-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder}: not a folder of this user's own")
    return folder


@asynccontextmanager
async def locked(folder: Path, names: Iterable[str], patience: float) -> AsyncIterator[None]:
    """Hold the locks of all these names while the block runs.

    Raises Busy when they are not to be had within `patience` seconds. They end with the process.
    """
    with ExitStack() as held:
        try:
            async with asyncio.timeout(patience):
                # In one order everywhere, so that two never wait for one another.
                for name in sorted(names):
                    await _take(folder / f"{sha256(name.encode()).hexdigest()[:16]}.lock", held)
        except TimeoutError:
            raise Busy from None
        yield


async def _take(path: Path, held: ExitStack) -> None:
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    held.callback(os.close, handle)
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            await asyncio.sleep(POLL)
