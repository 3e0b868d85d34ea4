"""Looking at the processes that commands under test leave."""

import asyncio
import os
import signal
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

import psutil


def lives(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def until(holds: Callable[[], bool]) -> None:
    """Wait until `holds` does. Raises TimeoutError after ten seconds."""
    async with asyncio.timeout(10):
        for pause in repeat(0.02):
            if holds():
                return
            await asyncio.sleep(pause)


async def gone(*pids: int) -> bool:
    """Whether none of the processes runs any more, after waiting up to ten seconds for it."""
    try:
        await until(lambda: not any(lives(pid) for pid in pids))
    except TimeoutError:
        return False
    return True


async def pids_in(file: Path, count: int) -> list[int]:
    """Process ids that a command under test wrote into `file`, once there are `count`."""
    await until(lambda: file.exists() and len(file.read_text().split()) >= count)
    return [int(word) for word in file.read_text().split()]


def end(pid: int) -> None:
    """End a process that was made to survive."""
    if lives(pid):
        os.kill(pid, signal.SIGKILL)
