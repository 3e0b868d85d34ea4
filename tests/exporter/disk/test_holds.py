"""A pool that is held: no probe begins there, and one that runs is ended at once."""

import asyncio

import pytest

from exporter.disk.holds import Held, Holds


async def measuring(
    holds: Holds, done: list[str], pool: str = "modular", begun: asyncio.Event | None = None
) -> None:
    """A measurement that takes a minute unless it is ended."""
    async with holds.unless_held(pool):
        try:
            if begun is not None:
                begun.set()
            await asyncio.sleep(60)
        finally:
            done.append("ended")


async def under_way(holds: Holds, done: list[str], pool: str = "modular") -> "asyncio.Task[None]":
    """Such a measurement that has begun."""
    begun = asyncio.Event()
    task = asyncio.create_task(measuring(holds, done, pool, begun))
    await asyncio.wait_for(begun.wait(), 5)
    return task


async def test_what_nobody_holds_is_measured() -> None:
    holds = Holds()
    async with holds.unless_held("modular"):
        await asyncio.sleep(0)
    with holds.hold("modular"):
        pass
    async with holds.unless_held("modular"):
        pass


async def test_in_a_held_pool_nothing_begins() -> None:
    holds, done = Holds(), list[str]()
    with holds.hold("modular"), pytest.raises(Held):
        await measuring(holds, done)
    assert done == []


async def test_another_pool_is_not_held() -> None:
    holds = Holds()
    with holds.hold("other"):
        async with holds.unless_held("modular"):
            await asyncio.sleep(0)


async def test_a_hold_ends_what_runs_at_once() -> None:
    holds, done = Holds(), list[str]()
    task = await under_way(holds, done)
    with holds.hold("modular"):
        with pytest.raises(Held):
            await asyncio.wait_for(task, 5)
        assert done == ["ended"]


async def test_a_hold_that_is_over_at_once_has_ended_what_ran_all_the_same() -> None:
    holds, done = Holds(), list[str]()
    task = await under_way(holds, done)
    with holds.hold("modular"):
        pass
    with pytest.raises(Held):
        await asyncio.wait_for(task, 5)


async def test_everything_that_runs_in_the_pool_is_ended_and_nothing_else() -> None:
    holds, done = Holds(), list[str]()
    one, two = await under_way(holds, done), await under_way(holds, done)
    elsewhere = await under_way(holds, done, "other")
    with holds.hold("modular"):
        ended = await asyncio.gather(one, two, return_exceptions=True)
    assert [type(error) for error in ended] == [Held, Held]
    assert not elsewhere.done()
    elsewhere.cancel()


async def test_of_two_holders_the_last_one_lets_go() -> None:
    holds, done = Holds(), list[str]()
    with holds.hold("modular"):
        with holds.hold("modular"):
            pass
        with pytest.raises(Held):
            await measuring(holds, done)
    async with holds.unless_held("modular"):
        pass


async def test_a_second_holder_may_come_while_what_ran_is_still_ending() -> None:
    holds = Holds()
    begun, ending, may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow_to_end() -> None:
        async with holds.unless_held("modular"):
            try:
                begun.set()
                await asyncio.sleep(60)
            finally:
                ending.set()
                await may_end.wait()

    task = asyncio.create_task(slow_to_end())
    await asyncio.wait_for(begun.wait(), 5)
    with holds.hold("modular"):
        await asyncio.wait_for(ending.wait(), 5)
        with holds.hold("modular"):
            assert not task.done()
        may_end.set()
        with pytest.raises(Held):
            await asyncio.wait_for(task, 5)


async def test_a_holder_that_fails_lets_go_as_well() -> None:
    holds = Holds()
    with pytest.raises(ZeroDivisionError), holds.hold("modular"):
        raise ZeroDivisionError
    async with holds.unless_held("modular"):
        pass


async def test_somebody_elses_deadline_is_not_taken_for_a_hold() -> None:
    holds = Holds()
    with pytest.raises(TimeoutError):
        async with holds.unless_held("modular"), asyncio.timeout(0.01):
            await asyncio.sleep(60)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01), holds.unless_held("modular"):
            await asyncio.sleep(60)
    with pytest.raises(TimeoutError):
        async with holds.unless_held("modular"):
            raise TimeoutError("of the command")


async def test_what_is_cancelled_is_cancelled_and_not_held() -> None:
    holds, done = Holds(), list[str]()
    task = await under_way(holds, done)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_a_measurement_raises_comes_out_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        async with Holds().unless_held("modular"):
            raise ZeroDivisionError


async def test_what_has_ended_is_not_ended_again() -> None:
    holds = Holds()
    async with holds.unless_held("modular"):
        pass
    with holds.hold("modular"):
        await asyncio.sleep(0.01)
