"""The demo pool: an SSH server for every simulated dom0, on loopback."""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import asyncssh

from exporter.demo.command import Dom0
from exporter.demo.config_remediation import remediation_section, write_tokens
from exporter.demo.configuration import configuration_text
from exporter.demo.faults import parse_fault
from exporter.demo.flavours import FLAVOURS
from exporter.demo.keys import Keys
from exporter.demo.model import Chassis, Model
from exporter.demo.modular import modular_chassis
from exporter.demo.session import Login
from exporter.demo.xapi_rpc.https import https_of
from exporter.demo.xapi_rpc.pool_view import ModelDatabase, xapi_of
from exporter.demo.xapi_rpc.xapi import XapiPool

ADDRESS = "127.0.0.1"
LISTEN = f"{ADDRESS}:10045"
CONFIGURATION = "xenlens.yml"
PASSWORD = "xenlens-demo"
LOGIN_DELAY = 5.0
"""How long XAPI takes to refuse a wrong password."""

OTHER_PORTS = "choose another port: --port, --control-port, --ssh-port"


class CannotListen(Exception):
    """A port is taken, or not ours."""

    def __init__(self, address: str, port: int, error: OSError) -> None:
        reason = os.strerror(error.errno) if error.errno else str(error)
        super().__init__(f"cannot listen on {address}:{port}: {reason}; {OTHER_PORTS}")


class DemoPool:
    """`async with DemoPool() as pool:` the servers listen until the block ends.

    `ssh_port` is the first of one port per host; without it every port is a free one. `clock`
    gives seconds: updelays and switch resets run on it. XAPI answers `password`, after
    `login_delay` seconds where it is wrong.
    """

    def __init__(
        self,
        hosts: int = 3,
        *,
        chassis: Chassis | None = None,
        clock: Callable[[], float] = time.monotonic,
        ssh_port: int | None = None,
        password: str = PASSWORD,
        login_delay: float = LOGIN_DELAY,
    ) -> None:
        self.model = Model(chassis or modular_chassis(hosts), clock)
        self.xapi = XapiPool(ModelDatabase(self.model), password, login_delay)
        self.ports: dict[str, int] = {}
        self.https_ports: dict[str, int] = {}
        self.fingerprints: dict[str, str] = {}
        """SHA-256 of the certificates of the hosts that are in `https_ports`."""
        self._ssh_port = ssh_port
        self._stack = AsyncExitStack()
        self._folder = Path()
        self._keys: Keys | None = None
        self._dom0s = {name: Dom0(self.model, name) for name in self.model.chassis.hosts}
        self._connections: dict[str, set[asyncssh.SSHServerConnection]] = {
            name: set() for name in self._dom0s
        }
        self.model.subscribe(self._cut_off)

    async def __aenter__(self) -> "DemoPool":
        """Make the keys and start the servers. Raises CannotListen."""
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="xenlens-demo-"))
        self._folder = Path(folder)
        try:
            self._keys = keys = Keys(self._folder)
            write_tokens(self._folder)
            await self._start(keys)
            await self._start_https()
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

    @property
    def password(self) -> str:
        """Of root, for XAPI over HTTPS."""
        return self.xapi.password

    def apply(self, fault: str) -> None:
        """Let a fault happen, such as `scm2.pulled`. Raises UnknownFault."""
        self.model.apply(parse_fault(fault, self.model.chassis.faults()))

    @property
    def folder(self) -> Path:
        """Where its keys, tokens and the exporter's files are, as long as it runs."""
        return self._folder

    def config_text(self, listen: str = LISTEN, alertmanager: str = "") -> str:
        """The configuration of an exporter that watches this pool, and heals it where it is told
        where an Alertmanager is."""
        keys = self.keys
        files = keys.client_file, keys.known_hosts_file
        remediation = remediation_section(self._folder, alertmanager)
        return configuration_text(self.model.chassis, self.ports, *files, listen, remediation)

    def write_config(
        self, folder: Path | None = None, listen: str = LISTEN, alertmanager: str = ""
    ) -> Path:
        """Write the configuration; without a folder it goes beside the keys, and goes with them."""
        path = (folder or self._folder) / CONFIGURATION
        path.write_text(self.config_text(listen, alertmanager))
        return path

    async def _start(self, keys: Keys) -> None:
        hosts = self.model.chassis.hosts
        options = {flavour: keys.server_options(flavour) for flavour in FLAVOURS}
        for number, host in enumerate(hosts.values()):
            port = self._ssh_port + number if self._ssh_port else 0
            self.ports[host.name] = await self._listen(host.name, port, options[host.flavour])
        keys.write_known_hosts({self.ports[name]: host.flavour for name, host in hosts.items()})

    async def _start_https(self) -> None:
        """Listen on free ports, for the hosts whose TLS is of today."""
        hosts, now = self.model.chassis.hosts, datetime.now(UTC)
        listening = https_of(hosts, self.xapi, ADDRESS, self._folder, now)
        for name, https in (await self._stack.enter_async_context(listening)).items():
            self.https_ports[name] = https.port
            self.fingerprints[name] = https.sha256

    async def _listen(
        self, name: str, port: int, options: asyncssh.SSHServerConnectionOptions
    ) -> int:
        dom0, connections = self._dom0s[name], self._connections[name]
        xapi = xapi_of(self.xapi, name, dom0.state.flavour, "unix")
        try:
            server = await asyncssh.listen(
                ADDRESS,
                port,
                server_factory=lambda: Login(dom0, connections, xapi),
                options=options,
            )
        except OSError as error:
            raise CannotListen(ADDRESS, port, error) from error
        self._stack.push_async_callback(self._close, server, name)
        return server.get_port()

    async def _close(self, server: asyncssh.SSHAcceptor, name: str) -> None:
        """Stop listening, and end the connections: from Python 3.12 on these are waited for."""
        server.close()
        self._dom0s[name].processes.close()
        self._abort(name)
        await server.wait_closed()

    def _cut_off(self) -> None:
        """A host that is lost drops its connections."""
        for name, dom0 in self._dom0s.items():
            if dom0.lost:
                self._abort(name)

    def _abort(self, name: str) -> None:
        for connection in list(self._connections[name]):
            connection.abort()
