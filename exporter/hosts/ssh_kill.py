"""Ending a command on the other side, also when the connection it was started on is gone."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from exporter.hosts.ssh_command import RemoteProcess, kill_line
from exporter.hosts.ssh_connection import Link
from exporter.hosts.ssh_errors import KeyRefused, refused_by_key

AT_A_TIME = 2
"""Kills at a time per host: they use the channels that commands leave free."""
ANSWER = 5.0
"""Seconds for the host to answer a kill before it is tried again later."""
LOOKS = (0.1, 0.3, 0.6)
"""Seconds between looks at a process that was just killed."""


@dataclass(slots=True)
class _Orphan:
    process: RemoteProcess
    began: float
    clock: Callable[[], float]
    alive: bool = False


class Killer:
    """Kills on one host, and remembers what may still run there after a lost connection."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._turn = asyncio.Semaphore(AT_A_TIME)
        self._orphans: dict[tuple[str, ...], _Orphan] = {}

    async def kill(self, process: RemoteProcess) -> bool:
        """Kill the process's group; whether it was still there.

        Raises HostError, asyncssh.Error or OSError when the host could not be asked, and
        KeyRefused where it does not let us.
        """
        async with self._turn, asyncio.timeout(ANSWER):
            connection = await self._link.connection()
            asked = await connection.create_process(kill_line(process), encoding=None)
            try:
                done = await asked.wait()
            finally:
                asked.close()
        why = refused_by_key(done.exit_status, _bytes(done.stderr))
        if why:
            raise KeyRefused(f"{self._link.place}: {why}")
        return b"alive" in _bytes(done.stdout)

    def orphaned(self, argv: tuple[str, ...], process: RemoteProcess, began: float) -> None:
        """The connection broke while `argv` ran: it may run on."""
        clock = asyncio.get_running_loop().time
        self._orphans[argv] = _Orphan(process, began, clock)

    async def bury(self, argv: tuple[str, ...]) -> bool:
        """Kill what a lost connection left of `argv`; whether nothing of it is left.

        Raises what `kill` raises.
        """
        orphan = self._orphans.get(argv)
        if orphan is None:
            return True
        for pause in LOOKS:
            orphan.alive = await self.kill(orphan.process)
            if not orphan.alive:
                self._orphans.pop(argv, None)
                return True
            await asyncio.sleep(pause)
        return False

    def unburied(self) -> Mapping[tuple[str, ...], float]:
        """Commands that outlived their connection and the kill: seconds since they began."""
        orphans = list(self._orphans.items())
        return {argv: x.clock() - x.began for argv, x in orphans if x.alive}


def _bytes(told: bytes | str | None) -> bytes:
    return told if isinstance(told, bytes) else b""
