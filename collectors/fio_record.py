"""What a run of fio says, whatever format it was printed in, and how several formats become one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from collectors.parsing import Noise, ParseError

DIRECTIONS = ("read", "write", "trim", "mixed")
"""As fio names them; `mixed` is all of them in one, with `unified_rw_reporting`."""


@dataclass(frozen=True, slots=True)
class FioResult:
    """What one job (or a group of them, with `group_reporting`) did in one direction.

    `direction` is `read`, `write`, `trim` or `mixed`. Facts that the format does not have, or
    that were not measured, are None. Latencies are means; `percentiles` are those of the
    completion latency, or of the total latency where only that was asked for
    (`lat_percentiles`), by percentage as text (`"99.0"`).
    """

    job: str | None
    group: int | None
    direction: str
    io_bytes: int
    bandwidth_bytes_per_second: float | None
    iops: float | None
    runtime_seconds: float
    latency_mean_seconds: float | None
    completion_latency_mean_seconds: float | None
    percentiles: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobError:
    """A job that failed: its errno (`err=28`), and fio's own words where the format has them.

    `job` is None where only the error line of the process names the number.
    """

    job: str | None
    number: int
    message: str | None = None


@dataclass(frozen=True, slots=True)
class FioRun:
    """Everything read from a text. A run is good only when `errors` is empty.

    `documents` counts the JSON documents, also those that a later status report replaced.
    """

    results: tuple[FioResult, ...]
    errors: tuple[JobError, ...] = ()
    noise: tuple[Noise, ...] = ()
    damaged: int = 0
    documents: int = 0


_ROUNDED = 0.02
"""How far the text rounds bytes: `10.0GiB` stands for less than two percent more or less."""


class Exactness(IntEnum):
    """How exactly a format tells the same figures: text rounds, terse has no nanoseconds."""

    TEXT = 0
    TERSE = 1
    JSON = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A result and where it stands; `order` keeps the directions of a job apart."""

    line: int
    exactness: Exactness
    result: FioResult
    order: int = 0


@dataclass(slots=True)
class Reading:
    """What the readers of the three formats gather from one text."""

    found: list[Found] = field(default_factory=list)
    errors: list[JobError] = field(default_factory=list)
    noise: list[Noise] = field(default_factory=list)
    damage: list[ParseError] = field(default_factory=list)
    documents: int = 0
    answered: bool = False
    """Whether a format tells of every job, also of one that did nothing: JSON and terse do."""
    finished: bool = False
    """Whether the text says that the run came to its end, with or without results."""
    last: Noise | None = None
    """The last line of fio's own report."""

    def add(self, line: int, exactness: Exactness, results: Iterable[FioResult]) -> None:
        """Take the results of one place of the text."""
        for order, result in enumerate(results):
            self.found.append(Found(line, exactness, result, order))

    def damaged(self, line: Noise, expected: str) -> None:
        """Leave a record out: its line counts as noise."""
        self.damage.append(ParseError(line.line, expected, line.text))
        self.noise.append(line)


def merged(found: Iterable[Found]) -> tuple[FioResult, ...]:
    """The results in the order of the text, one for each job and direction of a run.

    With several output formats fio tells the same run more than once; the most exact format is
    kept. It is the same run when the runtime agrees, which every format prints in milliseconds,
    and the bytes do as far as the text tells them.
    """
    everything = sorted(found, key=lambda each: (each.line, each.order))
    sizes: dict[tuple[object, ...], list[int]] = {}
    for each in everything:
        sizes.setdefault((each.exactness, *_identity(each.result)), []).append(each.result.io_bytes)
    return tuple(each.result for each in everything if not _is_retold(each, sizes))


def _identity(result: FioResult) -> tuple[object, ...]:
    return result.job, result.group, result.direction, result.runtime_seconds


def _is_retold(one: Found, sizes: dict[tuple[object, ...], list[int]]) -> bool:
    """Whether a more exact format tells the same."""
    size = one.result.io_bytes
    return any(
        abs(other - size) <= _ROUNDED * max(size, other)
        for exactness in Exactness
        if exactness > one.exactness
        for other in sizes.get((exactness, *_identity(one.result)), ())
    )
