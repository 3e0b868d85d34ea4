"""fio's terse lines (`--minimal`): versions 1 to 5, of fio 1.20 to 3.42.

The version says little about the fields: 2 as printed by 1.x has neither iops nor percentiles,
2 as printed by 2.x and 3.x has both and trims as well. The fields themselves tell: percentiles
hold a `=`, and the third field of the bandwidth's statistics and the first of the CPU end in `%`.
The bandwidth is in KiB/s as fio documents it; up to 2.0.7 fio divided bytes by milliseconds
there, so that its figure is 2.4 % too high.
"""

import re
from dataclasses import dataclass

from collectors.fio_record import DIRECTIONS, Exactness, FioResult, JobError, Reading
from collectors.fio_units import mean, number, percentile, seconds
from collectors.parsing import Noise

_LINE = re.compile(
    r"(?:(?P<version>[2-5]);)?(?:(?:fio[ -][^;]*|\d+\.\d+[^;]*);)?"
    r"(?P<name>[^;]*);(?P<group>\d{1,9});(?P<error>\d{1,9});(?P<rest>.*)"
)
_CUT = re.compile(
    r"[3-5];(?:fio[ -]|\d+\.\d+)[^;]*;"
    r"|(?:[2-5];)?(?:(?:fio[ -]|\d+\.\d+)[^;]*;)?[^;]*;\d+;\d+;\d+;\d+;"
)
_FEWEST_FIELDS = 40
_EXPECTED = "a whole terse line (VERSION;FIO;JOB;GROUP;ERROR;…)"


def is_terse(text: str) -> bool:
    """Whether a line is one of fio's terse lines, whole or cut."""
    return ";" in text and _CUT.match(text) is not None


def read_terse(line: Noise, reading: Reading) -> None:
    """Take the results of a terse line; a damaged one is left out and counted."""
    match = _LINE.fullmatch(line.text.strip())
    fields = match["rest"].split(";") if match else []
    try:
        if match is None or len(fields) < _FEWEST_FIELDS:
            raise ValueError(line.text)
        version = int(match["version"] or 1)
        results = _results(_Fields(fields), version, match["name"], int(match["group"]))
    except (ValueError, IndexError):
        reading.damaged(line, _EXPECTED)
        return
    reading.answered = True
    reading.add(line.line, Exactness.TERSE, results)
    if int(match["error"]):
        reading.errors.append(JobError(match["name"], int(match["error"])))


@dataclass(slots=True)
class _Fields:
    """The fields of a line and how far they are read. Raises IndexError at their end."""

    fields: list[str]
    at: int = 0

    def number(self) -> float:
        self.at += 1
        return number(self.fields[self.at - 1])

    def mean(self) -> float | None:
        """The third of a latency's four fields: minimum, maximum, mean, deviation."""
        self.at += 4
        printed = self.fields[self.at - 2]
        return None if "nan" in printed else mean(number(printed), "usec")

    def is_percentage(self, ahead: int) -> bool:
        return self.fields[self.at + ahead].endswith("%")

    def percentiles(self) -> dict[str, float]:
        found = {}
        while "=" in self.fields[self.at]:
            percent, value = self.fields[self.at].split("%=")
            key = percentile(percent)
            if key is not None:
                found[key] = seconds(number(value), "usec")
            self.at += 1
        return found

    def skip_bandwidth(self, version: int) -> None:
        if not self.is_percentage(2):
            raise ValueError(self.fields[self.at + 2])
        self.at += 11 if version == 5 else 5


def _results(fields: _Fields, version: int, job: str, group: int) -> list[FioResult]:
    blocks: list[FioResult | None] = []
    names = _names(fields, version)
    for name in names:
        blocks.append(_direction(fields, version, job, group, name))
    if not fields.is_percentage(0) or not fields.is_percentage(1):
        raise ValueError("no CPU after the directions")
    return [block for block in blocks if block is not None]


def _names(fields: _Fields, version: int) -> tuple[str, ...]:
    """The directions of a line, from how many there are."""
    trial = _Fields(fields.fields)
    blocks = 0
    while not trial.is_percentage(0) and blocks < len(DIRECTIONS):
        _direction(trial, version, "", 0, "")
        blocks += 1
    if blocks == 1:
        return ("mixed",)
    third = ("mixed",) if version == 3 and blocks == 3 else DIRECTIONS[2:blocks]
    return (*DIRECTIONS[:2], *third)


def _direction(fields: _Fields, version: int, job: str, group: int, name: str) -> FioResult | None:
    """The block of one direction; None when it did no I/O, or less than the KiB it counts."""
    size, bandwidth = fields.number(), fields.number()
    has_percentiles = "=" in fields.fields[fields.at + 10]
    iops = fields.number() if has_percentiles else None
    runtime = fields.number()
    fields.mean()
    completion, percentiles = fields.mean(), fields.percentiles()
    total = None if fields.is_percentage(2) else fields.mean()
    fields.skip_bandwidth(version)
    if not size:
        return None
    return FioResult(
        job,
        group,
        name,
        int(size) * 1024,
        bandwidth * 1024 if runtime else None,
        iops if runtime else None,
        seconds(runtime, "msec"),
        total,
        completion,
        percentiles if total or completion else {},
    )
