"""A host reached by SSH: one kept connection, a channel per command, forwarded unix sockets."""

import asyncio
import random
import shlex
from collections.abc import Callable, Mapping, Sequence

import asyncssh

from collectors.host import (
    DeadlineExceeded,
    Output,
    SocketUnavailable,
    Stream,
    Unreachable,
    loop_time,
)
from exporter.hosts.settings import Ssh
from exporter.hosts.single_flight import SingleFlight
from exporter.hosts.ssh_connection import Link
from exporter.hosts.ssh_kill import Killer
from exporter.hosts.ssh_run import RemoteCommand, Session
from exporter.hosts.ssh_stream import ForwardedReader, ForwardedWriter


class SshHost:
    """A host reached by SSH. `clock` and `jitter` are for the back-off between attempts."""

    def __init__(
        self,
        name: str,
        settings: Ssh,
        *,
        clock: Callable[[], float] | None = None,
        jitter: random.Random | None = None,
    ) -> None:
        self._name = name
        self._settings = settings
        self._runs = SingleFlight()
        chance = jitter or random.Random()
        self._link = Link(settings, clock or loop_time, chance)
        self._killer = Killer(self._link)
        self._session = Session(self._link, self._killer, chance, settings.max_output)

    @property
    def name(self) -> str:
        """The inventory's name of the host."""
        return self._name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Run `argv` on the host until `deadline` (loop clock). Raises HostError."""
        command = tuple(argv)
        return await self._runs.run(
            command, deadline, lambda: RemoteCommand(self._session, command, stdin)
        )

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Open a unix socket of the host through the connection (direct-streamlocal).

        Raises SocketUnavailable where the server does not forward (OpenSSH before 6.7, or by
        its settings) or the socket is not there; Unreachable; DeadlineExceeded.
        """
        if not self._settings.forward_sockets:
            raise SocketUnavailable(f"{path}: forwarding sockets is switched off for {self._name}")
        opening = asyncio.create_task(self._open_socket(path))
        try:
            await asyncio.wait({opening}, timeout=max(0.0, deadline - loop_time()))
        finally:
            # A channel left half open would be lost to both sides.
            if not opening.done():
                opening.add_done_callback(_close_late)
        if not opening.done():
            raise DeadlineExceeded(f"{self._link.place}: {path}: no answer in time")
        return opening.result()

    async def _open_socket(self, path: str) -> Stream:
        connection = await self._link.connection()
        try:
            reader, writer = await connection.open_unix_connection(path)
        except asyncssh.ChannelOpenError as error:
            if connection.is_closed():
                raise Unreachable(f"{self._link.place}: connection lost") from error
            raise SocketUnavailable(f"{self._link.place}: {path}: {error}") from error
        except (OSError, asyncssh.Error) as error:
            raise Unreachable(f"{self._link.place}: connection lost: {error}") from error
        return ForwardedReader(reader), ForwardedWriter(writer)

    def stuck(self) -> Mapping[str, float]:
        """Command lines that outlived their kill, with seconds since they began."""
        left = {shlex.join(argv): age for argv, age in self._killer.unburied().items()}
        return left | dict(self._runs.stuck())

    async def close(self) -> None:
        """Kill what still runs there and close the connection."""
        await self._runs.close()
        await self._link.close()


def _close_late(opening: asyncio.Task[Stream]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[1].close()
