"""How far a run of a disk probe is: by its command lines, and then by the time it may take.

The machine tells nothing before the end: what it does meanwhile follows from the profile.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from collectors.disk_commands import on_machine
from collectors.disk_records import DiskProbe
from collectors.host import Host, Output, Stream

_BAR_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a run, and the seconds it may take."""

    text: str
    seconds: float


class Stages:
    """The stages of one run: seconds for waiting and looking, a clock that only goes on."""

    def __init__(
        self,
        probe: DiskProbe,
        waiting: float,
        looking: float,
        anyway: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        profile = probe.profile
        making = profile.size / probe.lay_out_rate if probe.makes_file else 0.0
        self._options = set(on_machine(probe))
        self._waiting = Stage("waiting for other probes of the SR or pool", waiting)
        asking = "asking the machine" if anyway else "looking whether all is well"
        self._looking = Stage(asking, looking)
        self._making = Stage("making the file", making)
        self._measuring = Stage("measuring", profile.runtime)
        self._clock = clock
        self._enter(self._waiting)

    def _enter(self, stage: Stage) -> None:
        self._entered = stage, self._clock()

    def asked(self, argv: Sequence[str]) -> None:
        """Take note of a command line that a machine is given now."""
        if self._options <= set(argv):
            self._enter(self._making)
        elif self._entered[0] is self._waiting:
            self._enter(self._looking)

    def now(self) -> tuple[Stage, float]:
        """The stage, and how many of its seconds are over."""
        stage, since = self._entered
        passed = self._clock() - since
        if stage is self._making and passed >= stage.seconds:
            stage, passed = self._measuring, passed - stage.seconds
        return stage, min(passed, stage.seconds)


@dataclass(frozen=True, slots=True)
class Overheard:
    """A host that tells what it is asked, and is `host` otherwise."""

    host: Host
    told: Callable[[Sequence[str]], None]

    @property
    def name(self) -> str:
        """The inventory's name of the host."""
        return self.host.name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Run `argv` on the host. Raises HostError."""
        self.told(argv)
        return await self.host.run(argv, deadline=deadline, stdin=stdin)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Open a unix socket of the host. Raises HostError."""
        return await self.host.connect_unix(path, deadline=deadline)

    def stuck(self) -> Mapping[str, float]:
        """Commands of the host that hang, with their age in seconds."""
        return self.host.stuck()

    async def close(self) -> None:
        """Let go of the host."""
        await self.host.close()


@contextmanager
def shown(name: str, stages: Stages) -> Iterator[None]:
    """Show on a terminal's standard error how far the run is, while the block runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    spinner = Spinner("dots")

    def frame() -> Table:
        stage, passed = stages.now()
        grid = Table.grid(padding=(0, 1))
        bar = ProgressBar(max(stage.seconds, 1.0), passed, _BAR_COLUMNS)
        grid.add_row(spinner, Text(f"{name}: {stage.text}"), bar)
        return grid

    with Live(get_renderable=frame, console=console, transient=True, refresh_per_second=10):
        yield
