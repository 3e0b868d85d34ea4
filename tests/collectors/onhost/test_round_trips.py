"""Which answer belongs to which request, though ARP numbers neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.onhost.program import HOST

TIMES = st.lists(st.integers(0, 1000), max_size=6).map(sorted)


@pytest.mark.parametrize(
    ("sent", "heard", "trips"),
    [
        ([0, 100, 200], [3, 104, 205], [3, 4, 5]),
        ([0, 100, 200], [3, 104], [3, 4]),
        ([0, 100, 200], [104, 205], [4, 5]),
        ([0, 100, 200], [205], [5]),
        ([0, 100, 200], [210, 220], [110, 20]),
        ([0, 100, 200], [], []),
        ([], [], []),
        ([0, 100, 200], [250, 350, 450], [250, 250, 250]),
        ([0, 100, 200], [3, 4, 104, 105, 205, 206], [3, 4, 5]),
        ([0, 100, 200], [3, 4, 104, 105], [3, 4]),
        ([0, 100, 200], [3, 4, 5], [3]),
        ([0, 100, 200], [205, 206, 207], [205, 106, 7]),
    ],
    ids=[
        "all answered",
        "the last one lost",
        "the first one lost",
        "only the last one answered",
        "two answers late and one lost",
        "none answered",
        "none asked",
        "slower than the interval",
        "each answered twice",
        "two answered twice and the last one lost",
        "one answered three times",
        "as many answers as requests all late",
    ],
)
def test_each_answer_belongs_to_a_request_before_it(
    sent: list[int], heard: list[int], trips: list[int]
) -> None:
    assert HOST.round_trips(sent, heard) == trips


@given(TIMES, TIMES)
def test_no_answer_is_older_than_its_request_and_none_is_made_up(
    sent: list[int], heard: list[int]
) -> None:
    trips = HOST.round_trips(sent, heard)
    assert len(trips) <= min(len(sent), len(heard))
    possible = {at - began for began in sent for at in heard if at >= began}
    assert set(trips) <= possible


@given(st.lists(st.integers(0, 99) | st.none(), max_size=10))
def test_faster_than_the_interval_every_time_is_right_whatever_was_lost(
    taken: list[int | None],
) -> None:
    sent = [100 * number for number in range(len(taken))]
    pairs = zip(sent, taken, strict=True)
    heard = [began + seconds for began, seconds in pairs if seconds is not None]
    assert HOST.round_trips(sent, heard) == [one for one in taken if one is not None]


@given(st.lists(st.integers(0, 10_000), max_size=10), st.integers(1, 100))
def test_without_loss_every_time_is_right_however_slow_the_network(
    delays: list[int], interval: int
) -> None:
    sent = [interval * number for number in range(len(delays))]
    slow = sorted(delays)
    heard = [began + seconds for began, seconds in zip(sent, slow, strict=True)]
    assert HOST.round_trips(sent, heard) == slow
