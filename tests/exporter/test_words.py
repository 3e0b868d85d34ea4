"""Figures are shown in the unit a person would choose."""

import pytest

from exporter.words import duration, per_second, seconds_text, size


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
