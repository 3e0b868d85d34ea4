"""A drill as it was recorded: everything its report says comes from here.

Times are seconds since the drill began, on the clock of the machine xenlens runs on. Lines of the
host's logs and its own measurements are moved to that clock by the difference seen while recording.
"""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "standby", "bad", "absent", "unknown"]
"""How a state is coloured: carries I/O, could carry it, must not, is not there, is not known."""
Kind = Literal["multipath", "bond"]


@dataclass(frozen=True, slots=True)
class State:
    """What a lane shows: the tool's own words, and what they mean."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Span:
    """A lane was in one state from `start` to `end`."""

    start: float
    end: float
    state: State


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the timeline: a path, a member, or what served. Spans do not overlap."""

    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Io:
    """One read or ping: when it began and how long it took; None for one that never ended."""

    at: float
    seconds: float | None
    error: str = ""
    """Why it failed, in the words of the system; a ping without an answer has `no answer`."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something said at a time: a person's mark, or a line of a log."""

    at: float
    source: str
    """`mark` for what a person said, `xenlens` for what it says of its own recording, else the log:
    `kernel`, `multipathd`, `ovs-vswitchd`."""
    text: str


@dataclass(frozen=True, slots=True)
class WouldFire:
    """An alert of the bundled rules over what was recorded."""

    name: str
    severity: str
    labels: tuple[tuple[str, str], ...]
    pending_at: float
    firing_at: float | None
    """None where its condition ended before the rule's `for` had passed."""
    resolved_at: float | None
    """None while its condition still held when the drill ended."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One failover test of one map or bond."""

    kind: Kind
    target: str
    subject: str
    """The map's WWID (and alias), or the bond."""
    began: float
    """Unix time."""
    seconds: float
    facts: tuple[tuple[str, str], ...]
    """What stood fixed, as name and value: versions, the interval of samples, what I/O was run."""
    serving: Lane
    """Which path group (or member) served when."""
    lanes: tuple[Lane, ...]
    io_name: str
    """What `io` is, such as `4 KiB reads of /dev/mapper/mpatha` or `pings to 10.0.0.1`."""
    io: tuple[Io, ...]
    notes: tuple[Note, ...] = ()
    alerts: tuple[WouldFire, ...] = ()
    holes: tuple[tuple[float, float], ...] = ()
    """Times without a sample: the host did not answer."""
