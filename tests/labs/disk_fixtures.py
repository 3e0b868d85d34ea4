"""Fixtures of disks of our own, for tests marked `fio`."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.labs.disk_probing import Prober, measuring_here, prober
from tests.labs.loopdisk import MIB, LoopDisk
from tests.labs.waiting import wait_for

OTHERS = 90.0
"""Seconds for somebody else's measurement on this machine to end: there is one lock for all."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[LoopDisk]:
    """An empty disk, and a machine on which nothing is measured."""
    wait_for(lambda: not measuring_here(), OTHERS, "the end of somebody else's measurement")
    with LoopDisk(64 * MIB, tmp_path) as disk:
        yield disk


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Prober]:
    """Measures by child processes."""
    async with prober("local", tmp_path) as prober_here:
        yield prober_here
