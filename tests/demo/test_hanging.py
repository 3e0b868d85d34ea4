"""Commands of the simulated hosts hang as real ones do: until they are killed, or can go on."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from collectors.host import DeadlineExceeded, Unreachable
from exporter.demo.server import DemoPool
from exporter.hosts.ssh import SshHost
from tests.demo.test_server import connected, settings

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
XE = ["env", "-i", "PATH=/usr/bin:/bin", "xe", "pool-list", "--minimal"]


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool of three hosts."""
    async with DemoPool() as running:
        yield running


def soon(seconds: float) -> float:
    """A deadline."""
    return asyncio.get_running_loop().time() + seconds


@pytest.mark.parametrize("host", ["xenserver1", "xcp83"])
async def test_a_hanging_command_is_killed_by_the_exporter(pool: DemoPool, host: str) -> None:
    pool.apply("coordinator.lost")
    ssh = SshHost(host, settings(pool, host))
    try:
        with pytest.raises(DeadlineExceeded):
            await ssh.run(XE, deadline=soon(1.5))
        await wait_until_nothing_hangs(ssh)
        assert (await ssh.run(["hostname"], deadline=soon(5))).stdout == f"{host}\n"
    finally:
        await ssh.close()


async def wait_until_nothing_hangs(ssh: SshHost) -> None:
    """Until the exporter knows that what it killed is gone."""
    async with asyncio.timeout(5):
        while ssh.stuck():  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.05)


async def test_a_killed_command_tells_its_signal(pool: DemoPool) -> None:
    pool.apply("coordinator.lost")
    async with connected(pool, "xcp82") as connection:
        hanging = await connection.create_process("echo $$; exec xe pool-list")
        pid = (await hanging.stdout.readline()).strip()
        killed = await connection.run(f"kill -9 -{pid}; echo $?; kill -9 -{pid}; echo $?")
        await asyncio.wait_for(hanging.wait(), 5)
    assert killed.stdout == "0\n1\n"
    assert hanging.exit_signal is not None
    assert hanging.exit_signal[0] == "KILL"


async def test_a_hanging_command_goes_on_when_the_coordinator_is_back(pool: DemoPool) -> None:
    pool.apply("coordinator.lost")
    async with connected(pool, "xcp82") as connection:
        hanging = await connection.create_process("echo first; xe pool-list --minimal; echo last")
        assert await hanging.stdout.readline() == "first\n"
        pool.apply("coordinator.back")
        result = await asyncio.wait_for(hanging.wait(), 5)
    assert (result.exit_status, str(result.stdout).count("\n")) == (0, 2)
    assert str(result.stdout).endswith("\nlast\n")


async def test_what_hangs_survives_its_connection(pool: DemoPool) -> None:
    pool.apply("coordinator.lost")
    async with connected(pool, "xcp82") as connection:
        hanging = await connection.create_process("echo $$; exec xe pool-list")
        pid = str(await hanging.stdout.readline()).strip()
    async with connected(pool, "xcp82") as connection:
        there = await connection.run(f"cat /proc/{pid}/stat")
        assert str(there.stdout).startswith(f"{pid} (bash) S ")
        await connection.run(f"kill -9 -{pid}")
        assert (await connection.run(f"cat /proc/{pid}/stat")).exit_status == 1


async def test_lines_typed_behind_a_hanging_one_wait(pool: DemoPool) -> None:
    pool.apply("coordinator.lost")
    async with connected(pool, "xcp82") as connection:
        prompt = await connection.create_process()
        prompt.stdin.write("xe pool-list --minimal\nhostname\nexit\n")
        await asyncio.sleep(0.1)
        pool.apply("coordinator.back")
        result = await asyncio.wait_for(prompt.wait(), 5)
    shown = str(result.stdout).split("[root@xcp82 ~]# ")
    assert len(shown[1].strip()) == 36
    assert shown[2] == "xcp82\n"


async def test_a_lost_host_drops_its_connections_and_lets_nobody_in(pool: DemoPool) -> None:
    ssh = SshHost("xcp83", settings(pool, "xcp83"))
    try:
        assert (await ssh.run(["hostname"], deadline=soon(5))).exit_status == 0
        pool.apply("xcp83.lost")
        with pytest.raises(Unreachable):
            await ssh.run(["hostname"], deadline=soon(1))
        pool.apply("xcp83.returned")
    finally:
        await ssh.close()
    async with connected(pool, "xcp83") as connection:
        assert (await connection.run("hostname")).stdout == "xcp83\n"


async def test_a_pool_with_hanging_commands_ends(pool: DemoPool) -> None:
    async with DemoPool() as other:
        other.apply("coordinator.lost")
        async with connected(other, "xcp82") as connection:
            hanging = await connection.create_process("echo $$; xe pool-list")
            await hanging.stdout.readline()
