"""Several output formats of one run, as real fios of several versions printed them."""

import re
from pathlib import Path

import pytest

from collectors.fio import parse_fio, read_fio
from collectors.fio_record import FioResult, JobError

FIXTURES = Path(__file__).parents[1] / "fixtures" / "fio"
MIXED = ("2.16-terse-json-normal", "3.7-terse-normal", "3.42-json-normal")


def parts(name: str) -> dict[str, str]:
    """The formats of a capture, each by itself."""
    text = (FIXTURES / f"{name}.txt").read_text()
    document = re.search(r"^\{$.*?^\}$", text, re.MULTILINE | re.DOTALL)
    line = re.search(r"^3;fio-.*$", text, re.MULTILINE)
    rest = text
    found = {}
    for format_, match in (("json", document), ("terse", line)):
        if match:
            found[format_] = match[0]
            rest = rest.replace(match[0], "")
    return {**found, "text": rest}


def assert_close(one: FioResult, other: FioResult) -> None:
    """The same figures, as far as the text rounds them: four characters, percentiles up."""
    assert (one.job, one.group, one.direction) == (other.job, other.group, other.direction)
    assert one.runtime_seconds == other.runtime_seconds
    assert one.io_bytes == pytest.approx(other.io_bytes, rel=0.01)
    assert one.iops == pytest.approx(other.iops, rel=0.01)
    assert one.bandwidth_bytes_per_second == pytest.approx(
        other.bandwidth_bytes_per_second, rel=0.01
    )
    assert one.latency_mean_seconds == pytest.approx(other.latency_mean_seconds, rel=0.001)
    assert one.completion_latency_mean_seconds == pytest.approx(
        other.completion_latency_mean_seconds, rel=0.001
    )
    assert one.percentiles == pytest.approx(other.percentiles, abs=1.01e-6)


@pytest.mark.parametrize("name", MIXED)
def test_each_format_tells_the_same_run(name: str) -> None:
    told = [parse_fio(part).records for part in parts(name).values()]
    assert len(told) > 1
    for other in told[1:]:
        for one, again in zip(told[0], other, strict=True):
            assert_close(one, again)


@pytest.mark.parametrize("name", MIXED)
def test_a_run_told_in_several_formats_is_told_once_by_the_most_exact(name: str) -> None:
    formats = parts(name)
    best = formats.get("json") or formats["terse"]
    text = (FIXTURES / f"{name}.txt").read_text()
    assert parse_fio(text).records == parse_fio(best).records


def test_an_error_told_in_several_formats_is_told_once_with_its_words() -> None:
    words = "file:io_u.c:1712, func=io_u error, error=No space left on device"
    text = (FIXTURES / "2.16-disk-full.txt").read_text()
    document = '{"fio version": "fio-2.16", "jobs": [{"jobname": "probe", "error": 28}]}\n'
    assert read_fio(document + text).errors == (JobError("probe", 28, words),)


def test_another_run_in_another_format_is_told_as_well() -> None:
    old = (FIXTURES / "1.22-text.txt").read_text()
    new = (FIXTURES / "2.21-json.txt").read_text()
    assert parse_fio(old + new).records == parse_fio(old).records + parse_fio(new).records


def test_a_longer_run_of_the_same_job_and_time_is_another_run() -> None:
    formats = parts("3.42-json-normal")
    larger = formats["text"].replace("968KiB/", "996KiB/")
    assert len(parse_fio(formats["json"] + "\n" + larger).records) == 3
