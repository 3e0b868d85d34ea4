"""The simulated hosts are real SSH servers: each with the abilities of its time."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from collectors.bonds import Bonds
from collectors.host import SocketUnavailable
from collectors.inventory import Destination, HostInventory
from collectors.multipath import Multipath
from collectors.registry import Look
from exporter.config import load
from exporter.demo.server import CannotListen, DemoPool
from exporter.hosts.settings import Ssh
from exporter.hosts.ssh import SshHost
from exporter.hosts.ssh_options import client_options

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
VIA = {
    "xenserver1": ("ovs-appctl", "multipathd show topology"),
    "xcp82": ("control socket", "multipathd show json"),
    "xcp83": ("control socket", "multipathd show json"),
}


def settings(pool: DemoPool, host: str) -> Ssh:
    return Ssh(
        "127.0.0.1",
        pool.ports[host],
        key=pool.keys.client_file,
        known_hosts=pool.keys.known_hosts_file,
        legacy=host == "xenserver1",
    )


@asynccontextmanager
async def connected(pool: DemoPool, host: str) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """An SSH client of a host."""
    known = settings(pool, host)
    async with asyncssh.connect(
        "127.0.0.1", known.port, options=client_options(known), config=None
    ) as connection:
        yield connection


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool of three hosts."""
    async with DemoPool() as running:
        yield running


@pytest.mark.parametrize("host", VIA)
async def test_a_command_comes_back_with_its_output_and_exit_status(
    pool: DemoPool, host: str
) -> None:
    async with connected(pool, host) as connection:
        fine = await connection.run("hostname")
        missing = await connection.run("exec nosuch")
    assert (fine.stdout, fine.exit_status) == (f"{host}\n", 0)
    assert (missing.stderr, missing.exit_status) == (
        "bash: line 0: exec: nosuch: not found\n",
        127,
    )


async def test_a_person_gets_a_prompt(pool: DemoPool) -> None:
    async with connected(pool, "xcp82") as connection:
        result = await connection.run(input="hostname\nnosuch\nexit 4\n")
    prompt = "[root@xcp82 ~]# "
    assert result.stdout == f"{prompt}xcp82\n{prompt}{prompt}"
    assert (result.stderr, result.exit_status) == ("bash: nosuch: command not found\n", 4)


async def test_the_old_host_speaks_only_the_algorithms_of_its_time(pool: DemoPool) -> None:
    async with connected(pool, "xenserver1") as connection:
        assert connection.get_extra_info("server_version") == "SSH-2.0-OpenSSH_4.3"
        assert connection.get_extra_info("send_mac") == "hmac-sha1"
    with pytest.raises(asyncssh.KeyExchangeFailed):
        await asyncssh.connect(
            "127.0.0.1",
            pool.ports["xenserver1"],
            config=None,
            known_hosts=None,
            server_host_key_algs=["rsa-sha2-256", "ssh-ed25519"],
        )


async def test_only_the_demos_key_opens_a_host(pool: DemoPool) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        await asyncssh.connect(
            "127.0.0.1",
            pool.ports["xcp82"],
            config=None,
            known_hosts=None,
            agent_path=None,
            username="root",
            client_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        )


@pytest.mark.parametrize("host", ["xcp82", "xcp83"])
async def test_newer_hosts_forward_the_control_socket(pool: DemoPool, host: str) -> None:
    async with connected(pool, host) as connection:
        pid = (await connection.run("cat /var/run/openvswitch/ovs-vswitchd.pid")).stdout
        path = f"/var/run/openvswitch/ovs-vswitchd.{str(pid).strip()}.ctl"
        reader, writer = await connection.open_unix_connection(path)
        writer.write(b'{"id":0,"method":"bond/set-active-slave","params":["bond0","eth2"]}')
        assert await reader.read(65536) == b'{"id":0,"result":"done\\n","error":null}'
        shown = await connection.run("ovs-appctl bond/show bond0")
        assert "(eth2)" in str(shown.stdout)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_unix_connection("/etc/passwd")


async def test_the_old_host_cannot_forward_a_socket(pool: DemoPool) -> None:
    pid = pool.model.chassis.hosts["xenserver1"].vswitchd_pid
    async with connected(pool, "xenserver1") as connection:
        with pytest.raises(asyncssh.ChannelOpenError, match="unknown channel type"):
            await connection.open_unix_connection(f"/var/run/openvswitch/ovs-vswitchd.{pid}.ctl")


@pytest.mark.parametrize("host", VIA)
async def test_the_collectors_read_every_host_the_best_way_it_has(
    pool: DemoPool, host: str
) -> None:
    reached = SshHost(host, settings(pool, host))
    look = Look(reached, asyncio.get_running_loop().time() + 10, HostInventory())
    bonds, maps = Bonds(), Multipath()
    try:
        read_bonds, read_maps = await bonds.read(look), await maps.read(look)
    finally:
        await bonds.close()
        await reached.close()
    assert (read_bonds.via, read_maps.via) == VIA[host]
    assert [state.bond.active_member for state in read_bonds.records] == ["eth0", "eth1"]
    assert [len(map_.paths) for map_ in read_maps.records] == [2, 2]


async def test_the_refused_socket_is_known_as_such(pool: DemoPool) -> None:
    reached = SshHost("xenserver1", settings(pool, "xenserver1"))
    with pytest.raises(SocketUnavailable):
        await reached.connect_unix("/any.ctl", deadline=asyncio.get_running_loop().time() + 10)
    await reached.close()


async def test_the_configuration_of_the_pool_is_valid(pool: DemoPool, tmp_path: Path) -> None:
    path = pool.write_config(tmp_path, listen="127.0.0.1:12345")
    targets = {target.name: target for target in load(path).targets()}
    assert list(targets) == ["xenserver1", "xcp82", "xcp83"]
    assert targets["xenserver1"].inventory.bonds["bond1"].preferred == "eth1"
    assert targets["xcp83"].inventory.paths_per_map == 2
    bonds = targets["xcp82"].inventory.bonds
    assert [bonds[name].destinations for name in ("bond0", "bond1")] == [
        (Destination(),),
        (Destination("198.51.100.1"),),
    ]


async def test_keys_are_private_and_vanish_with_the_pool() -> None:
    async with DemoPool() as running:
        key = running.keys.client_file
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert not key.parent.exists()


async def test_the_pool_ends_while_clients_are_connected() -> None:
    async with DemoPool() as running:
        known = settings(running, "xcp82")
        connection = await asyncssh.connect(
            "127.0.0.1", known.port, options=client_options(known), config=None
        )
    await asyncio.wait_for(connection.wait_closed(), 10)


async def test_a_hundred_hosts_run_in_one_process() -> None:
    async with DemoPool(100) as running:
        assert len(set(running.ports.values())) == 100
        last = list(running.ports)[-1]
        async with connected(running, last) as connection:
            assert (await connection.run("hostname")).stdout == f"{last}\n"


async def test_a_taken_port_is_named(pool: DemoPool) -> None:
    taken = pool.ports["xcp82"]
    with pytest.raises(CannotListen, match=f"cannot listen on 127.0.0.1:{taken}: .*another port"):
        async with DemoPool(ssh_port=taken):
            raise AssertionError("the port was free")
