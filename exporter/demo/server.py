"""The demo pool: an SSH server for every simulated dom0, on loopback."""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType

import asyncssh

from exporter.demo.command import Dom0
from exporter.demo.configuration import configuration_text
from exporter.demo.faults import parse_fault
from exporter.demo.flavours import FLAVOURS
from exporter.demo.keys import Keys
from exporter.demo.model import Chassis, Model
from exporter.demo.modular import modular_chassis
from exporter.demo.session import Login

ADDRESS = "127.0.0.1"
LISTEN = f"{ADDRESS}:10045"
CONFIGURATION = "xenlens.yml"


class CannotListen(Exception):
    """A port is taken, or not ours."""

    def __init__(self, address: str, port: int, error: OSError) -> None:
        reason = os.strerror(error.errno) if error.errno else str(error)
        others = "choose another port: --port, --control-port, --ssh-port"
        super().__init__(f"cannot listen on {address}:{port}: {reason}; {others}")


class DemoPool:
    """`async with DemoPool() as pool:` the servers listen until the block ends.

    `ssh_port` is the first of one port per host; without it every port is a free one. `clock`
    gives seconds: updelays and switch resets run on it.
    """

    def __init__(
        self,
        hosts: int = 3,
        *,
        chassis: Chassis | None = None,
        clock: Callable[[], float] = time.monotonic,
        ssh_port: int | None = None,
    ) -> None:
        self.model = Model(chassis or modular_chassis(hosts), clock)
        self.ports: dict[str, int] = {}
        self._ssh_port = ssh_port
        self._stack = AsyncExitStack()
        self._folder = Path()
        self._keys: Keys | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()

    async def __aenter__(self) -> "DemoPool":
        """Make the keys and start the servers. Raises CannotListen."""
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="xenlens-demo-"))
        self._folder = Path(folder)
        try:
            self._keys = keys = Keys(self._folder)
            await self._start(keys)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def keys(self) -> Keys:
        """The keys that open the hosts. Only while the servers run."""
        if self._keys is None:
            raise RuntimeError("the demo pool is not running")
        return self._keys

    def apply(self, fault: str) -> None:
        """Let a fault happen, such as `scm2.pulled`. Raises UnknownFault."""
        self.model.apply(parse_fault(fault, self.model.chassis.faults()))

    def config_text(self, listen: str = LISTEN) -> str:
        """The configuration of an exporter that watches this pool."""
        keys = self.keys
        return configuration_text(
            self.model.chassis, self.ports, keys.client_file, keys.known_hosts_file, listen
        )

    def write_config(self, folder: Path | None = None, listen: str = LISTEN) -> Path:
        """Write the configuration; without a folder it goes beside the keys, and goes with them."""
        path = (folder or self._folder) / CONFIGURATION
        path.write_text(self.config_text(listen))
        return path

    async def _start(self, keys: Keys) -> None:
        hosts = self.model.chassis.hosts
        options = {flavour: keys.server_options(flavour) for flavour in FLAVOURS}
        for number, host in enumerate(hosts.values()):
            port = self._ssh_port + number if self._ssh_port else 0
            self.ports[host.name] = await self._listen(host.name, port, options[host.flavour])
        keys.write_known_hosts({self.ports[name]: host.flavour for name, host in hosts.items()})

    async def _listen(
        self, name: str, port: int, options: asyncssh.SSHServerConnectionOptions
    ) -> int:
        dom0 = Dom0(self.model, name)
        try:
            server = await asyncssh.listen(
                ADDRESS,
                port,
                server_factory=lambda: Login(dom0, self._connections),
                options=options,
            )
        except OSError as error:
            raise CannotListen(ADDRESS, port, error) from error
        self._stack.push_async_callback(self._close, server)
        return server.get_port()

    async def _close(self, server: asyncssh.SSHAcceptor) -> None:
        """Stop listening, and end the connections: from Python 3.12 on these are waited for."""
        server.close()
        for connection in list(self._connections):
            connection.abort()
        await server.wait_closed()
