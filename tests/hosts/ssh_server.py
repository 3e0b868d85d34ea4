"""An SSH server inside the test: real protocol, real shell, and misbehaviour on request."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncssh

from exporter.hosts.settings import Ssh


@dataclass
class Server:
    """What the server does, and what it saw."""

    folder: Path
    banner: str = ""
    """Shell text run before every command."""
    deaf: bool = False
    """Takes commands and never answers, whatever is asked."""
    forwards: bool = True
    refuses: int = 0
    """So many channels are refused, as OpenSSH does above its MaxSessions."""
    port: int = 0
    lines: list[str] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    host_key: asyncssh.SSHKey = field(
        default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519")
    )

    def __post_init__(self) -> None:
        client = asyncssh.generate_private_key("ssh-ed25519")
        client.write_private_key(str(self.folder / "id"))
        client.write_public_key(str(self.folder / "authorized"))

    def trust(self, *hosts: str) -> Path:
        """A known-hosts file in which the hosts have this server's key."""
        public = self.host_key.export_public_key().decode()
        file = self.folder / "known_hosts"
        file.write_text("".join(f"[{host}]:{self.port} {public}" for host in hosts))
        return file

    def settings(self, **changes: Any) -> Ssh:
        """How xenlens reaches this server."""
        reached = Ssh(
            address="127.0.0.1",
            port=self.port,
            key=self.folder / "id",
            known_hosts=self.trust("127.0.0.1"),
        )
        return replace(reached, **changes)

    async def process(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Run one command line with a real shell."""
        self.lines.append(process.command or "")
        if self.deaf:
            await asyncio.Event().wait()
        child = await asyncio.create_subprocess_exec(
            "sh",
            "-c",
            f"{self.banner}{process.command}",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self.children.append(child.pid)
        feeding = asyncio.create_task(_feed(process.stdin, child.stdin))
        with suppress(OSError, asyncssh.Error):
            await asyncio.gather(
                _pump(child.stdout, process.stdout), _pump(child.stderr, process.stderr)
            )
            process.exit(await child.wait())
        feeding.cancel()

    def drop(self) -> None:
        """Break every connection."""
        for connection in self.connections:
            connection.abort()

    def end_children(self) -> None:
        """Kill what the commands left, each in its own process group."""
        for pid in self.children:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


async def _pump(source: asyncio.StreamReader | None, target: asyncssh.SSHWriter[bytes]) -> None:
    while source is not None and (data := await source.read(65536)):
        target.write(data)
        await target.drain()


async def _feed(source: asyncssh.SSHReader[bytes], target: asyncio.StreamWriter | None) -> None:
    """Give the child its standard input, until it reads no more or a signal is asked for."""
    with suppress(OSError, asyncssh.Error, asyncssh.SignalReceived):
        while target is not None and (data := await source.read(65536)):
            target.write(data)
            await target.drain()
    if target is not None:
        target.close()


_NO_SFTP = 3
"""Of which version there is none."""


class _Guest(asyncssh.SSHServer):
    """One connection to the server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._server.connections.append(conn)

    def session_requested(self) -> "asyncssh.SSHServerProcess[bytes] | bool":
        if self._server.refuses:
            self._server.refuses -= 1
            return False
        return asyncssh.SSHServerProcess(self._server.process, None, _NO_SFTP, False)

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> bool:
        return self._server.forwards

    def unix_connection_requested(self, dest_path: str) -> bool:
        return self._server.forwards


@asynccontextmanager
async def running(folder: Path, window: int = 2 * 1024 * 1024) -> AsyncIterator[Server]:
    """A server that listens on 127.0.0.1; `window` is how much it takes before it has read it."""
    folder.mkdir(exist_ok=True)
    server = Server(folder)
    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[server.host_key],
        authorized_client_keys=str(folder / "authorized"),
        server_factory=lambda: _Guest(server),
        encoding=None,
        window=window,
    )
    server.port = listener.get_port()
    try:
        yield server
    finally:
        server.drop()
        server.end_children()
        listener.close()
        await listener.wait_closed()
