"""fio's normal output, 1.20 to 3.42, line by line.

A job's line names it; each direction that did I/O has one line, followed by its latencies, each
in a unit of its own. What stands behind the last direction (`fsync/fdatasync/…`, priorities) has
latencies of its own, which are not those of a direction. Status reports repeat a job with the
same process; the last one counts.
"""

import re

from collectors.fio_draft import DirectionDraft, JobDraft, direction_of, mean_of
from collectors.fio_lines import (
    DIRECTION_START,
    GROUP,
    JOB,
    JOB_START,
    LATENCY,
    MORE_VALUES,
    PERCENTILES,
    PROCESS_ERROR,
    VALUES,
    is_known,
)
from collectors.fio_record import JobError, Reading
from collectors.fio_units import number, percentile, seconds
from collectors.parsing import Noise

_EXPECTED_JOB = "`JOB: (groupid=…, jobs=…): err=…`"
_EXPECTED_DIRECTION = "a whole `read`, `write` or `trim` line of a job"


class TextReader:
    """Takes the lines of a text in their order; `close` hands over what it found."""

    def __init__(self, reading: Reading, cut: int) -> None:
        self._reading = reading
        self._cut = cut
        """The number of the line that has no end: it may lack its last digits."""
        self._jobs: list[JobDraft] = []
        self._by_process: dict[tuple[str | None, ...], tuple[JobDraft, JobError | None]] = {}
        self._errors: list[JobError] = []
        self._process_errors: list[JobError] = []
        self._direction: DirectionDraft | None = None
        self._values: tuple[dict[str, float], str] | None = None

    def feed(self, line: Noise) -> bool:
        """Take one line; False when it is none of fio's report."""
        text = line.text.strip()
        if self._values and MORE_VALUES.match(text):
            self._take_values(text if line.line != self._cut else text.rpartition(",")[0])
            return True
        self._values = None
        return (
            self._job(line, text)
            or self._direction_line(line, text)
            or self._latency(text)
            or self._end(text)
            or is_known(text)
        )

    def close(self) -> None:
        """Hand over every direction and error."""
        for job in self._jobs:
            self._reading.found += [each.found() for each in job.directions.values()]
        self._reading.errors += self._errors
        numbers = {error.number for error in self._reading.errors}
        self._reading.errors += [
            error for error in self._process_errors if error.number not in numbers
        ]

    def _job(self, line: Noise, text: str) -> bool:
        match = JOB.match(text)
        if match is None and not JOB_START.match(text):
            return False
        self._direction = None
        if match is None:
            self._reading.damaged(line, _EXPECTED_JOB)
            self._jobs.append(JobDraft(lost=True))
            return True
        self._forget_earlier_report(match)
        job = JobDraft(match["name"], int(match["group"]))
        error = None
        if int(match["error"]):
            error = JobError(match["name"], int(match["error"]), match["reason"])
            self._errors.append(error)
        self._jobs.append(job)
        self._by_process[match.group("name", "group", "pid")] = job, error
        return True

    def _forget_earlier_report(self, match: re.Match[str]) -> None:
        """A job seen before with the same process was a report on the way."""
        if match["pid"] in (None, "0"):
            return
        job, error = self._by_process.pop(match.group("name", "group", "pid"), (None, None))
        if job is not None:
            self._jobs.remove(job)
        if error is not None:
            self._errors.remove(error)

    def _direction_line(self, line: Noise, text: str) -> bool:
        if not DIRECTION_START.match(text):
            return False
        self._direction = None
        if not self._jobs:
            self._jobs.append(JobDraft())
        job = self._jobs[-1]
        direction = direction_of(line.line, text, job)
        if direction is not None and direction.result.direction in job.directions:
            job.lost = True
        if direction is None or job.lost:
            self._reading.damaged(line, _EXPECTED_DIRECTION)
            return True
        self._direction = direction
        if direction.result.io_bytes:
            job.directions[direction.result.direction] = direction
        return True

    def _latency(self, text: str) -> bool:
        latency, percentiles = LATENCY.match(text), PERCENTILES.match(text)
        if latency is not None and self._direction is not None:
            self._direction.means.setdefault(latency["kind"], mean_of(latency))
        elif percentiles is not None:
            values: dict[str, float] = {}
            if self._direction is not None:
                values = self._direction.percentiles.setdefault(percentiles["kind"], values)
            self._values = values, percentiles["unit"]
            self._take_values(percentiles["values"])
        return latency is not None or percentiles is not None

    def _take_values(self, text: str) -> None:
        if self._values is None:
            return
        values, unit = self._values
        for match in VALUES.finditer(text):
            key = percentile(match["percent"])
            if key is not None:
                values[key] = seconds(number(match["value"] or match["bare"]), unit)

    def _end(self, text: str) -> bool:
        """Lines that end a direction or a run; the process's error line is noise that counts."""
        if text.startswith(("cpu ", "fsync/fdatasync/")):
            self._direction = None
        error = PROCESS_ERROR.match(text)
        if error is not None and int(error["error"]):
            self._process_errors.append(JobError(None, int(error["error"]), error["reason"]))
        if GROUP.match(text):
            self._reading.finished = True
            return True
        return False
