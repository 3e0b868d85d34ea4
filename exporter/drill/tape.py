"""What a recorder has heard so far, as it came, and the drill that this makes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from prometheus_client.core import Metric

from exporter.drill.lanes import Look, timeline
from exporter.drill.plan import Heading
from exporter.drill.record import Drill, Io, Kind, Note, WouldFire
from exporter.drill.subject import HostIo, LogLine

SERVING: dict[Kind, str] = {"multipath": "active path group", "bond": "active member"}
MARK, SELF = "mark", "xenlens"
"""Sources of notes: what a person said, and what the recorder says of itself."""

Page = tuple[float, Sequence[Metric]]
"""When a scrape began, and what it gave."""
Judge = Callable[[Sequence[Page], float], tuple[WouldFire, ...]]
"""`exporter.drill.alerts.would_fire`: pages and the drill's end give the alerts."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """I/O that came back, and when it was begun by the drill's clock."""

    at: float
    measured: HostIo


@dataclass(slots=True)
class Tape:
    """Everything heard, in the order it came; it only grows. Times are the drill's."""

    began: float
    """Unix time, by our clock."""
    looks: list[Look] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    lost: list[Io] = field(default_factory=list)
    """Operations under way in I/O that never came back, from the begin of their chunk."""
    pending: float | None = None
    """When the I/O that is under way was begun."""
    lines: list[tuple[float, LogLine]] = field(default_factory=list)
    """Lines of logs, and when they were heard of."""
    said: list[Note] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    trouble: dict[str, str] = field(default_factory=dict)
    """What does not come from the host at the moment, and why."""

    @property
    def ahead(self) -> float:
        """Seconds by which the host's clock is ahead of ours, as far as is known.

        By I/O the smallest difference: it has the least of the way to the host in it. Without,
        the largest by log lines, which come a moment after they were written.
        """
        by_io = [one.measured.clock - one.at for one in self.chunks]
        by_logs = [line.unix - heard for heard, line in self.lines]
        difference = min(by_io, default=max(by_logs, default=self.began))
        return difference - self.began

    def io(self) -> tuple[Io, ...]:
        """Every operation, by the drill's clock."""
        shift = self.began + self.ahead
        measured = (one for chunk in self.chunks for one in chunk.measured.io)
        moved = [replace(one, at=one.at - shift) for one in measured]
        return tuple(sorted([*moved, *self.lost], key=lambda one: one.at))

    def notes(self) -> tuple[Note, ...]:
        """Marks and log lines, by the drill's clock."""
        shift = self.began + self.ahead
        logged = [
            Note(_written(heard, line.unix, shift), line.source, line.text)
            for heard, line in self.lines
        ]
        return tuple(sorted([*self.said, *logged], key=lambda note: note.at))

    def clock_fact(self) -> tuple[str, str]:
        """How the host's clock stood to ours."""
        if self.chunks:
            told = f"{self.ahead:+.3f} s"
        elif self.lines:
            told = f"about {self.ahead:+.0f} s, by its log lines"
        else:
            told = "not compared"
        return "clock of the host against ours", told


def _written(heard: float, unix: float, shift: float) -> float:
    """When a line was written at the latest: a stamp of whole seconds says only in which.

    At its begin, what followed from a mark would stand before it.
    """
    at = unix - shift
    latest = max(at, min(heard, at + 1.0)) if unix.is_integer() else at
    return max(0.0, latest)


def drill_of(tape: Tape, heading: Heading, ends: float, judge: Judge) -> Drill:
    """The drill that was recorded until `ends`."""
    lanes = timeline(tape.looks, ends, heading.every, SERVING[heading.kind])
    return Drill(
        kind=heading.kind,
        target=heading.target,
        subject=heading.subject,
        began=tape.began,
        seconds=ends,
        facts=(*heading.facts, tape.clock_fact()),
        serving=lanes.serving,
        lanes=lanes.lanes,
        io_name=heading.io_name,
        io=tape.io(),
        notes=tape.notes(),
        alerts=judge(tape.pages, ends),
        holes=lanes.holes,
    )
