"""The small view a collector has of a host: run a command, open a unix socket."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

NOT_FOUND = 127
"""Exit status of a shell that did not find the command (POSIX sh, `EXIT STATUS`)."""


def loop_time() -> float:
    """Now, in seconds on the running event loop's clock: the clock that deadlines are on."""
    return asyncio.get_running_loop().time()


class Reader(Protocol):
    """The receiving half of a socket; `asyncio.StreamReader` is one."""

    async def read(self, n: int = -1, /) -> bytes:
        """Up to `n` bytes, empty at the end. Raises OSError when the connection is lost."""


class Writer(Protocol):
    """The sending half of a socket; `asyncio.StreamWriter` is one."""

    def write(self, data: bytes, /) -> None:
        """Send `data`, after what is already waiting."""

    async def drain(self) -> None:
        """Wait until there is room for more. Raises OSError when the connection is lost."""

    def close(self) -> None:
        """Close the socket, both halves."""

    async def wait_closed(self) -> None:
        """Wait until the socket is closed."""


Stream = tuple[Reader, Writer]


@dataclass(frozen=True, slots=True)
class Output:
    """What one command or socket request answered.

    `exit_status` is negative for a signal and None where the transport has no such thing
    (a socket request) or the command never ended; `failure` then says why.
    """

    argv: tuple[str, ...]
    stdout: str = ""
    stderr: str = ""
    exit_status: int | None = 0
    seconds: float = 0.0
    failure: str | None = None

    @property
    def command(self) -> str:
        """The name of the program, as used in metric labels."""
        return self.argv[0] if self.argv else ""


class HostError(Exception):
    """A host did not answer. `reason` is a metric label, the text is for people."""

    reason: ClassVar[str] = "host_error"

    def __init__(self, message: str, output: Output | None = None) -> None:
        super().__init__(message)
        self.output = output


class Unreachable(HostError):
    """No connection: refused, no route, wrong host key, authentication refused."""

    reason = "unreachable"


class DeadlineExceeded(HostError):
    """The command did not end in time; its process group was killed."""

    reason = "deadline_exceeded"


class Stuck(HostError):
    """An earlier run of this command still hangs, so no second one was started."""

    reason = "stuck"


class OutputTooLarge(HostError):
    """The command printed more than the cap; it was killed."""

    reason = "output_too_large"


class SocketUnavailable(HostError):
    """The unix socket cannot be reached this way; ask by command instead."""

    reason = "socket_unavailable"


class Host(Protocol):
    """A host as collectors see it. Implementations live in `exporter.hosts`."""

    @property
    def name(self) -> str:
        """The inventory's name of the host."""

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Run `argv` (no shell) until `deadline`, seconds on the event loop's clock.

        `stdin` is what the command reads on its standard input; it need not read it. A command
        that is not there gives exit status 127. Raises HostError.
        """

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Open the unix stream socket `path` on the host. Raises HostError."""

    def stuck(self) -> Mapping[str, float]:
        """Command lines that outlived their deadline and still hang, with their age in seconds."""

    async def close(self) -> None:
        """Let go of every connection and process."""
