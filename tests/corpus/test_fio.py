"""Every sample of fio in the corpus reads as its facts say."""

from typing import Any

import pytest

from collectors.fio import read_fio
from collectors.fio_record import FioResult
from tests.corpus.test_bonds import samples

pytestmark = pytest.mark.corpus
SECONDS = {"nsec": 1e-9, "usec": 1e-6, "msec": 1e-3}
KIB = 1024


def rounded(value: float | None) -> Any:
    """A figure that the text rounds."""
    return value if value is None else pytest.approx(value, rel=1e-3)


def exact(value: float | None) -> Any:
    return value if value is None else pytest.approx(value, rel=1e-6)


def check_text(result: FioResult, facts: dict[str, Any]) -> None:
    """A direction of a text: an absent latency is one that the text does not have."""
    total, completion = (facts.get(key) for key in ("lat_mean", "clat_mean"))
    assert result.iops == exact(facts["iops"])
    assert result.bandwidth_bytes_per_second == rounded(facts["bw_bytes_s"])
    assert result.runtime_seconds == exact(facts["runtime_ms"] / 1000)
    assert result.latency_mean_seconds == exact(total and total["ns"] * 1e-9)
    assert result.completion_latency_mean_seconds == exact(completion and completion["ns"] * 1e-9)


def check_json(result: FioResult, facts: dict[str, Any]) -> None:
    unit = SECONDS[facts["lat_unit"]]
    bandwidth = facts["bw_bytes"] or facts["bw_kib_s"] * KIB
    assert (
        result.io_bytes
        == facts["io_bytes_field"] * {"KiB": KIB, "bytes": 1}[facts["io_bytes_unit"]]
    )
    assert result.iops == exact(facts["iops"])
    assert result.bandwidth_bytes_per_second == exact(bandwidth)
    assert result.runtime_seconds == exact(facts["runtime_ms"] / 1000)
    assert result.latency_mean_seconds == exact(facts["lat_mean"] * unit)
    assert result.completion_latency_mean_seconds == exact(facts["clat_mean"] * unit)


def check_terse(result: FioResult, facts: dict[str, Any]) -> None:
    assert result.io_bytes == facts["io_kib"] * KIB
    assert result.bandwidth_bytes_per_second == exact(facts["bw_kib_s"] * KIB)
    assert result.iops == exact(facts.get("iops"))
    assert result.runtime_seconds == exact(facts["runtime_ms"] / 1000)
    assert result.latency_mean_seconds == exact(facts["lat_mean_us"] * 1e-6)
    assert result.completion_latency_mean_seconds == exact(facts["clat_mean_us"] * 1e-6)


CHECKS = {"fio-text": check_text, "fio-json": check_json, "fio-terse": check_terse}


def directions(jobs: list[dict[str, Any]]) -> list[tuple[str, int, str, dict[str, Any]]]:
    """Jobs and directions that did I/O, in the order of the facts."""
    return [
        (job["name"], job["groupid"], direction, job[direction])
        for job in jobs
        for direction in ("read", "write", "trim")
        if job.get(direction) and job[direction].get("io_kib") != 0
    ]


@pytest.mark.parametrize(("text", "facts"), samples("fio"))
def test_fio_reads_as_its_facts_say(text: str, facts: Any) -> None:
    expected, run = facts["expected"], read_fio(text)
    kind = "fio-terse" if expected["kind"] == "fio-mixed" else expected["kind"]
    jobs = expected["terse"] if expected["kind"] == "fio-mixed" else expected["jobs"]
    found = directions(jobs)
    assert [(one.job, one.group, one.direction) for one in run.results] == [
        each[:3] for each in found
    ]
    for result, (_, _, _, figures) in zip(run.results, found, strict=True):
        CHECKS[kind](result, figures)
    assert run.damaged == 0
    assert [error.number for error in run.errors] == [j["error"] for j in jobs if j["error"]]
    assert run.documents == expected.get("documents", 0)
