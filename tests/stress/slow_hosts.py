"""Many hosts that take their time: `python -m tests.stress.slow_hosts FOLDER --hosts 500`.

One process serves SSH on that many addresses of loopback, all on one port. Behind each of them is
a dom0 of the demo pool whose every command takes a second or two before it begins. Prints the
path of a configuration for `xenlens serve` once all of them listen.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Annotated

import asyncssh
import typer
import yaml

from exporter.demo.command import Dom0
from exporter.demo.model import Model
from exporter.demo.modular import BONDS, CONTROLLERS, modular_chassis
from exporter.demo.server import PASSWORD
from exporter.demo.session import Login
from exporter.demo.terminal import Session
from exporter.demo.xapi_rpc.pool_view import ModelDatabase, xapi_of
from exporter.demo.xapi_rpc.xapi import XapiPool
from tests.labs.ports import free_port

DOM0 = "xcp83"
"""The host that all of them are."""
POOL_SIZE = 10
"""Hosts of a pool in the configuration."""


class SlowSession(Session):
    """A command that begins late."""

    def __init__(self, dom0: Dom0, pid: int, delay: float) -> None:
        super().__init__(dom0, pid)
        self._delay = delay

    def session_started(self) -> None:
        """Called by asyncssh once it is known what is wanted."""
        asyncio.get_running_loop().call_later(self._delay, super().session_started)


class SlowLogin(Login):
    """A connection whose commands begin between `least` and `most` seconds late."""

    def __init__(self, hosts: "SlowHosts") -> None:
        super().__init__(hosts.dom0, set(), hosts.xapi)
        self._hosts = hosts

    def session_requested(self) -> SlowSession:
        """A shell of its own for every channel."""
        hosts = self._hosts
        delay = hosts.chance.uniform(hosts.least, hosts.most)
        return SlowSession(hosts.dom0, hosts.dom0.processes.new_pid(), delay)


class SlowHosts:
    """The servers of this process."""

    def __init__(self, folder: Path, least: float, most: float) -> None:
        self.least, self.most = least, most
        self.chance = Random(1)
        model = Model(modular_chassis(), time.monotonic)
        self.dom0 = Dom0(model, DOM0)
        flavour = model.chassis.hosts[DOM0].flavour
        self.xapi = xapi_of(XapiPool(ModelDatabase(model), PASSWORD), DOM0, flavour, "unix")
        self.key = folder / "id_ed25519"
        """Of the exporter. An RSA key of 2048 bits takes 35 ms of CPU to load, each time."""
        key = asyncssh.generate_private_key("ssh-ed25519")
        self.key.touch(mode=0o600)
        self.key.write_bytes(key.export_private_key())
        self._authorized = asyncssh.import_authorized_keys(key.export_public_key().decode())

    async def listen(self, addresses: Sequence[str], port: int) -> None:
        """Serve on that port of each of these addresses."""
        options = asyncssh.SSHServerConnectionOptions(
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            authorized_client_keys=self._authorized,
            server_factory=lambda: SlowLogin(self),
        )
        for address in addresses:
            await asyncssh.listen(address, port, options=options)


def addresses_of(count: int) -> list[str]:
    """So many addresses of loopback: Linux has all of 127.0.0.0/8 without being told."""
    return [f"127.7.{number // 250}.{number % 250 + 1}" for number in range(count)]


def configuration(addresses: Sequence[str], port: int, key: Path) -> str:
    """YAML for `xenlens serve`, in pools of ten; every host is expected to be as it is."""
    pools = {}
    for start in range(0, len(addresses), POOL_SIZE):
        hosts = {
            f"host{number:03}": {"ssh": {"address": address}}
            for number, address in enumerate(addresses[start : start + POOL_SIZE], start)
        }
        bonds = {name: {"members": list(members)} for name, members in BONDS.items()}
        multipath = {"paths": len(CONTROLLERS)}
        pools[f"pool{start // POOL_SIZE:02}"] = {
            "bonds": bonds,
            "multipath": multipath,
            "hosts": hosts,
        }
    ssh = {"port": port, "key": str(key), "verify_host_key": False}
    return yaml.safe_dump({"ssh": ssh, "pools": pools})


async def serve(folder: Path, hosts: int, least: float, most: float) -> None:
    """Serve until the process is ended."""
    servers, addresses, port = SlowHosts(folder, least, most), addresses_of(hosts), free_port()
    await servers.listen(addresses, port)
    file = folder / "xenlens.yml"
    file.write_text(configuration(addresses, port, servers.key))
    print(file, flush=True)
    await asyncio.Event().wait()


def main(
    folder: Annotated[Path, typer.Argument(help="Where keys and the configuration go.")],
    hosts: Annotated[int, typer.Option(min=1, max=2000)] = 500,
    least: Annotated[float, typer.Option(min=0, help="Seconds before a command begins.")] = 1.0,
    most: Annotated[float, typer.Option(min=0, help="At most.")] = 2.0,
) -> None:
    """Serve many slow hosts on loopback."""
    asyncio.run(serve(folder, hosts, least, most))


if __name__ == "__main__":
    typer.run(main)
