"""A real OpenSSH server that knows our key by the line that `xenlens hosts key` prints."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from exporter.keys.line import FOLDER, authorized_key, public_key
from exporter.keys.table import TABLE
from tests.collectors.onhost.key_program import installed
from tests.labs.pythons import interpreters
from tests.labs.sshd import Sshd, running_sshd


@dataclass(frozen=True)
class KeyLab:
    """The server, what /opt/xenlens is on a host, and a folder of programs that comes first."""

    sshd: Sshd
    opt: Path
    tools: Path

    def give(self, level: str, *, old: bool = False) -> None:
        """The key has this level from the next connection on."""
        python = interpreters()[-1].argv[0]
        public = public_key(self.sshd.folder / "client_key.pub")
        line = authorized_key(public, level, python, old=old)
        line = line.replace(FOLDER, str(self.opt))
        (self.sshd.folder / "authorized_keys").write_text(f"{line}\n")

    def give_all(self) -> None:
        """The key may do everything from the next connection on."""
        public = public_key(self.sshd.folder / "client_key.pub")
        (self.sshd.folder / "authorized_keys").write_text(f"{public}\n")

    def allow(self, line: str) -> None:
        """A line more in the table, as an operator may add one."""
        with (self.opt / TABLE).open("a") as table:
            table.write(f"{line}\n")

    def tool(self, name: str, script: str) -> None:
        """A program of the host."""
        (self.tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.tools / name).chmod(0o755)


@asynccontextmanager
async def key_lab(folder: Path, level: str = "read") -> AsyncIterator[KeyLab]:
    """A server whose only key has a level."""
    tools = folder / "tools"
    tools.mkdir()
    opt = installed(folder / "opt")
    path = f"SetEnv HOME={folder} PATH={tools}:{os.defpath}"
    async with running_sshd(folder, path, "Subsystem sftp internal-sftp") as sshd:
        lab = KeyLab(sshd, opt, tools)
        lab.give(level)
        yield lab
