"""Readers of one source take turns, and closing ends whatever is under way."""

import asyncio

from collectors.xapi.socket_source import SocketXapi
from tests.collectors.xapi.rpc_hosts import asked_for, inquiry, read, refused, socket_host
from tests.collectors.xapi.rpc_peer import FakeXapi

FIRST = "host_metrics.get_all_records"


async def test_closing_does_not_wait_for_what_hangs() -> None:
    xapi = FakeXapi(held={FIRST: asyncio.Event()})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await refused(source)
        async with asyncio.timeout(1):
            await source.close()
        assert source.stuck() == {}


async def test_closing_ends_a_read_under_way_with_a_reason() -> None:
    xapi = FakeXapi(held={FIRST: asyncio.Event()})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        reading = asyncio.create_task(refused(source, 30))
        await asked_for(xapi, FIRST)
        await source.close()
        assert (await reading).reason == "lost_connection"


async def test_a_reader_who_leaves_does_not_end_the_request() -> None:
    held = asyncio.Event()
    xapi = FakeXapi(held={FIRST: held})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        reading = asyncio.create_task(source.read(inquiry(30)))
        await asked_for(xapi, FIRST)
        reading.cancel()
        await asyncio.sleep(0)
        held.set()
        await read(source)
        await source.close()
    assert xapi.connections == 1


async def test_readers_take_turns() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        first, second, third = await asyncio.gather(*(read(source) for _ in range(3)))
        await source.close()
    assert first.state == second.state == third.state
    assert (len(xapi.calls), xapi.connections) == (10 + 9 + 9 + 1, 1)


async def test_who_waits_for_another_reader_waits_no_longer_than_their_deadline() -> None:
    xapi = FakeXapi(held={FIRST: asyncio.Event()})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        patient = asyncio.create_task(refused(source, 0.4))
        await asyncio.sleep(0.01)
        assert (await refused(source, 0.2)).reason == "deadline_exceeded"
        # This one has time, but what it waits for turns out to hang.
        assert (await refused(source, 30)).reason == "stuck"
        assert (await patient).reason == "deadline_exceeded"
        await source.close()


async def test_without_time_nothing_is_asked() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        assert (await refused(source, -1.0)).reason == "deadline_exceeded"
        await source.close()
    assert xapi.connections == 0
