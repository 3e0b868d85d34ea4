"""What a command of a simulated dom0 answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from exporter.demo.faces.gate_memory import GateMemory
from exporter.demo.hosts import HostState
from exporter.demo.model import Model
from exporter.demo.processes import Processes

FOLDERS = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")
"""Where programs are that come with the system."""


@dataclass(frozen=True, slots=True)
class Result:
    """Standard output, standard error, exit status.

    A command that hangs has printed this so far, and has no status yet: it is run again until it
    ends, and prints the same before it goes on.
    """

    stdout: str = ""
    stderr: str = ""
    status: int = 0
    hangs: bool = False
    seconds: float = 0.0
    """How long it runs before it prints."""


HANGS = Result(hangs=True)


class Runs:
    """Programs that work for a while, and what each did since it was last looked at."""

    def __init__(self) -> None:
        self._runs: dict[tuple[int, str], Callable[[], Result]] = {}

    def look(self, session: int, program: str, begin: Callable[[], Callable[[], Result]]) -> Result:
        """What a session's program printed so far; it is begun where it does not run yet."""
        key = session, program
        run = self._runs.pop(key, None) or begin()
        result = run()
        if result.hangs:
            self._runs[key] = run
        return result

    def forget(self, session: int) -> None:
        """The session's programs were killed."""
        self._runs = {key: run for key, run in self._runs.items() if key[0] != session}


@dataclass(frozen=True, slots=True)
class Dom0:
    """One simulated dom0: a host of the model, as its own tools see it."""

    model: Model
    name: str
    processes: Processes = field(default_factory=Processes, compare=False)
    gate: GateMemory = field(default_factory=GateMemory, compare=False)
    runs: Runs = field(default_factory=Runs, compare=False)
    session: int = field(default=0, compare=False)
    """The process id of the session that asks."""

    @property
    def state(self) -> HostState:
        """The host's state at this moment."""
        return self.model.chassis.hosts[self.name]

    @property
    def lost(self) -> bool:
        """Whether the host answers nothing any more: no SSH, no XAPI."""
        return self.name in self.model.chassis.pool.lost

    @property
    def now(self) -> float:
        """Seconds on the model's clock."""
        return self.model.clock()
