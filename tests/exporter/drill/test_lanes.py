"""Samples become lanes."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.drill.lanes import ABSENT, UNKNOWN, Look, holes_of, timeline
from exporter.drill.record import Lane, State
from exporter.drill.subject import Sample

READY = State("active ready", "good")
FAULTY = State("failed faulty", "bad")
STATES = st.sampled_from([READY, FAULTY])


def look(at: float, serving: State = READY, **lanes: State) -> Look:
    return Look(at, Sample(lanes, serving))


def told(lane: Lane) -> list[tuple[float, float, str]]:
    return [(span.start, span.end, span.state.text) for span in lane.spans]


def lanes_of(*looks: Look, ends: float = 2.0, every: float = 0.25) -> Mapping[str, object]:
    return {lane.name: told(lane) for lane in timeline(looks, ends, every, "serving").lanes}


def test_a_state_holds_until_a_sample_shows_another() -> None:
    looks = (look(0.1, sda=READY), look(0.5, sda=READY), look(1.0, sda=FAULTY))
    assert lanes_of(*looks) == {"sda": [(0.0, 1.0, "active ready"), (1.0, 2.0, "failed faulty")]}


def test_a_lane_that_is_missing_is_not_there_until_it_returns() -> None:
    looks = (look(0.1, sda=READY), look(0.5), look(1.0, sda=READY, sdb=READY))
    assert lanes_of(*looks) == {
        "sda": [(0.0, 0.5, "active ready"), (0.5, 1.0, "not there"), (1.0, 2.0, "active ready")],
        "sdb": [(0.0, 1.0, "not there"), (1.0, 2.0, "active ready")],
    }
    assert ABSENT.tone == "absent"


def test_lanes_stand_in_the_order_of_their_first_appearance() -> None:
    assert list(lanes_of(look(0.1, sdc=READY, sdb=READY), look(0.5, sda=READY))) == [
        *("sdc", "sdb", "sda"),
    ]


def test_what_serves_is_a_lane_of_its_own() -> None:
    found = timeline([look(0.1), look(1.0, FAULTY)], 2.0, 0.25, "active member").serving
    assert found.name == "active member"
    assert told(found) == [(0.0, 1.0, "active ready"), (1.0, 2.0, "failed faulty")]


def test_no_state_is_continued_over_a_time_without_samples() -> None:
    looks = [look(0.1, sda=READY), look(1.0, sda=FAULTY), look(4.0, sda=FAULTY)]
    found = timeline(looks, 5.0, 0.25, "serving")
    assert found.holes == ((1.25, 4.0),)
    assert told(found.lanes[0]) == [
        (0.0, 1.0, "active ready"),
        (1.0, 1.25, "failed faulty"),
        (1.25, 4.0, "unknown"),
        (4.0, 5.0, "failed faulty"),
    ]
    assert told(found.serving)[1] == (1.25, 4.0, "unknown")


@pytest.mark.parametrize(
    ("times", "every", "holes"),
    [
        ([0.1, 2.1], 0.25, ()),
        ([0.1, 2.2], 0.25, ((0.35, 2.2),)),
        ([0.1, 3.0], 1.0, ()),
        ([3.5, 4.0], 0.25, ((0.0, 3.5),)),
        ([0.1, 1.0, 1.5], 0.25, ((1.75, 4.0),)),
        ([], 0.25, ((0.0, 4.0),)),
    ],
)
def test_a_hole_is_longer_than_three_intervals_and_two_seconds(
    times: list[float], every: float, holes: tuple[tuple[float, float], ...]
) -> None:
    assert holes_of(times, 4.0, every) == holes


LOOKS = st.lists(
    st.builds(
        lambda at, lanes, serving: Look(at, Sample(lanes, serving)),
        st.floats(0.0, 30.0),
        st.dictionaries(st.sampled_from(["sda", "sdb", "sdc"]), STATES),
        STATES,
    ),
    max_size=20,
).map(lambda looks: sorted(looks, key=lambda look: look.at))


@given(LOOKS, st.floats(30.5, 40.0), st.floats(0.1, 3.0))
def test_spans_cover_the_drill_without_overlap_and_equal_ones_are_merged(
    looks: list[Look], ends: float, every: float
) -> None:
    found = timeline(looks, ends, every, "serving")
    for lane in (found.serving, *found.lanes):
        assert (lane.spans[0].start, lane.spans[-1].end) == (0.0, ends)
        assert all(span.start < span.end for span in lane.spans)
        assert all(a.end == b.start and a.state != b.state for a, b in pairwise(lane.spans))


@given(LOOKS, st.floats(30.5, 40.0), st.floats(0.1, 3.0))
def test_every_lane_is_unknown_in_every_hole_and_nowhere_else(
    looks: list[Look], ends: float, every: float
) -> None:
    found = timeline(looks, ends, every, "serving")
    for lane in (found.serving, *found.lanes):
        unknown = [(span.start, span.end) for span in lane.spans if span.state == UNKNOWN]
        assert unknown == list(found.holes)
