"""Runs of the same command do not pile up on a host."""

import asyncio
from dataclasses import dataclass, field

import pytest

from collectors.host import DeadlineExceeded, HostError, Output, Stuck, Unreachable
from exporter.hosts.single_flight import GRACE, SingleFlight
from tests.hosts.conftest import Within

ARGV = ("multipath", "-ll")


@dataclass
class Scripted:
    """A run that ends when it is told to, and whose process is gone when it is told to."""

    answered: asyncio.Event = field(default_factory=asyncio.Event)
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    killed: bool = False
    failure: HostError | None = None

    async def outcome(self) -> Output:
        await self.answered.wait()
        if self.failure:
            raise self.failure
        return Output(ARGV, stdout=f"{id(self)}")

    def overdue(self) -> HostError:
        return DeadlineExceeded("too late")

    async def end(self) -> None:
        self.killed = not self.answered.is_set()
        await self.dead.wait()


class Starter:
    """Starts scripted runs and keeps them."""

    def __init__(self) -> None:
        self.runs: list[Scripted] = []

    def __call__(self) -> Scripted:
        self.runs.append(Scripted())
        return self.runs[-1]


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_asks_during_a_run_gets_the_next_one_and_shares_it(within: Within) -> None:
    """A run that began earlier may show the state before the asker's own change."""
    flights, start = SingleFlight(), Starter()
    first = asyncio.create_task(flights.run(ARGV, within(20), start))
    await settle()
    later = [asyncio.create_task(flights.run(ARGV, within(20), start)) for _ in range(3)]
    await settle()
    assert len(start.runs) == 1
    start.runs[0].answered.set()
    start.runs[0].dead.set()
    await first
    await settle()
    assert len(start.runs) == 2
    start.runs[1].answered.set()
    start.runs[1].dead.set()
    shared = {output.stdout for output in await asyncio.gather(*later)}
    assert shared == {f"{id(start.runs[1])}"}


async def test_other_commands_do_not_wait(within: Within) -> None:
    flights, start = SingleFlight(), Starter()
    runs = [asyncio.create_task(flights.run((x,), within(20), start)) for x in ("a", "b")]
    await settle()
    assert len(start.runs) == 2
    for run in start.runs:
        run.answered.set()
        run.dead.set()
    await asyncio.gather(*runs)


async def test_the_deadline_is_kept_though_the_process_lives_on(within: Within) -> None:
    flights, start = SingleFlight(), Starter()
    with pytest.raises(DeadlineExceeded):
        await flights.run(ARGV, within(0.05), start)
    await settle()
    assert start.runs[0].killed
    assert flights.stuck() == {}
    start.runs[0].dead.set()


async def test_a_run_that_will_not_die_is_stuck_until_it_does(within: Within) -> None:
    flights, start = SingleFlight(), Starter()
    with pytest.raises(DeadlineExceeded):
        await flights.run(ARGV, within(0.05), start)
    with pytest.raises(Stuck):
        await flights.run(ARGV, within(20), start)
    began = asyncio.get_running_loop().time()
    with pytest.raises(Stuck):
        await flights.run(ARGV, within(20), start)
    assert asyncio.get_running_loop().time() - began < GRACE
    assert list(flights.stuck()) == ["multipath -ll"]
    assert len(start.runs) == 1
    start.runs[0].dead.set()
    await settle()
    assert flights.stuck() == {}
    again = asyncio.create_task(flights.run(ARGV, within(20), start))
    await settle()
    start.runs[1].answered.set()
    start.runs[1].dead.set()
    assert (await again).stdout == f"{id(start.runs[1])}"


async def test_one_caller_leaving_does_not_end_what_another_waits_for(within: Within) -> None:
    flights, start = SingleFlight(), Starter()
    blocker = asyncio.create_task(flights.run(ARGV, within(20), start))
    await settle()
    impatient = asyncio.create_task(flights.run(ARGV, within(20), start))
    patient = asyncio.create_task(flights.run(ARGV, within(20), start))
    await settle()
    start.runs[0].answered.set()
    start.runs[0].dead.set()
    await blocker
    await settle()
    impatient.cancel()
    await settle()
    start.runs[1].answered.set()
    start.runs[1].dead.set()
    assert (await patient).exit_status == 0


async def test_a_failure_reaches_the_caller(within: Within) -> None:
    flights, start = SingleFlight(), Starter()
    run = asyncio.create_task(flights.run(ARGV, within(20), start))
    await settle()
    start.runs[0].failure = Unreachable("no route")
    start.runs[0].answered.set()
    start.runs[0].dead.set()
    with pytest.raises(Unreachable, match="no route"):
        await run


async def test_nothing_is_started_with_no_time_left(within: Within) -> None:
    flights, start = SingleFlight(), Starter()
    with pytest.raises(DeadlineExceeded):
        await flights.run(ARGV, within(-1), start)
    assert start.runs == []
