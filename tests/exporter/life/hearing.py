"""The socket of a supervisor: what sd_notify(3) sends arrives here."""

import os
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Hearing:
    """An open socket, and its address as $NOTIFY_SOCKET has it."""

    address: str
    socket: socket.socket

    def messages(self) -> list[str]:
        """What has arrived since the last call."""
        found = []
        while self.hears_within(0):
            found.append(self.socket.recv(4096).decode())
        return found

    def hears_within(self, seconds: float) -> bool:
        """Whether something has arrived, or does in so many seconds."""
        return bool(select.select([self.socket], [], [], seconds)[0])


@contextmanager
def hearing(path: Path, *, abstract: bool = False) -> Iterator[Hearing]:
    """Listen at a path, or at an abstract name, until the block ends."""
    name = f"xenlens-test-{os.getpid()}-{path.parent.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as here:
        here.bind(f"\0{name}" if abstract else str(path))
        yield Hearing(f"@{name}" if abstract else str(path), here)
