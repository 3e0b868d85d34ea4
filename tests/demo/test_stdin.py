"""A command of a simulated host reads what its session is sent, until that ends."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from collectors.onhost import program
from exporter.demo.server import DemoPool
from exporter.hosts.ssh import SshHost
from tests.demo.probing import GATEWAY, GATEWAY_MAC, run
from tests.demo.simulated import Simulated
from tests.demo.test_server import connected, settings

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
PROBE = f"python -S -E - probe {GATEWAY}"


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool of three hosts."""
    async with DemoPool() as running:
        yield running


@pytest.mark.parametrize("line", ["python -", "cat", "cat -", "read name", "sh -c 'exec cat'"])
def test_what_reads_waits_for_the_end_of_its_input(line: str) -> None:
    assert run(Simulated(), "xcp82", line, None).hangs
    assert not run(Simulated(), "xcp82", line, "").hangs


@pytest.mark.parametrize("line", ["hostname", "cat </dev/null", "python - </dev/null", "echo a"])
def test_what_reads_nothing_runs_at_once(line: str) -> None:
    assert not run(Simulated(), "xcp82", line, None).hangs


def test_the_input_arrives_as_it_was_sent() -> None:
    lines = "one\n  two\tthree\n"
    assert run(Simulated(), "xcp82", "cat", lines).stdout == lines
    assert run(Simulated(), "xcp82", "read first; echo $first", lines).stdout == "one\n"
    assert run(Simulated(), "xcp82", "cat /dev/null -", lines).stdout == lines


async def test_a_program_sent_in_pieces_runs_when_the_input_ends(pool: DemoPool) -> None:
    text = program()
    async with connected(pool, "xcp82") as connection:
        process = await connection.create_process(f"echo first; {PROBE}")
        assert await process.stdout.readline() == "first\n"
        for start in range(0, len(text), 5000):
            process.stdin.write(text[start : start + 5000])
        await asyncio.sleep(0.3)
        assert not process.stdout.at_eof()
        assert process.exit_status is None
        process.stdin.write_eof()
        result = await asyncio.wait_for(process.wait(), 5)
    assert result.exit_status == 0
    assert [row["answers"][0]["mac"] for row in json.loads(str(result.stdout))["rows"]] == [
        GATEWAY_MAC,
        GATEWAY_MAC,
    ]


async def test_a_command_that_reads_nothing_ends_though_its_input_does_not(
    pool: DemoPool,
) -> None:
    async with connected(pool, "xcp83") as connection:
        process = await connection.create_process("hostname")
        result = await asyncio.wait_for(process.wait(), 5)
    assert (result.stdout, result.exit_status) == ("xcp83\n", 0)


async def test_a_command_that_still_reads_can_be_killed(pool: DemoPool) -> None:
    async with connected(pool, "xcp83") as connection:
        reading = await connection.create_process("echo $$; exec python3 -")
        pid = str(await reading.stdout.readline()).strip()
        assert (await connection.run(f"kill -9 -{pid}")).exit_status == 0
        await asyncio.wait_for(reading.wait(), 5)
    assert reading.exit_signal is not None
    assert reading.exit_signal[0] == "KILL"


async def test_a_lost_connection_ends_the_input(pool: DemoPool) -> None:
    async with connected(pool, "xcp82") as connection:
        reading = await connection.create_process("echo $$; exec cat")
        pid = str(await reading.stdout.readline()).strip()
    async with connected(pool, "xcp82") as connection, asyncio.timeout(5):
        there = f"cat /proc/{pid}/stat"
        while (await connection.run(there)).exit_status == 0:  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("host", "python"), [("xenserver1", "python"), ("xcp82", "python"), ("xcp83", "python3")]
)
async def test_the_exporters_ssh_client_streams_the_program(
    pool: DemoPool, host: str, python: str
) -> None:
    pool.apply("switch1.uplink.down")
    ssh = SshHost(host, settings(pool, host))
    words = [python, "-S", "-E", "-", "probe", *GATEWAY.split()]
    try:
        deadline = asyncio.get_running_loop().time() + 10
        output = await ssh.run(words, deadline=deadline, stdin=program())
    finally:
        await ssh.close()
    assert (output.exit_status, output.stderr) == (0, "")
    rows = json.loads(output.stdout)["rows"]
    heard = {row["member"]: len(row["answers"]) for row in rows}
    assert heard == {"eth0": 0, "eth2": 1}
