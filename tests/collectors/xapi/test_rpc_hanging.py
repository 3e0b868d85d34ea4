"""A member that lost its coordinator hangs: one open request at most, and never a late reader."""

import asyncio
import time

import pytest

from collectors.host import Output
from collectors.xapi.socket_source import SocketXapi
from collectors.xapi.source import XapiFailed
from tests.collectors.xapi.rpc_hosts import inquiry, read, refused, socket_host
from tests.collectors.xapi.rpc_peer import FakeXapi

FIRST = "host_metrics.get_all_records"


async def settled(source: SocketXapi) -> None:
    """Wait until nothing hangs any more."""
    for _ in range(200):
        if not source.stuck():
            return
        await asyncio.sleep(0.005)
    raise AssertionError(source.stuck())


async def test_a_request_that_hangs_is_left_open_and_no_second_one_is_sent() -> None:
    xapi = FakeXapi(held={FIRST: asyncio.Event()})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        assert (await refused(source)).reason == "deadline_exceeded"
        asked = list(xapi.calls)
        began = time.monotonic()
        failed = await refused(source, 30)
        assert time.monotonic() - began < 5
        assert failed.reason == "stuck"
        assert "XAPI host_metrics.get_all_records" in str(failed)
        assert (asked[-1], xapi.calls, xapi.connections) == (FIRST, asked, 1)
        await source.close()


async def test_what_hangs_is_named_with_its_age() -> None:
    xapi = FakeXapi(held={FIRST: asyncio.Event()})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        assert source.stuck() == {}
        await refused(source, 0.2)
        assert list(source.stuck()) == ["XAPI host_metrics.get_all_records"]
        assert source.stuck()["XAPI host_metrics.get_all_records"] > 0
        # As a page is rendered: from a thread.
        assert list(await asyncio.to_thread(source.stuck)) == ["XAPI host_metrics.get_all_records"]
        await source.close()


async def test_a_late_answer_is_thrown_away_and_the_source_works_again() -> None:
    held = asyncio.Event()
    xapi = FakeXapi(held={FIRST: held})
    outputs: list[Output] = []
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        with pytest.raises(XapiFailed, match="no answer in time"):
            await source.read(inquiry(0.2, outputs))
        noted = list(outputs)
        held.set()
        await settled(source)
        state = (await read(source)).state
        await source.close()
    assert [vm.uuid for vm in state.vms] == ["vm-dom0", "vm-web"]
    assert (xapi.connections, outputs) == (1, noted)
    assert (noted[-1].argv, noted[-1].exit_status) == (("xapi", FIRST), None)


async def test_nothing_more_is_asked_once_the_deadline_is_over() -> None:
    held = asyncio.Event()
    xapi = FakeXapi(held={FIRST: held})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await refused(source)
        held.set()
        await settled(source)
        await asyncio.sleep(0.02)
        assert xapi.calls[-1] == FIRST
        await source.close()


async def test_a_login_that_hangs_is_left_open_as_well() -> None:
    held = asyncio.Event()
    xapi = FakeXapi(held={"session.login_with_password": held})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        assert (await refused(source)).reason == "deadline_exceeded"
        assert (await refused(source)).reason == "stuck"
        assert list(source.stuck()) == ["XAPI session.login_with_password"]
        held.set()
        await settled(source)
        await read(source)
        await source.close()
    assert xapi.calls.count("session.login_with_password") == 1


@pytest.mark.parametrize(("surely_stuck", "then"), [(60.0, "slow"), (0.0, "stuck")])
async def test_who_answered_some_calls_is_slow_and_after_a_minute_of_silence_stuck(
    surely_stuck: float, then: str
) -> None:
    xapi = FakeXapi(held={"VM.get_all_records": asyncio.Event()})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host, surely_stuck=surely_stuck)
        failed = await refused(source)
        assert (failed.reason, str(failed)) == (
            "slow",
            "XAPI VM.get_all_records: no answer in time; XAPI answered 5 calls, "
            "then no time was left",
        )
        assert (await refused(source)).reason == then
        await source.close()


async def test_what_an_earlier_read_was_answered_does_not_make_a_later_one_slow() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await read(source)
        xapi.held[FIRST] = asyncio.Event()
        assert (await refused(source)).reason == "deadline_exceeded"
        await source.close()


async def test_a_connection_that_dies_ends_the_hanging() -> None:
    xapi = FakeXapi(held={FIRST: asyncio.Event()})
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await refused(source)
        await host.close()
        await settled(source)
        xapi.held.clear()
        await read(source)
        await source.close()
    assert xapi.connections == 2


async def test_a_request_whose_kept_connection_dies_late_is_not_sent_again() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as host:
        source = SocketXapi(host)
        await read(source)
        xapi.held[FIRST] = asyncio.Event()
        await refused(source)
        await host.close()
        await settled(source)
        await asyncio.sleep(0.02)
        assert (xapi.calls.count(FIRST), xapi.connections) == (2, 1)
        await source.close()
