"""The emulated machine as collectors see a host."""

import asyncio
import subprocess
from collections.abc import Mapping, Sequence

from collectors.host import DeadlineExceeded, Output, SocketUnavailable, Stream, loop_time
from tests.labs.machine import Machine


class MachineHost:
    """Commands run inside; its unix sockets are out of reach, as over a restricted SSH key."""

    name = "dom0"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Run a command in the machine. Raises DeadlineExceeded, MachineGone."""
        return await asyncio.to_thread(self._run, tuple(argv), deadline - loop_time(), stdin)

    def _run(self, argv: tuple[str, ...], patience: float, stdin: str) -> Output:
        try:
            done = self._machine.call(*argv, stdin=stdin, timeout=max(0.0, patience))
        except subprocess.TimeoutExpired as late:
            raise DeadlineExceeded(str(late)) from late
        return Output(argv, done.stdout, done.stderr, done.returncode)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Raises SocketUnavailable."""
        raise SocketUnavailable(f"{path}: no way to the sockets of an emulated machine")

    def stuck(self) -> Mapping[str, float]:
        """Nothing hangs: the machine kills what is late."""
        return {}

    async def close(self) -> None:
        """Nothing to let go."""
