"""The demo pool read in every way there is: the records do not tell which way they came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.host import Host
from collectors.xapi.by_xe import XeXapi
from collectors.xapi.endpoint import Credentials, Endpoint
from collectors.xapi.https_source import HttpsXapi
from collectors.xapi.records import PoolState
from collectors.xapi.socket_source import SocketXapi
from collectors.xapi.source import Inquiry, XapiSource
from exporter.config import load
from exporter.demo.server import DemoPool
from exporter.demo.xapi_rpc.listeners import unix_listener
from exporter.demo.xapi_rpc.pool_view import xapi_of
from exporter.hosts import open_host
from tests.demo.sockets import OneSocket

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
HOSTS = ("xenserver1", "xcp82", "xcp83")
FAULTS = (
    (),
    ("scm2.pulled", "mpath-key.degraded-replug"),
    ("mpath-key.removed", "pbd.unplugged"),
    ("vm.stuck-operation", "nfs.dead"),
    ("vm.zombie", "xcp83.lost"),
)


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """Three hosts, the coordinator one that speaks HTTPS."""
    async with DemoPool(login_delay=0.0) as running:
        running.apply("coordinator.moved")
        yield running


def hosts_of(pool: DemoPool, folder: Path) -> dict[str, Host]:
    targets = load(pool.write_config(folder)).targets()
    return {target.name: open_host(target.name, target.settings) for target in targets}


async def state_of(source: XapiSource) -> PoolState:
    """The pool's data, all of one moment: tasks and messages carry times of their own."""
    deadline = asyncio.get_running_loop().time() + 20
    try:
        return await source.read(Inquiry(deadline, 0.0))
    finally:
        await source.close()


def https(pool: DemoPool, host: str) -> HttpsXapi:
    endpoint = Endpoint("127.0.0.1", sha256=pool.fingerprints[host], port=pool.https_ports[host])
    return HttpsXapi(endpoint, Credentials("root", pool.password))


@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: "+".join(faults) or "healthy")
async def test_all_ways_give_the_same_records(
    pool: DemoPool, tmp_path: Path, faults: tuple[str, ...]
) -> None:
    for fault in faults:
        pool.apply(fault)
    hosts = hosts_of(pool, tmp_path)
    async with AsyncExitStack() as stack:
        for host in hosts.values():
            stack.push_async_callback(host.close)
        ways: dict[str, XapiSource] = {
            "JSON-RPC over the unix socket": SocketXapi(hosts["xcp82"]),
            "JSON-RPC over HTTPS": https(pool, "xcp82"),
        }
        for dialect in ("xml", "json1", "json2"):
            xapi = replace(
                xapi_of(pool.xapi, "xcp82", pool.model.chassis.hosts["xcp82"].flavour, "unix"),
                dialect=dialect,
            )
            path = tmp_path / dialect
            await stack.enter_async_context(unix_listener(xapi, path))
            ways[f"{dialect} over a local socket"] = SocketXapi(OneSocket(path))
        expected = await state_of(ways.pop("JSON-RPC over the unix socket"))
        assert expected.damaged == 0
        assert len(expected.hosts) == 3
        assert expected.pbds
        assert expected.vms
        for way, source in ways.items():
            assert await state_of(source) == expected, way
        xe = await state_of(XeXapi(hosts["xcp82"]))
        assert xe.messages is None
        assert replace(xe, messages=expected.messages) == expected


async def test_each_generation_of_xe_tells_what_its_own_rpc_tells(
    pool: DemoPool, tmp_path: Path
) -> None:
    hosts = hosts_of(pool, tmp_path)
    for name, host in hosts.items():
        flavour = pool.model.chassis.hosts[name].flavour
        path = tmp_path / name
        async with unix_listener(xapi_of(pool.xapi, name, flavour, "unix"), path):
            by_rpc = await state_of(SocketXapi(OneSocket(path)))
        by_xe = await state_of(XeXapi(host))
        await host.close()
        assert replace(by_xe, messages=by_rpc.messages) == by_rpc, name
