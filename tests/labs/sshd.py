"""A private OpenSSH server on loopback, with keys of its own; works with and without root."""

import asyncio
import getpass
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import asyncssh
import psutil

from exporter.hosts.settings import Ssh
from tests.labs.ports import free_port

READY = 10.0
"""Seconds the server has to listen and to end."""


def program() -> str | None:
    """The sshd of this machine, also where PATH has no sbin."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin")


class Sshd:
    """One server. Start and stop it as often as needed; the port stays."""

    def __init__(self, folder: Path, extra: Sequence[str] = ()) -> None:
        self.folder = folder
        self.port = free_port()
        self.key = folder / "client_key"
        self.known_hosts = folder / "known_hosts"
        self._config = folder / "sshd_config"
        self._log = folder / "sshd.log"
        self._process: asyncio.subprocess.Process | None = None
        self._write_keys()
        self._config.write_text("\n".join([*extra, *self._settings_lines(), ""]))

    def _write_keys(self) -> None:
        host, client = _rsa_key("host"), _rsa_key("client")
        host.write_private_key(str(self.folder / "host_key"))
        client.write_private_key(str(self.key))
        for name in ("host_key", "client_key"):
            (self.folder / name).chmod(0o600)
        client.write_public_key(str(self.folder / "client_key.pub"))
        client.write_public_key(str(self.folder / "authorized_keys"))
        public = host.export_public_key().decode().strip()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}\n")

    def _settings_lines(self) -> list[str]:
        return [
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {self.folder / 'host_key'}",
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            "PidFile none",
            "UsePAM no",
            "StrictModes no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "AllowStreamLocalForwarding yes",
            "PrintMotd no",
            # The login shell would read the rc files of whoever runs the tests.
            f"SetEnv HOME={self.folder}",
        ]

    def settings(self, **changes: Any) -> Ssh:
        """How xenlens reaches this server."""
        reached = Ssh(
            address="127.0.0.1",
            port=self.port,
            user=getpass.getuser(),
            key=self.key,
            known_hosts=self.known_hosts,
        )
        return replace(reached, **changes)

    def prepend(self, line: str) -> None:
        """Add a line of sshd_config(5) that wins over the others, for the next start."""
        self._config.write_text(f"{line}\n{self._config.read_text()}")

    async def start(self) -> None:
        """Start the server and wait until it listens."""
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                program() or "sshd", "-D", "-e", "-f", str(self._config), stderr=log
            )
        async with asyncio.timeout(READY):
            while not await self._listens():
                if self._process.returncode is not None:
                    raise RuntimeError(f"sshd ended: {self._log.read_text()}")
                await asyncio.sleep(0.02)

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def stop(self) -> None:
        """End the server and its connections, as a reboot would; commands may live on."""
        if self._process is None:
            return
        children = _children(self._process.pid)
        self._process.terminate()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                if child.name().startswith("sshd"):
                    child.kill()
        await asyncio.wait_for(self._process.wait(), READY)
        self._process = None


@cache
def _rsa_key(_whose: str) -> asyncssh.SSHKey:
    """RSA is the kind of key that servers of every age take; made once, it is slow to make."""
    return asyncssh.generate_private_key("ssh-rsa", key_size=2048)


def _children(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


@asynccontextmanager
async def running_sshd(folder: Path, *extra: str) -> AsyncIterator[Sshd]:
    """A server that listens; `extra` are lines of sshd_config(5) that win over ours."""
    server = Sshd(folder, extra)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
