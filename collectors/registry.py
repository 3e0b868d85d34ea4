"""The collectors there are. Each registers itself with `@collector` in its own file."""

import asyncio
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

import collectors
from collectors.disk_records import Standing
from collectors.host import DeadlineExceeded, Host, HostError, Output, Stream
from collectors.inventory import HostInventory
from collectors.metrics import Family, Page
from collectors.xapi.access import PoolAccess, PoolReading

R = TypeVar("R")
Scope = Literal["host", "pool", "machine", "guest"]
"""`host`: a dom0; `pool`: its XAPI; `guest`: a machine that is only probed; `machine`: a dom0 or
a guest."""


class CollectorFailed(Exception):
    """A collector has no facts this time. `reason` is a metric label."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotPresent(Exception):
    """The subject does not exist on this host (no SAN, no Open vSwitch): no failure."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one host: where to ask, until when, and where to note what was heard."""

    host: Host
    deadline: float
    """Seconds on the event loop's clock."""
    inventory: HostInventory = field(default_factory=HostInventory)
    trace: Callable[[Output], None] = lambda output: None
    pool: PoolAccess | None = None
    pool_trace: Callable[[Output], None] = lambda output: None
    """Apart from `trace`: what a pool's members answered is no answer of this host."""
    disk_probes: tuple[Standing, ...] = ()
    """How the disk probes of this machine stand; they run on a schedule of their own."""

    async def pool_reading(self, within: float | None = None) -> PoolReading:
        """The pool's data, shared with all who look now. Raises HostError, NotPresent.

        `within`: leave for other work with DeadlineExceeded after so many seconds. That ends only
        this wait; whoever else asks shares the read with a patience of its own.
        """
        if self.pool is None:
            raise NotPresent("no pool to ask")
        try:
            async with asyncio.timeout(within):
                reading = await self.pool.read(self.deadline)
        except TimeoutError:
            patience = "in time" if within is None else f"within {within:.1f} s"
            raise DeadlineExceeded(f"the pool's XAPI gave no answer {patience}") from None
        for output in reading.outputs:
            self.pool_trace(output)
        return reading

    async def run(self, *argv: str, stdin: str = "") -> Output:
        """Run a command on the host and note its output. Raises HostError."""
        try:
            output = await self.host.run(argv, deadline=self.deadline, stdin=stdin)
        except HostError as error:
            self.trace(error.output or Output(argv, exit_status=None, failure=str(error)))
            raise
        self.trace(output)
        return output

    async def connect_unix(self, path: str) -> Stream:
        """Open a unix socket on the host. Raises HostError."""
        return await self.host.connect_unix(path, deadline=self.deadline)


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """Records of one successful look. `via` names the way they came, for evidence."""

    records: tuple[R, ...]
    via: str
    noise_lines: int = 0
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """What a collector may compare its reading with when it makes metrics."""

    inventory: HostInventory = field(default_factory=HostInventory)
    peers: Mapping[str, Any] = field(default_factory=dict)
    """Fresh readings of the same collector on the other hosts of the pool, by host."""
    members: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """For a pool's own collectors: fresh readings of its hosts, by collector, then by host."""
    pool: Mapping[str, Any] = field(default_factory=dict)
    """For a host's collectors: fresh readings of its pool's own collectors, by collector."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or cannot be known. `subject` names the victim: `bond0`, a WWID."""

    severity: Literal["warning", "critical", "unknown"]
    subject: str
    text: str


class Collector(Protocol):
    """One subject of one target; keeps what it needs between looks (an open socket)."""

    @property
    def name(self) -> str:
        """The subject, as used in labels and in `collector=`."""

    @property
    def scope(self) -> Scope:
        """What it looks at: a dom0, any machine or, through `Look.pool_reading`, a pool."""

    @property
    def families(self) -> Sequence[Family]:
        """Every family that `fill` may use."""

    async def read(self, look: Look) -> Reading[Any]:
        """Ask the host. Raises HostError, CollectorFailed or NotPresent."""

    def fill(self, page: Page, reading: Any, view: View) -> None:
        """Turn what `read` gave into samples. Pure: no I/O, no clock."""

    def findings(self, reading: Any, view: View) -> Iterable[Finding]:
        """What is wrong, for `xenlens check` and the console. Pure."""

    async def close(self) -> None:
        """Let go of kept connections."""


_registered: list[Callable[[], Collector]] = []
C = TypeVar("C", bound=Callable[[], Any])


def collector(factory: C) -> C:
    """Class decorator: register a collector."""
    _registered.append(factory)
    return factory


def collectors_by_name() -> Mapping[str, Callable[[], Collector]]:
    """Every collector of the package, by its `name`; a new file is found by being there."""
    for module in pkgutil.walk_packages(collectors.__path__, f"{collectors.__name__}."):
        importlib.import_module(module.name)
    return {factory().name: factory for factory in sorted(_registered, key=lambda f: f().name)}
