"""What is held after hundreds of scrapes is what was held before; and what grows is noticed."""

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from collectors.host import loop_time
from collectors.registry import Look, Reading
from exporter.config import load
from exporter.fleet import Fleet
from tests.e2e.conftest import Demo, running_demo
from tests.exporter.fleets import HEALTHY, Broken, fleet_of
from tests.stress.flatness import Sample, Trend, trend, trends

TIMES = 60
"""Scrapes of each target."""
BUDGET = 30.0
"""Seconds that a scrape may take: none of this is about time."""


@pytest.fixture(scope="module")
def pool() -> Iterator[Demo]:
    """The demo pool alone."""
    with running_demo("--no-exporter") as demo:
        yield demo


async def held(fleet: Fleet, times: int) -> list[Trend]:
    """The trends of what this process holds while it scrapes all targets again and again."""
    fds, tasks, objects = [], [], []
    for _ in range(times):
        await asyncio.gather(*(watch.scrape((), BUDGET) for watch in fleet.watches()))
        fds.append(psutil.Process().num_fds())
        tasks.append(len(asyncio.all_tasks()))
        gc.collect()
        objects.append(len(gc.get_objects()))
    await fleet.close()
    return [trend("fds", fds, 0), trend("tasks", tasks, 0), trend("objects", objects)]


@pytest.fixture(autouse=True)
def counted() -> Iterator[None]:
    """Only what a test makes is counted and looked through, not all that was there before."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


async def test_hundreds_of_scrapes_of_the_demo_pool_leave_nothing_behind(pool: Demo) -> None:
    """Three hosts and their pool, by real SSH, asked directly."""
    found = await held(Fleet(load(pool.config).targets(), loop_time), TIMES)
    assert all(each.flat for each in found), found


class Keeping(Broken):
    """A collector that forgets nothing it has read."""

    name = "keeping"

    def __init__(self) -> None:
        self._kept: list[Any] = []

    async def read(self, look: Look) -> Reading[Any]:
        self._kept.append([[] for _ in range(100)])
        return Reading((), "memory")


async def test_a_collector_that_forgets_nothing_is_noticed() -> None:
    found = await held(fleet_of({"xs1": HEALTHY}, collectors={"keeping": Keeping}), TIMES)
    assert [each.name for each in found if not each.flat] == ["objects"]


def samples(*resident: int) -> list[Sample]:
    return [Sample(float(at), 20, size, 8) for at, size in enumerate(resident)]


def test_what_grows_while_it_warms_up_is_flat() -> None:
    assert all(each.flat for each in trends(samples(*range(50, 100), *[100] * 150)))


def test_what_grows_for_ever_is_not_flat() -> None:
    (memory, fds, threads) = trends(samples(*range(1000, 1200)))
    assert (memory.flat, fds.flat, threads.flat) == (False, True, True)


def test_one_moment_of_much_memory_is_no_growth() -> None:
    assert all(each.flat for each in trends(samples(*[100] * 190, 900, *[100] * 9)))


def test_a_single_descriptor_more_is_growth() -> None:
    grown = [Sample(float(at), 20 + at // 150, 100, 8) for at in range(200)]
    assert [each.name for each in trends(grown) if not each.flat] == ["file descriptors"]
