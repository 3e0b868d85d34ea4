"""Figures are shown in the unit a person would choose."""

import pytest

from exporter.words import (
    duration,
    exact_size,
    operations,
    per_second,
    percent,
    period,
    seconds_text,
    size,
    speed,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (38_468_608, "36.7 MiB"),
        (5e12, "4656.6 GiB"),
    ],
)
def test_a_size(number: float, text: str) -> None:
    assert size(number) == text


def test_a_rate_may_be_unknown() -> None:
    assert (per_second(2048), per_second(None)) == ("2.0 KiB/s", "unknown")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (12.25, "12.2 s"),
        (999.7e-6, "1 ms"),
        (0.9996, "1 s"),
        (0.0125, "12.5 ms"),
        (833.25e-6, "833 µs"),
        (4e-9, "4 ns"),
        (None, "unknown"),
    ],
)
def test_a_latency(seconds: float | None, text: str) -> None:
    assert seconds_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 s"), (40, "40 s"), (300, "5 min"), (10_800, "3 h"), (200_000, "2 days")],
)
def test_an_age(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_configured_size_and_period_are_exact() -> None:
    assert [exact_size(number) for number in (128 << 20, 1536 << 20, 4096, 1000)] == [
        *("128 MiB", "1536 MiB", "4 KiB", "1000 B"),
    ]
    assert [period(seconds) for seconds in (60.0, 90.0, 5400.0, 604_800.0, 60.5)] == [
        *("1 min", "90 s", "90 min", "168 h", "60.5 s"),
    ]


def test_operations_and_shares() -> None:
    assert [operations(number) for number in (None, 8.3333, 99.96, 12_288.4)] == [
        *("unknown", "8.33", "100", "12,288"),
    ]
    assert [percent(quantile) for quantile in ("0.5", "0.999")] == ["50 %", "99.9 %"]


def test_a_speed_names_what_is_known_of_it() -> None:
    assert speed(38_468_608, 9391, 833.25e-6) == "36.7 MiB/s, 9,391 IOPS, 833 µs mean latency"
    assert speed(0.0, None, None) == "0 B/s"
    assert speed(None, 8.333, None) == "8.33 IOPS"
