"""What holds for every text of fio, whole, cut or damaged."""

import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.fio import parse_fio, read_fio
from collectors.fio_errors import fio_failure
from collectors.fio_record import FioResult
from collectors.parsing import Parsed, ParseError, ToolError
from tests.collectors.fio_printer import DIRECTIONS, PERCENT, document, new_text, old_text, terse

FIXTURES = Path(__file__).parents[1] / "fixtures" / "fio"
CAPTURED = tuple(path.read_text() for path in sorted(FIXTURES.glob("*.txt")))
often_enough = settings(max_examples=60)
MEANS = st.none() | st.integers(1, 10**8).map(lambda nanoseconds: nanoseconds / 1e9)
NAMES = st.from_regex(r"[a-zA-Z][\w.+-]{0,12}", fullmatch=True)


@st.composite
def results(draw: st.DrawFn) -> tuple[FioResult, ...]:
    """Jobs that each did I/O in one direction, in figures that every format has exactly."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    return tuple(draw(_result(name)) for name in names)


@st.composite
def _result(draw: st.DrawFn, name: str) -> FioResult:
    completion, total = draw(MEANS), draw(MEANS)
    values = sorted(draw(st.lists(st.integers(0, 10**6), min_size=0, max_size=len(PERCENT))))
    percentiles = {str(p): v / 10**6 for p, v in zip(PERCENT, values, strict=False)}
    return FioResult(
        name,
        draw(st.integers(0, 99)),
        draw(st.sampled_from(DIRECTIONS[:2])),
        draw(st.integers(1, 2**30)) * 1024,
        float(draw(st.integers(1, 2**30)) * 1024),
        float(draw(st.integers(1, 10**7))),
        draw(st.integers(1, 10**7)) / 1000,
        total,
        completion,
        percentiles if completion else {},
    )


PRINTERS: dict[str, Callable[[tuple[FioResult, ...]], str]] = {
    "text to 2.16": old_text,
    "text from 2.17": new_text,
    "terse 3": lambda found: terse(found, 3),
    "terse 4": lambda found: terse(found, 4),
    "terse 5": lambda found: terse(found, 5),
    "JSON to 2.20": lambda found: document(found, "2.16"),
    "JSON from 2.21": lambda found: document(found, "2.21"),
    "JSON from 3.0": lambda found: document(found, "3.42"),
}


def read(text: str) -> Parsed[FioResult]:
    """The results, none where the text is refused; any other exception fails the test."""
    try:
        return parse_fio(text)
    except (ParseError, ToolError):
        return Parsed(())


def figures(result: FioResult) -> list[float]:
    facts = asdict(result)
    found = [value for value in facts.values() if isinstance(value, int | float)]
    return [*found, *result.percentiles.values()]


@pytest.mark.parametrize("format_", PRINTERS)
@given(found=results())
@often_enough
def test_what_fio_prints_reads_back(format_: str, found: tuple[FioResult, ...]) -> None:
    assert parse_fio(PRINTERS[format_](found)) == Parsed(found)


@given(found=results(), formats=st.lists(st.sampled_from(list(PRINTERS)), min_size=1, max_size=3))
@often_enough
def test_a_run_told_in_several_formats_is_told_once(
    found: tuple[FioResult, ...], formats: list[str]
) -> None:
    told = "".join(PRINTERS[each](found) for each in dict.fromkeys(formats))
    jobs = [record.job for record in parse_fio(told).records]
    assert set(jobs) == {result.job for result in found}
    if len({each.split()[0] for each in formats}) == len(set(formats)):
        assert len(jobs) == len(found)


@given(
    found=results(),
    format_=st.sampled_from(list(PRINTERS)),
    noise=st.sampled_from(["", "\n", "\r\n", "Warning: slow\n", "# fio probe.fio\n", "a;b\n"]),
)
@often_enough
def test_what_stands_around_a_report_changes_nothing(
    found: tuple[FioResult, ...], format_: str, noise: str
) -> None:
    report = PRINTERS[format_](found)
    assert parse_fio(noise + report + noise).records == parse_fio(report).records


@given(
    text=st.sampled_from(CAPTURED),
    cut=st.integers(0, 12_000),
    length=st.integers(0, 3_000),
    put=st.sampled_from(["", "0", "-", ";", "nan", "\n", "\r", "{", '"', "9" * 400, "1e999", "é"]),
)
@settings(max_examples=400)
def test_a_damaged_report_gives_sound_figures_or_none(
    text: str, cut: int, length: int, put: str
) -> None:
    parsed = read(text[:cut] + put + text[cut + length :])
    for record in parsed.records:
        assert all(math.isfinite(figure) and figure >= 0 for figure in figures(record))
        assert record.io_bytes > 0
        assert record.direction in ("read", "write", "trim", "mixed")


@given(st.text())
@settings(max_examples=200)
def test_any_text_is_read_or_refused(text: str) -> None:
    assert read(text).records == ()
    failure = fio_failure(text)
    assert failure is None or failure.kind


@pytest.mark.parametrize("unit", ["{", "{\n", "Jobs: 1 [eta ", "a: (groupid=", "1.00th=[", ";0"])
def test_a_long_text_of_nothing_is_refused_at_once(unit: str) -> None:
    assert read(unit * 50_000).records == ()


@pytest.mark.parametrize("text", CAPTURED)
def test_a_text_cut_anywhere_tells_no_job_that_the_whole_does_not(text: str) -> None:
    whole = {(each.job, each.direction) for each in read(text).records}
    for end in range(0, len(text), 97):
        cut = {(each.job, each.direction) for each in read(text[:end]).records}
        assert cut <= whole


def test_the_errors_of_the_jobs_are_kept_apart_from_the_results() -> None:
    run = read_fio((FIXTURES / "3.33-disk-full.txt").read_text())
    assert [error.number for error in run.errors] == [28]
    assert len(run.results) == 1
