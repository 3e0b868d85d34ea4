"""A job of fio's text on its way to records: what its lines have said so far."""

import re
from dataclasses import dataclass, field, replace

from collectors.fio_lines import NEW_DIRECTION, OLD_DIRECTION
from collectors.fio_record import Exactness, FioResult, Found
from collectors.fio_units import amount, count, mean, number, seconds


@dataclass(slots=True)
class JobDraft:
    """The job whose lines are being read. `lost`: the line of the job itself is missing."""

    name: str | None = None
    group: int | None = None
    lost: bool = False
    directions: dict[str, "DirectionDraft"] = field(default_factory=dict)


@dataclass(slots=True)
class DirectionDraft:
    """A direction being read: latencies and percentiles by what fio calls them (`clat`, `lat`)."""

    line: int
    result: FioResult
    means: dict[str, float | None] = field(default_factory=dict)
    percentiles: dict[str, dict[str, float]] = field(default_factory=dict)

    def found(self) -> Found:
        """The record, with the latencies that were measured."""
        percentiles = self._measured("clat") or self._measured("lat")
        result = replace(
            self.result,
            latency_mean_seconds=self.means.get("lat"),
            completion_latency_mean_seconds=self.means.get("clat"),
            percentiles=percentiles,
        )
        return Found(self.line, Exactness.TEXT, result)

    def _measured(self, kind: str) -> dict[str, float]:
        """The percentiles; zeros without a mean are what fio was told not to measure."""
        percentiles = self.percentiles.get(kind, {})
        return percentiles if self.means.get(kind) or any(percentiles.values()) else {}


def mean_of(match: re.Match[str]) -> float | None:
    """The mean of a latency's line, in seconds."""
    try:
        return mean(number(match["mean"]), match["unit"])
    except ValueError:
        return None


def direction_of(line: int, text: str, job: JobDraft) -> DirectionDraft | None:
    """A direction's own line, None when it is damaged."""
    old = OLD_DIRECTION.match(text)
    match = old or NEW_DIRECTION.match(text)
    if match is None:
        return None
    try:
        result = FioResult(
            job.name,
            job.group,
            match["direction"],
            round(amount(match["io"], old=old is not None)),
            amount(match["bw"], old=old is not None),
            count(match["iops"]) if match["iops"] else None,
            seconds(int(match["runtime"]), "msec"),
            None,
            None,
        )
    except ValueError:
        return None
    return DirectionDraft(line, result)
