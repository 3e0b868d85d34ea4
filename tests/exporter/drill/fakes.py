"""A made-up map under test, whose story is told by the seconds since it was made."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily, Metric

from collectors.host import HostError, Unreachable, loop_time
from exporter.drill.record import Io, Kind, State
from exporter.drill.subject import HostIo, LogLine, Sample

READY = State("active ready running", "good")
GROUP_A, GROUP_B = State("controller A", "good"), State("controller B", "good")
AHEAD = 3600.0
"""The clock of the host is set an hour wrong."""
UNIX = 1_700_000_000.0
OPERATION = 0.002
AFTER = 0.01
"""When a chunk's program begins, and when its first operation does, after that."""


def both_there(at: float) -> Sample:
    return Sample({"sda": READY, "sdb": READY}, GROUP_A)


@dataclass
class FakeMap:
    """Answers at once unless told otherwise. Functions are given seconds since the beginning."""

    sample_of: Callable[[float], Sample] = both_there
    way: Callable[[float], float] = lambda at: AFTER
    """How long a chunk's command takes to the host."""
    hangs: Callable[[float], float] = lambda at: 0.0
    """How much longer than asked a chunk takes."""
    logged: Sequence[tuple[float, str]] = ()
    answers: bool = True
    failure: Callable[[float], HostError | None] = lambda at: None
    """Why nothing comes from the host at that time."""
    sample_takes: float = 0.0
    busy: int = 0
    most_busy: int = 0
    io_begins: list[float] = field(default_factory=list)
    _told: float | None = None
    _began: float = field(default_factory=loop_time)

    kind: Kind = "multipath"
    name: str = "22202000155fdb615 (mpatha)"
    io_name: str = "4 KiB reads of /dev/mapper/mpatha"
    collectors: tuple[str, ...] = ("multipath",)

    def at(self) -> float:
        return loop_time() - self._began

    def _answer(self) -> None:
        if not self.answers:
            raise Unreachable("no route to xs1")
        if failure := self.failure(self.at()):
            raise failure

    async def facts(self) -> Sequence[tuple[str, str]]:
        self._answer()
        return [("multipath-tools", "0.4.7")]

    async def sample(self) -> Sample:
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            await asyncio.sleep(self.sample_takes)
            self._answer()
            return self.sample_of(self.at())
        finally:
            self.busy -= 1

    async def io(self, seconds: float) -> HostIo:
        self.io_begins.append(self.at())
        await asyncio.sleep(self.way(self.at()))
        self._answer()
        clock = UNIX + AHEAD + self.at()
        await asyncio.sleep(seconds + self.hangs(self.at()))
        self._answer()
        return HostIo(clock, [Io(clock + AFTER, OPERATION)])

    async def log_lines(self) -> Sequence[LogLine]:
        self._answer()
        since, self._told = self._told, self.at()
        told = [
            (at, text) for at, text in self.logged if since is not None and since < at <= self._told
        ]
        return [LogLine(UNIX + AHEAD + at, "multipathd", text) for at, text in told]


def gauge(value: float) -> Metric:
    return GaugeMetricFamily("xenlens_multipath_paths", "Paths.", value)


def steady(value: float = 2.0) -> Callable[[], Awaitable[Sequence[Metric]]]:
    """Metrics that are always the same."""

    async def scrape() -> Sequence[Metric]:
        return [gauge(value)]

    return scrape
