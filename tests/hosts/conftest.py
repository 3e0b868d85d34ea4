"""What the tests of the hosts share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.labs.sshd import Sshd, running_sshd

Within = Callable[[float], float]


@pytest.fixture
async def within() -> Within:
    """A deadline so many seconds from now, on the event loop's clock."""
    loop = asyncio.get_running_loop()
    return lambda seconds: loop.time() + seconds


@pytest.fixture
async def sshd(tmp_path: Path) -> AsyncIterator[Sshd]:
    """A private OpenSSH server on loopback."""
    async with running_sshd(tmp_path) as server:
        yield server
