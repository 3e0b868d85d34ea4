"""A disk probe that hangs in the kernel is given up in time, alone, and gone once it can be."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from collectors.disk_profiles import KIB, Profile
from collectors.disk_reasons import DiskProbeFailed
from collectors.host import loop_time
from collectors.registry import CollectorFailed
from tests.hosts.processes import until
from tests.labs.disk_probing import (
    FAST,
    Limited,
    Prober,
    holders,
    measuring_here,
    nothing_left,
    probe_of,
    prober,
    reached,
    slow,
)
from tests.labs.loopdisk import MIB, LoopDisk

LIMIT = 2.0
KILL = 5.0
"""Seconds that a killed worker has on the machine to be gone."""
WAYS = pytest.mark.parametrize("way", ["local", pytest.param("openssh", marks=pytest.mark.openssh)])
WRITING = Profile("fsync-write", "fio", "write", size=8 * MIB, rate=128 * KIB)
pytestmark = pytest.mark.fio


async def reason_of(prober: Prober, probe: Limited) -> str:
    """Why it gave no figures."""
    with pytest.raises(DiskProbeFailed) as caught:
        await prober.measure(probe)
    return caught.value.reason


def in_the_kernel(disk: LoopDisk) -> list[psutil.Process]:
    """Workers of which a thread waits for the disk and takes no signal."""
    return [one for one in disk.users() if any(map(_hangs, one.threads()))]


def _hangs(thread: Any) -> bool:
    return psutil.Process(thread.id).status() == psutil.STATUS_DISK_SLEEP


async def refused_while_it_hangs(prober: Prober, disk: LoopDisk) -> None:
    """Three attempts come back at once, and leave no process beside the one that hangs."""
    before = {process.pid for process in disk.users()}
    assert len(before) == len(in_the_kernel(disk)) == 1
    for _ in range(3):
        began = loop_time()
        assert await reason_of(prober, probe_of(disk.folder, limit=LIMIT)) == "busy"
        assert loop_time() - began < LIMIT
    assert {process.pid for process in disk.users()} == before


async def measures_again(prober: Prober, disk: LoopDisk, free: int) -> None:
    """The disk answers again: what hung ends, and the next run is as any other."""
    await until(lambda: not measuring_here())
    assert (await prober.measure(probe_of(disk.folder))).run.figures
    assert await nothing_left(disk, free)


@WAYS
async def test_before_the_file_is_there(disk: LoopDisk, tmp_path: Path, way: str) -> None:
    free = disk.free
    async with prober(way, tmp_path) as host:
        with disk.frozen():
            began = loop_time()
            assert await reason_of(host, probe_of(disk.folder, limit=LIMIT)) == "hung"
            assert LIMIT + KILL <= loop_time() - began < LIMIT + KILL + 2
            await refused_while_it_hangs(host, disk)
        assert await nothing_left(disk, free)
        await measures_again(host, disk, free)


@WAYS
@pytest.mark.parametrize(
    ("phase", "changes"),
    [
        ("lay_out", {"lay_out_rate": 1 * MIB}),
        ("measure", {"profile": WRITING, "lay_out_rate": FAST}),
    ],
)
async def test_in_the_middle(
    disk: LoopDisk, tmp_path: Path, way: str, phase: str, changes: dict[str, Any]
) -> None:
    free = disk.free
    async with prober(way, tmp_path) as host:
        probe = slow(disk.folder, phase, limit=LIMIT + 2, **changes)
        measuring = asyncio.create_task(reason_of(host, probe))
        await reached(disk, phase, free)
        with disk.frozen():
            assert await measuring == "hung"
            await refused_while_it_hangs(host, disk)
        await measures_again(host, disk, free)


async def test_what_belongs_to_it_killed_while_it_hangs(disk: LoopDisk, local: Prober) -> None:
    """Nobody watches it any more; it still keeps others from hanging beside it."""
    free = disk.free
    measuring = asyncio.create_task(local.measure(slow(disk.folder, "lay_out", lay_out_rate=MIB)))
    worker = await reached(disk, "lay_out", free)
    with disk.frozen():
        await until(lambda: worker in in_the_kernel(disk))
        os.killpg(os.getpgid(worker.pid), signal.SIGKILL)
        with pytest.raises(CollectorFailed):
            await measuring
        await refused_while_it_hangs(local, disk)
    await measures_again(local, disk, free)


async def test_a_worker_that_was_only_stopped_is_killed_in_time(
    disk: LoopDisk, local: Prober
) -> None:
    free = disk.free
    probe = slow(disk.folder, "measure", limit=LIMIT + 1)
    measuring = asyncio.create_task(reason_of(local, probe))
    (await reached(disk, "measure", free)).suspend()
    assert await measuring == "overtime"
    assert holders(disk) == []
    assert await nothing_left(disk, free)


async def test_on_a_disk_that_answers_again_in_time_nothing_is_lost(
    disk: LoopDisk, local: Prober
) -> None:
    free = disk.free
    measuring = asyncio.create_task(local.measure(probe_of(disk.folder)))
    with disk.frozen():
        await until(lambda: len(in_the_kernel(disk)) == 1)
    assert (await measuring).run.figures
    assert await nothing_left(disk, free)
