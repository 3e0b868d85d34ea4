"""Commands of a simulated dom0 that have not ended: they hang until something lets them go on."""

from collections.abc import Callable
from dataclasses import dataclass

_FIRST_PID = 20000
_PIDS_PER_SESSION = 10
"""A shell's children have the ids behind its own."""


@dataclass(frozen=True, slots=True)
class Process:
    """A session's process group; `end` is what SIGKILL does to it."""

    pid: int
    born: float
    """Seconds on the model's clock."""
    end: Callable[[], None]


class Processes:
    """The processes of a host that are worth a place in its table: those that hang."""

    def __init__(self) -> None:
        self._last = _FIRST_PID
        self._hanging: dict[int, Process] = {}

    def new_pid(self) -> int:
        """A process id for a session."""
        self._last += _PIDS_PER_SESSION
        return self._last

    def add(self, process: Process) -> None:
        """Note that a process hangs."""
        self._hanging[process.pid] = process

    def remove(self, pid: int) -> None:
        """Forget a process that ended, if it is known."""
        self._hanging.pop(pid, None)

    def find(self, pid: int) -> Process | None:
        """The hanging process of that id, or None."""
        return self._hanging.get(pid)

    def kill(self, pid: int) -> bool:
        """End a process; False when there is none."""
        process = self._hanging.pop(pid, None)
        if process is not None:
            process.end()
        return process is not None

    def close(self) -> None:
        """End them all."""
        for pid in list(self._hanging):
            self.kill(pid)
