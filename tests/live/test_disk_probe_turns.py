"""Disk probes take turns, within one process and between several."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.disk_reasons import DiskProbeFailed
from collectors.inventory import HostInventory
from exporter.config import Target
from exporter.disk.attempt import Means, attempt
from exporter.disk.holds import Holds
from exporter.fleet import Fleet
from exporter.hosts.settings import Local
from exporter.outcome import Outcome
from tests.labs.disk_probing import (
    Limited,
    Prober,
    nothing_left,
    probe_of,
    prober,
    reached,
    slow,
    small,
)
from tests.labs.loopdisk import MIB, LoopDisk
from tests.labs.program import XENLENS

Span = tuple[float, float]
"""When a measurement began and ended."""
CONFIG = """\
pools:
  modular:
    guests: {{here: {{local: {{}}}}}}
    disk_probes:
      one: &probe {{host: here, directory: {folder}, profile: random-read, size: 8MiB,
                   runtime: 5s, rate: 4MiB, keep_free: 1MiB}}
      two: *probe
"""
pytestmark = pytest.mark.fio


@pytest.fixture
async def means(tmp_path: Path) -> AsyncIterator[Means]:
    """Two guests of one pool and one of another, all of them this machine."""
    pools = {"one": "modular", "two": "modular", "elsewhere": "other"}
    targets = [Target(n, p, Local(), HostInventory(), guest=True) for n, p in pools.items()]
    fleet = Fleet(targets, time.time)
    yield Means(fleet, Holds(), tmp_path)
    await fleet.close()


def on(host: str, disk: LoopDisk) -> Limited:
    """A probe of two seconds."""
    profile = replace(small("random-read"), rate=4 * MIB)
    return replace(probe_of(disk.folder, profile=profile), host=host)


def span(outcome: Outcome) -> Span:
    """Of the measurement itself, without waiting for it."""
    assert outcome.reason is None, outcome.message
    assert outcome.reading is not None
    end = outcome.at + outcome.seconds
    return end - sum(outcome.reading.records[0].phases.values()), end


def one_after_the_other(*spans: Span) -> bool:
    (_, first_end), (second_begin, _) = sorted(spans)
    return first_end <= second_begin + 0.2


async def test_two_of_one_pool_run_one_after_the_other(disk: LoopDisk, means: Means) -> None:
    free = disk.free
    outcomes = await asyncio.gather(
        attempt(means, on("one", disk)), attempt(means, on("two", disk))
    )
    assert one_after_the_other(*map(span, outcomes))
    assert await nothing_left(disk, free)


async def test_who_waits_too_long_is_busy_and_measures_nothing(
    disk: LoopDisk, means: Means
) -> None:
    impatient = replace(means, patience=0.5)
    free = disk.free
    first = asyncio.create_task(attempt(means, on("one", disk)))
    await reached(disk, "measure", free)
    outcome = await attempt(impatient, on("two", disk))
    assert (outcome.reason, outcome.outputs) == ("busy", ())
    assert (await first).reason is None


async def test_of_two_pools_on_one_machine_only_one_measures(disk: LoopDisk, means: Means) -> None:
    """The machine's own lock: the other is refused, and may come again."""
    free = disk.free
    first = asyncio.create_task(attempt(means, on("one", disk)))
    await reached(disk, "measure", free)
    assert (await attempt(means, on("elsewhere", disk))).reason == "busy"
    assert (await first).reason is None
    assert (await attempt(means, on("elsewhere", disk))).reason is None


async def test_healing_ends_a_probe_at_once(disk: LoopDisk, means: Means) -> None:
    free = disk.free
    probe = replace(slow(disk.folder, "measure"), host="one")
    running = asyncio.create_task(attempt(means, probe))
    await reached(disk, "measure", free)
    with means.holds.hold("modular"):
        assert (await running).reason == "remediation_running"
        assert await nothing_left(disk, free)
        assert (await attempt(means, probe)).reason == "remediation_running"


async def test_a_second_connection_is_refused_while_the_first_measures(
    disk: LoopDisk, local: Prober, tmp_path: Path
) -> None:
    free = disk.free
    measuring = asyncio.create_task(local.measure(on("one", disk)))
    await reached(disk, "measure", free)
    async with prober("openssh", tmp_path) as other:
        with pytest.raises(DiskProbeFailed) as caught:
            await other.measure(on("two", disk))
    assert caught.value.reason == "busy"
    assert (await measuring).run.figures


async def probed(name: str, folder: Path) -> Span:
    """Run `xenlens probe run` and say when it measured."""
    process = await asyncio.create_subprocess_exec(
        *(XENLENS, "probe", "run", name, "--json", "-c", folder / "xenlens.yml"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0
    found = json.loads(printed)
    return found["at"] - sum(found["phases"].values()), found["at"]


async def test_two_processes_run_one_after_the_other(disk: LoopDisk, tmp_path: Path) -> None:
    free = disk.free
    (tmp_path / "xenlens.yml").write_text(CONFIG.format(folder=disk.folder))
    spans = await asyncio.gather(probed("one", tmp_path), probed("two", tmp_path))
    assert one_after_the_other(*spans)
    assert await nothing_left(disk, free)


async def test_the_locks_of_a_killed_process_are_free(disk: LoopDisk, tmp_path: Path) -> None:
    free = disk.free
    (tmp_path / "xenlens.yml").write_text(CONFIG.format(folder=disk.folder))
    first = asyncio.create_task(probed("one", tmp_path))
    worker = await reached(disk, "measure", free)
    (exporter,) = [one for one in worker.parents() if "probe" in one.cmdline()]
    exporter.kill()
    with pytest.raises(AssertionError):
        await first
    assert await nothing_left(disk, free)
    began, ended = await probed("two", tmp_path)
    assert ended > began
