"""Random reads by the program itself: from what it printed to figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.disk_reasons import FAILED, DiskProbeFailed
from collectors.disk_seek import seek_figures

BLOCK = 4096
TIMES = st.lists(st.floats(0.1, 1e7).map(lambda one: round(one, 1)), min_size=1, max_size=50)


def printed(times: list[float], seconds: float) -> str:
    """As xenlens_disk.py prints it."""
    shown = " ".join(f"{one:.1f}" for one in times)
    return f"seeks {len(times)} {seconds:.6f}\n{shown}\n"


def test_seeks_are_operations_a_second_and_the_bytes_they_read() -> None:
    found = seek_figures(printed([1000.0, 3000.0, 2000.0, 2000.0], 0.008), BLOCK)
    assert (found.direction, found.iops, found.bandwidth) == ("read", 500.0, 500.0 * BLOCK)
    assert found.latency_mean == pytest.approx(0.002)


def test_quantiles_are_times_that_were_measured() -> None:
    hundred = [float(number) for number in range(100, 0, -1)]
    assert seek_figures(printed(hundred, 1.0), BLOCK).quantiles == pytest.approx(
        {"0.5": 50e-6, "0.9": 90e-6, "0.95": 95e-6, "0.99": 99e-6}
    )


def test_a_single_seek_is_every_quantile() -> None:
    found = seek_figures(printed([200.0], 0.0002), BLOCK)
    assert set(found.quantiles.values()) == {found.latency_mean} == {200e-6}


@given(TIMES, st.floats(0.001, 1e4))
def test_quantiles_rise_and_lie_between_the_shortest_and_the_longest(
    times: list[float], seconds: float
) -> None:
    found = seek_figures(printed(times, seconds), BLOCK)
    rising = list(found.quantiles.values())
    assert rising == sorted(rising)
    assert {round(one * 1e6, 1) for one in rising} <= set(times)
    assert found.latency_mean is not None
    assert min(times) <= found.latency_mean * 1e6 * (1 + 1e-9)
    assert found.latency_mean * 1e6 <= max(times) * (1 + 1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "seeks 2 1.0\n",
        "seeks 2 1.0\n100.0\n",
        "seeks 1 1.0\n100.0 200.0\n",
        "seeks 1 1.0\nfast\n",
        "seeks 1 1.0\nnan\n",
        "seeks 1 1.0\ninf\n",
        "seeks one 1.0\n100.0\n",
        "seeks 1 soon\n100.0\n",
        "reads 1 1.0\n100.0\n",
        "seeks 1 1.0\n100.0\nTraceback\n",
        "Traceback (most recent call last):\n",
    ],
)
def test_what_is_not_whole_is_no_figure(text: str) -> None:
    with pytest.raises(DiskProbeFailed) as failure:
        seek_figures(text, BLOCK)
    assert failure.value.reason == "unparsable"


@pytest.mark.parametrize("text", ["seeks 0 1.0\n\n", "seeks 1 0.000000\n100.0\n"])
def test_nothing_in_no_time_is_no_figure(text: str) -> None:
    with pytest.raises(DiskProbeFailed) as failure:
        seek_figures(text, BLOCK)
    assert failure.value.reason == "no_figures"


@pytest.mark.parametrize("seconds", ["nan", "inf"])
def test_a_duration_that_is_no_duration_is_no_figure(seconds: str) -> None:
    with pytest.raises(DiskProbeFailed):
        seek_figures(f"seeks 1 {seconds}\n100.0\n", BLOCK)


@given(st.text(st.sampled_from("seek 0123456789.\nenaif-"), max_size=60))
def test_any_text_is_figures_or_a_known_failure(text: str) -> None:
    assert _reason_or_figures(text) in FAILED.keys() | {"figures"}


def _reason_or_figures(text: str) -> str:
    try:
        return type(seek_figures(text, BLOCK)).__name__.lower()
    except DiskProbeFailed as failure:
        return failure.reason
