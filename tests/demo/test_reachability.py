"""The reachability collector sees on a simulated host what the bonds cannot see."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.reachability import Reachability
from collectors.registry import Look
from exporter.config import load
from exporter.demo.server import DemoPool
from exporter.hosts.ssh import SshHost
from tests.demo.test_server import settings

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
HEALTHY = {"eth0": True, "eth1": True, "eth2": True, "eth3": True}
BEHIND_SWITCH1 = {"eth0": False, "eth1": False}
NOBODY = dict.fromkeys(HEALTHY, False)


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool of three hosts."""
    async with DemoPool() as running:
        yield running


@pytest.mark.parametrize("host", ["xenserver1", "xcp82", "xcp83"])
async def test_each_fault_behind_the_switches_is_told_by_member(
    pool: DemoPool, host: str, tmp_path: Path
) -> None:
    targets = {target.name: target for target in load(pool.write_config(tmp_path)).targets()}
    ssh, collector = SshHost(host, settings(pool, host)), Reachability()

    async def reachable(*faults: str) -> dict[str, bool | None]:
        for fault in faults:
            pool.apply(fault)
        deadline = asyncio.get_running_loop().time() + 10
        reading = await collector.read(Look(ssh, deadline, targets[host].inventory))
        return {reach.member: reach.reachable for reach in reading.records}

    try:
        assert await reachable() == HEALTHY
        assert await reachable("switch1.uplink.down") == HEALTHY | BEHIND_SWITCH1
        assert await reachable("switch1.proxy.on") == HEALTHY | BEHIND_SWITCH1
        assert await reachable("switch1.proxy.off", "switch1.uplink.up") == HEALTHY
        assert await reachable("gateway.dead") == NOBODY
        assert await reachable("gateway.alive", "gateway.slow") == HEALTHY
    finally:
        await collector.close()
        await ssh.close()
