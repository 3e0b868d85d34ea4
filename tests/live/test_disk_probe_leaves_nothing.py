"""Whoever is killed in the middle of a disk probe: no file, no process, no space taken is left."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from collectors.disk_reasons import DiskProbeFailed
from collectors.host import DeadlineExceeded, Unreachable
from collectors.registry import CollectorFailed
from tests.labs.disk_probing import (
    Prober,
    nothing_left,
    probe_of,
    prober,
    reached,
    slow,
)
from tests.labs.loopdisk import LoopDisk
from tests.labs.pythons import CHECKOUT

WAYS = pytest.mark.parametrize("way", ["local", pytest.param("openssh", marks=pytest.mark.openssh)])
PHASES = pytest.mark.parametrize("phase", ["lay_out", "measure"])
Kill = Callable[[psutil.Process], object]
pytestmark = pytest.mark.fio


def parent_of(worker: psutil.Process) -> psutil.Process:
    """The Python that watches."""
    parent = worker.parent()
    assert parent is not None
    return parent


def process_group(worker: psutil.Process) -> None:
    """As a deadline does it."""
    os.killpg(os.getpgid(worker.pid), signal.SIGKILL)


async def broken_off(prober: Prober, disk: LoopDisk, phase: str, kill: Kill) -> BaseException:
    """What a measurement says whose worker, or who belongs to it, is killed in mid-phase."""
    free = disk.free
    measuring = asyncio.create_task(prober.measure(slow(disk.folder, phase)))
    kill(await reached(disk, phase, free))
    (error,) = await asyncio.gather(measuring, return_exceptions=True)
    assert await nothing_left(disk, free)
    assert isinstance(error, BaseException)
    return error


@WAYS
@PHASES
async def test_the_command_killed_by_somebody(
    disk: LoopDisk, tmp_path: Path, way: str, phase: str
) -> None:
    async with prober(way, tmp_path) as host:
        error = await broken_off(host, disk, phase, psutil.Process.kill)
        assert isinstance(error, DiskProbeFailed)
        assert error.reason == "killed"


@WAYS
@PHASES
async def test_the_watching_python_killed(
    disk: LoopDisk, tmp_path: Path, way: str, phase: str
) -> None:
    async with prober(way, tmp_path) as host:
        error = await broken_off(host, disk, phase, lambda worker: parent_of(worker).kill())
        assert isinstance(error, CollectorFailed)
        assert error.reason == "exit_status"


@WAYS
@PHASES
async def test_the_process_group_killed(
    disk: LoopDisk, tmp_path: Path, way: str, phase: str
) -> None:
    async with prober(way, tmp_path) as host:
        error = await broken_off(host, disk, phase, process_group)
        assert isinstance(error, CollectorFailed)
        assert error.reason == "exit_status"


@WAYS
@PHASES
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_the_watching_python_asked_to_end(
    disk: LoopDisk, tmp_path: Path, way: str, phase: str, number: int
) -> None:
    async with prober(way, tmp_path) as host:
        error = await broken_off(
            host, disk, phase, lambda worker: parent_of(worker).send_signal(number)
        )
        assert isinstance(error, CollectorFailed)
        assert error.reason == "killed"


@WAYS
@PHASES
async def test_a_run_that_nobody_wants_any_more(
    disk: LoopDisk, tmp_path: Path, way: str, phase: str
) -> None:
    free = disk.free
    async with prober(way, tmp_path) as host:
        measuring = asyncio.create_task(host.measure(slow(disk.folder, phase)))
        await reached(disk, phase, free)
        measuring.cancel()
        with pytest.raises(asyncio.CancelledError):
            await measuring
        assert await nothing_left(disk, free)


@WAYS
@PHASES
async def test_a_deadline_in_the_middle(
    disk: LoopDisk, tmp_path: Path, way: str, phase: str
) -> None:
    free = disk.free
    async with prober(way, tmp_path) as host:
        measuring = asyncio.create_task(host.measure(slow(disk.folder, phase), within=3.0))
        await reached(disk, phase, free)
        with pytest.raises(DeadlineExceeded):
            await measuring
        assert await nothing_left(disk, free)


@PHASES
async def test_the_exporter_killed(disk: LoopDisk, phase: str) -> None:
    free = disk.free
    argv = [sys.executable, "-m", "tests.labs.probing_process", str(disk.folder), phase]
    exporter = await asyncio.create_subprocess_exec(*argv, cwd=CHECKOUT)
    try:
        await reached(disk, phase, free)
    finally:
        exporter.kill()
    await exporter.wait()
    assert await nothing_left(disk, free)


def sessions(worker: psutil.Process) -> list[psutil.Process]:
    """The processes of sshd that serve the connection; the last of all is the listener."""
    *found, listener = [one for one in worker.parents() if one.name().startswith("sshd")]
    assert "listener" in " ".join(listener.cmdline())
    return found


def lose_connection(worker: psutil.Process) -> None:
    """Nobody tells the command that its output is not wanted any more."""
    for process in sessions(worker):
        process.kill()


@pytest.mark.openssh
@PHASES
async def test_the_connection_lost(disk: LoopDisk, tmp_path: Path, phase: str) -> None:
    async with prober("openssh", tmp_path) as host:
        error = await broken_off(host, disk, phase, lose_connection)
        assert isinstance(error, Unreachable)


@pytest.mark.openssh
@PHASES
async def test_the_network_silent(disk: LoopDisk, tmp_path: Path, phase: str) -> None:
    """Neither an answer nor an end comes through: the machine itself ends it in time."""
    free = disk.free
    async with prober("openssh", tmp_path) as host:
        probe = slow(disk.folder, phase, limit=4.0)
        measuring = asyncio.create_task(host.measure(probe, within=30.0))
        frozen = sessions(await reached(disk, phase, free))
        for process in frozen:
            process.suspend()
        try:
            assert await nothing_left(disk, free)
            assert not measuring.done()
        finally:
            for process in frozen:
                process.resume()
        with pytest.raises(DiskProbeFailed) as caught:
            await measuring
        assert caught.value.reason == "overtime"


@PHASES
async def test_the_next_run_after_a_kill_measures(
    disk: LoopDisk, local: Prober, phase: str
) -> None:
    await broken_off(local, disk, phase, process_group)
    found = await local.measure(probe_of(disk.folder))
    assert found.run.figures[0].iops
