"""fio's JSON and JSON+ (2.0.10 to 3.42), alone or among fio's text and messages.

`io_bytes` counts KiB up to 2.20; from 2.21 on it counts bytes and `io_kbytes` stands beside it.
`clat` and `lat` are in microseconds, `clat_ns` and `lat_ns` (2.99) in nanoseconds. fio prints C's
`nan` and repeats keys. With `--status-interval` it prints a document for every report: a later
one replaces an earlier one of the same jobs.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from collectors.fio_record import DIRECTIONS, Exactness, FioResult, JobError, Reading
from collectors.fio_units import mean, percentile, seconds
from collectors.parsing import ParseError, cleaned

_START = re.compile(r"(?:^|(?<=\r))[ \t]*(?=\{[ \t]*\r?$|\{[ \t]*\")", re.MULTILINE)
_NOT_A_NUMBER = re.compile(r"(?<=: )-(?:nan|inf)\b|: (?:nan|inf)\b")
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
_LARGEST = 2**64
_JOB_LISTS = ("jobs", "client_stats")
_IN_BYTES = ("io_kbytes", "bw_bytes")
_BYTES_SINCE = (2, 21)
_VERSION = re.compile(r"(?:fio[ -])?(\d{1,4})\.(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document, the line it starts at, and its place in the text."""

    line: int
    start: int
    end: int
    content: Any


def documents(text: str) -> Iterator[Document]:
    """Every JSON document of a text. Raises ParseError at one that is cut or broken."""
    decodable = _NOT_A_NUMBER.sub(_as_null, text)
    match = _START.search(decodable)
    while match is not None:
        content, end = _decode(decodable, match.end())
        yield Document(text.count("\n", 0, match.end()) + 1, match.end(), end, content)
        match = _START.search(decodable, end)


def _as_null(match: re.Match[str]) -> str:
    """`null` in as many characters, so that places in the text stay."""
    return "null" if match[0].startswith("-") else ":null"


def _decode(text: str, start: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        where = getattr(error, "pos", start)
        found = text[where : where + 80].split("\n")[0]
        raise ParseError(text.count("\n", 0, where) + 1, "whole JSON", found) from error


def read_documents(found: list[Document], reading: Reading) -> None:
    """Take the jobs of the documents. Raises ParseError when one is no output of fio."""
    last = {_jobs_of(document): document.line for document in found}
    for document in found:
        reading.documents += 1
        if last[_jobs_of(document)] == document.line:
            for job in _jobs(document):
                _read_job(job, document, reading)
    reading.answered = reading.answered or bool(found)


def _jobs(document: Document) -> list[Any]:
    for key in _JOB_LISTS:
        if isinstance(document.content, dict) and isinstance(document.content.get(key), list):
            return list(document.content[key])
    raise ParseError(document.line, "an object with 'jobs', as fio prints it")


def _jobs_of(document: Document) -> tuple[str, ...]:
    """Which jobs a document reports."""
    return tuple(
        repr((job.get("jobname"), job.get("groupid"))) if isinstance(job, dict) else ""
        for job in _jobs(document)
    )


def _read_job(job: Any, document: Document, reading: Reading) -> None:
    """The directions of a job; a job without a name or with a broken number is left out."""
    try:
        name = cleaned(job["jobname"]) if "jobname" in job else None
        group = _whole(job["groupid"]) if "groupid" in job else None
        error = _whole(job.get("error", 0))
        in_bytes = _counts_bytes(document.content)
        results = [
            result
            for direction in DIRECTIONS
            if (result := _result(name, group, direction, job.get(direction), in_bytes))
        ]
    except (KeyError, TypeError, ValueError, AttributeError):
        reading.damage.append(ParseError(document.line, "jobs with all their figures"))
        return
    reading.add(document.line, Exactness.JSON, results)
    if error:
        reading.errors.append(JobError(name, error))


def _counts_bytes(content: Any) -> bool:
    """Whether `io_bytes` are bytes, as far as the version tells."""
    match = _VERSION.match(str(content.get("fio version", "")))
    return match is not None and (int(match[1]), int(match[2])) >= _BYTES_SINCE


def _result(
    job: str | None, group: int | None, direction: str, entry: Any, in_bytes: bool
) -> FioResult | None:
    """One direction; None when it did no I/O."""
    if entry is None:
        return None
    size, runtime, iops = (_number(entry[key]) for key in ("io_bytes", "runtime", "iops"))
    if not size:
        return None
    in_bytes = in_bytes or any(key in entry for key in _IN_BYTES)
    bandwidth = _number(entry["bw_bytes"]) if "bw_bytes" in entry else _number(entry["bw"]) * 1024
    completion, completion_percentiles = _latency(entry, "clat")
    total, total_percentiles = _latency(entry, "lat")
    return FioResult(
        job,
        group,
        direction,
        int(size) if in_bytes else int(size) * 1024,
        bandwidth if runtime else None,
        iops if runtime else None,
        seconds(runtime, "msec"),
        total,
        completion,
        completion_percentiles or total_percentiles,
    )


def _latency(entry: dict[str, Any], name: str) -> tuple[float | None, dict[str, float]]:
    """Mean and percentiles of `clat` or `lat`, in seconds; nothing where nothing was measured."""
    unit = "nsec" if f"{name}_ns" in entry else "usec"
    found = entry.get(f"{name}_ns", entry.get(name))
    if not isinstance(found, dict) or found.get("mean") is None:
        return None, {}
    average = mean(_number(found["mean"]), unit)
    printed = found.get("percentile") or {} if average else {}
    named = {percentile(percent): _number(value) for percent, value in printed.items()}
    return average, {key: seconds(value, unit) for key, value in named.items() if key}


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    if not 0 <= value < _LARGEST:
        raise ValueError(value)
    return float(value)


def _whole(value: Any) -> int:
    return int(_number(value))
