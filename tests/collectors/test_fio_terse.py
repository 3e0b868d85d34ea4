"""fio's terse lines of every version, whole and damaged."""

from pathlib import Path

import pytest

from collectors.fio import parse_fio, read_fio
from collectors.fio_record import FioResult, JobError
from collectors.parsing import ParseError
from tests.collectors.fio_printer import terse

FIXTURES = Path(__file__).parents[1] / "fixtures" / "fio"
KIB = 1024
RESULT = FioResult("j", 3, "write", 8 * KIB, 4.0 * KIB, 9.0, 0.5, 3e-05, 2e-05, {"99.0": 4e-05})


def captured(name: str) -> tuple[FioResult, ...]:
    parsed = parse_fio((FIXTURES / f"{name}.txt").read_text())
    assert parsed.damaged == 0
    return parsed.records


def test_version_1_has_no_total_latency_and_no_rate_of_operations() -> None:
    line = (FIXTURES / "1.38-terse-1.txt").read_text().splitlines()[0].split(";")
    read, write = captured("1.38-terse-1")
    assert (read.job, read.group) == ("probe", 0)
    assert read.io_bytes + write.io_bytes == 2 * KIB**2
    assert (read.bandwidth_bytes_per_second, read.iops) == (int(line[4]) * KIB, None)
    assert read.runtime_seconds == int(line[5]) / 1000
    assert (read.latency_mean_seconds, read.percentiles) == (None, {})
    assert read.completion_latency_mean_seconds == pytest.approx(float(line[12]) / 1e6)


def test_version_2_of_an_old_fio_has_a_total_latency() -> None:
    read, _ = captured("1.59-terse-2")
    assert read.iops is None
    assert read.latency_mean_seconds is not None
    assert read.latency_mean_seconds >= (read.completion_latency_mean_seconds or 1)


def test_version_2_of_a_newer_fio_has_all_that_version_3_has() -> None:
    read, write = captured("2.0.8-terse-2")
    assert read.iops == 16235
    assert len(read.percentiles) == len(write.percentiles) == 17


def test_version_5_has_further_statistics_in_each_direction() -> None:
    assert [(each.direction, each.iops) for each in captured("3.42-terse-5")] == [
        ("read", 16133.0),
        ("write", 18000.0),
    ]


def test_all_directions_in_one_are_told_beside_them() -> None:
    read, write, mixed = captured("3.33-mixed-both-terse")
    assert mixed.direction == "mixed"
    assert mixed.io_bytes == read.io_bytes + write.io_bytes


def test_all_directions_instead_of_them_are_one() -> None:
    fields = terse([RESULT], 3).strip().split(";")
    line = ";".join(fields[:5] + fields[46:])
    (result,) = parse_fio(line).records
    assert (result.direction, result.io_bytes) == ("mixed", RESULT.io_bytes)


def test_the_second_line_of_a_description_is_no_noise() -> None:
    assert parse_fio(terse([RESULT], 4) + ";what the job is for\n").noise == ()


def test_a_failed_job_is_told_beside_its_results() -> None:
    line = terse([RESULT], 3).replace(";j;3;0;", ";j;3;28;")
    run = read_fio(line)
    assert (run.results, run.errors) == ((RESULT,), (JobError("j", 28),))


def test_a_job_that_did_nothing_is_an_answer() -> None:
    line = terse([RESULT], 3).replace("8;4;9;500;", "0;0;0;0;")
    assert parse_fio(line).records == ()


def test_a_job_that_failed_before_any_input_or_output_is_an_answer_with_its_error() -> None:
    line = terse([RESULT], 3).replace("8;4;9;500;", "0;0;0;0;").replace(";j;3;0;", ";j;3;30;")
    run = read_fio("fio: pid=0, err=30/file:f.c:1, func=open, error=Read-only\n" + line)
    assert (run.results, [error.number for error in run.errors]) == ((), [30])


def test_rates_of_a_run_shorter_than_a_millisecond_are_not_known() -> None:
    (result,) = parse_fio(terse([RESULT], 3).replace("8;4;9;500;", "8;0;0;0;")).records
    assert (result.bandwidth_bytes_per_second, result.iops, result.runtime_seconds) == (
        None,
        None,
        0.0,
    )


def test_percentiles_of_what_was_not_measured_are_absent() -> None:
    line = terse([RESULT], 3).replace("20.000000", "0.000000").replace("30.000000", "0.000000")
    (result,) = parse_fio(line).records
    assert result.percentiles == {}


def test_a_mean_that_is_no_number_is_absent() -> None:
    (result,) = parse_fio(terse([RESULT], 3).replace("20.000000", "-nan")).records
    assert result.completion_latency_mean_seconds is None
    assert result.latency_mean_seconds == 3e-05


@pytest.mark.parametrize("keep", [3, 5, 9, 40, 60, 87])
def test_a_cut_line_is_left_out_and_counted(keep: int) -> None:
    cut = ";".join(terse([RESULT], 3).split(";")[:keep])
    parsed = parse_fio(terse([RESULT], 3) + cut)
    assert (parsed.records, parsed.damaged) == ((RESULT,), 1)
    assert [line.line for line in parsed.noise] == [2]


def test_a_line_with_a_broken_figure_is_refused_with_its_number() -> None:
    with pytest.raises(ParseError, match=r"^line 2: expected a whole terse line"):
        parse_fio("fio 1.59\n" + terse([RESULT], 3).replace(";8;4;", ";8;-4;"))
