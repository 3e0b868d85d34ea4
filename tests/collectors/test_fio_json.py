"""fio's JSON of every generation, alone, repeated, cut, and among text."""

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.fio import parse_fio, read_fio
from collectors.fio_record import FioResult, JobError
from collectors.parsing import ParseError
from tests.collectors.fio_printer import document

FIXTURES = Path(__file__).parents[1] / "fixtures" / "fio"
KIB = 1024
RESULT = FioResult("j", 0, "read", 8 * KIB, 4.0 * KIB, 9.0, 0.5, 3e-05, 2e-05, {"99.0": 4e-05})


def captured(name: str) -> str:
    return (FIXTURES / f"{name}.txt").read_text()


def changed(version: str, **figures: Any) -> str:
    """A document whose direction says something else."""
    content = json.loads(document([RESULT], version))
    content["jobs"][0]["read"].update(figures)
    return json.dumps(content)


@pytest.mark.parametrize(("name", "unit"), [("2.1.10-json", KIB), ("2.21-json", 1)])
def test_bytes_count_as_the_version_counts_them(name: str, unit: int) -> None:
    text = captured(name)
    first = json.loads(text)["jobs"][0]["read"]
    read, write = parse_fio(text).records
    assert read.io_bytes == first["io_bytes"] * unit
    assert read.io_bytes + write.io_bytes == 2 * KIB**2
    assert read.latency_mean_seconds == pytest.approx(first["lat"]["mean"] / 1e6)


def test_bytes_are_bytes_where_only_the_version_says_so() -> None:
    text = document([RESULT], "2.16").replace('"io_bytes": 8', '"io_bytes": 8192')
    (result,) = parse_fio(text.replace("fio-2.16", "fio-2.21")).records
    assert result.io_bytes == 8 * KIB


def test_bytes_are_bytes_where_only_the_kibibytes_beside_them_say_so() -> None:
    text = document([RESULT], "3.42").replace("fio version", "version")
    assert parse_fio(text).records == (RESULT,)


def test_fillers_among_the_percentiles_are_left_out() -> None:
    fillers = '"0.00": 0, "0.00": 0, "99.000000": 40'
    text = document([RESULT], "2.16").replace('"99.000000": 40', fillers)
    assert text.count('"0.00"') == 2
    assert parse_fio(text).records == (RESULT,)


def test_bins_of_json_plus_change_nothing() -> None:
    bins = {"mean": 20000.0, "percentile": {"99.000000": 40000}, "bins": {"19968": 2}}
    assert parse_fio(changed("3.42", clat_ns=bins)).records == (RESULT,)


def test_percentiles_of_the_total_latency_are_told_where_only_they_are() -> None:
    total = {"mean": 30000.0, "percentile": {"50.000000": 25000}}
    (result,) = parse_fio(changed("3.42", clat_ns={"mean": 20000.0}, lat_ns=total)).records
    assert result.percentiles == {"50.0": 2.5e-05}


def test_a_latency_that_was_not_measured_is_absent() -> None:
    (result,) = parse_fio(
        changed("3.42", clat_ns={"mean": 0.0, "N": 0, "percentile": {"99.0": 0}})
    ).records
    assert (result.completion_latency_mean_seconds, result.percentiles) == (None, {})


@pytest.mark.parametrize("word", ["nan", "-nan", "inf", "-inf"])
def test_a_deviation_that_is_no_number_changes_nothing(word: str) -> None:
    text = document([RESULT], "2.16").replace(
        '"runtime": 500', f'"bw_dev" : {word}, "runtime": 500'
    )
    assert parse_fio(text).records == (RESULT,)


def test_the_last_status_report_of_the_same_jobs_counts() -> None:
    reports = "".join(changed("3.42", runtime=runtime) + "\n" for runtime in (100, 200, 500))
    run = read_fio(reports)
    assert (run.results, run.documents) == ((RESULT,), 3)


def test_documents_of_several_jobs_are_told_one_after_the_other() -> None:
    text = document([RESULT], "3.42") + document([RESULT], "3.42").replace('"j"', '"k"')
    assert [result.job for result in parse_fio(text).records] == ["j", "k"]


def test_jobs_of_clients_are_read_as_jobs() -> None:
    text = document([RESULT], "3.42").replace('"jobs"', '"client_stats"')
    assert parse_fio(text).records == (RESULT,)


def test_messages_around_a_document_are_noise() -> None:
    message = "fio: cache invalidation of /dev/x failed: Bad file descriptor\n"
    parsed = parse_fio(message + document([RESULT], "3.42") + message)
    assert parsed.records == (RESULT,)
    assert [line.line for line in parsed.noise] == [1, parsed.noise[-1].line]
    assert len(parsed.noise) == 2


def test_a_job_that_failed_before_any_input_or_output_is_an_answer_with_its_error() -> None:
    run = read_fio(captured("3.33-read-only-json"))
    assert (run.results, run.documents) == ((), 1)
    assert run.errors == (JobError("probe", 30),)


def test_a_job_with_a_broken_figure_is_left_out_and_counted() -> None:
    content = json.loads(document([RESULT], "3.42"))
    broken = json.loads(changed("3.42", io_bytes=-1))["jobs"][0]
    content["jobs"].append(broken)
    parsed = parse_fio(json.dumps(content))
    assert (parsed.records, parsed.damaged) == ((RESULT,), 1)


@pytest.mark.parametrize(
    "figures",
    [
        {"io_bytes": 2**65},
        {"io_bytes": 10**400},
        {"runtime": "9"},
        {"iops": True},
        {"bw_bytes": [1]},
        {"iops": None},
    ],
)
def test_a_figure_of_another_kind_is_damage(figures: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        parse_fio(changed("3.42", **figures))


@pytest.mark.parametrize("part", [0.02, 0.3, 0.99])
def test_a_cut_document_is_refused(part: float) -> None:
    text = captured("2.21-json").rstrip()
    with pytest.raises(ParseError, match=r"^line \d+: expected whole JSON"):
        parse_fio(text[: int(len(text) * part)])


@pytest.mark.parametrize("text", ['{"a": 1}', '{"jobs": {}}', '{"maps": []}'])
def test_another_tools_document_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="'jobs'"):
        parse_fio(text)
