"""What the I/O of a drill shows."""

from collections.abc import Sequence

import pytest

from exporter.drill.record import Io
from exporter.drill.report_io import Gap, IoFacts, io_facts, longest_within
from tests.exporter.drill.drills import pings, reads


def longest(io: Sequence[Io], seconds: float = 10.0) -> tuple[float, float, bool, int]:
    gap = io_facts(io, seconds).gaps[0]
    return round(gap.start, 3), round(gap.end, 3), gap.at_least, gap.failed


def idle(facts: IoFacts) -> list[tuple[float, float]]:
    return [(round(start), round(end)) for start, end in facts.idle]


def test_the_longest_gap_is_the_slowest_read() -> None:
    io = (*reads(0.0, 4.0), Io(4.0, 1.2), *reads(5.2, 10.0))
    assert longest(io) == (4.0, 5.2, False, 0)


def test_pings_without_answers_are_a_gap_from_the_last_answer_to_the_next() -> None:
    lost = (Io(4.0 + 0.2 * n, None, "no answer") for n in range(5))
    io = (*pings(0.0, 4.0), *lost, *pings(5.0, 10.0))
    assert longest(io) == (3.8, 5.0, False, 5)


def test_failed_reads_that_end_at_once_are_one_gap() -> None:
    failed = (Io(4.0 + 0.1 * n, 0.001, "Input/output error") for n in range(20))
    assert longest((*reads(0.0, 4.0), *failed, *reads(6.0, 10.0)))[2:] == (False, 20)
    assert io_facts((Io(0.0, 0.1, "a"), Io(0.1, 0.1, "b"), Io(0.2, 0.1, "b")), 1.0).errors == (
        *(("b", 2), ("a", 1)),
    )


def test_a_read_that_never_ended_lasted_at_least_until_the_drill_ended() -> None:
    facts = io_facts((*reads(0.0, 4.0), Io(4.0, None)), 10.0)
    assert (facts.hung, facts.failed) == ((4.0,), 0)
    assert longest((*reads(0.0, 4.0), Io(4.0, None)))[1:] == (10.0, True, 1)


def test_pings_that_were_lost_until_the_end_are_a_gap_of_at_least_that_long() -> None:
    lost = tuple(Io(4.0 + 0.2 * n, None, "no answer") for n in range(30))
    assert longest((*pings(0.0, 4.0), *lost)) == (3.8, 9.8, True, 30)


def test_a_pause_of_the_recording_is_no_gap_but_a_time_without_io() -> None:
    facts = io_facts((*reads(0.0, 3.0), *reads(7.0, 10.0)), 10.0)
    assert facts.gaps[0].seconds < 0.001
    assert idle(facts) == [(3, 7)]


def test_what_failed_before_a_pause_failed_at_least_that_long() -> None:
    lost = (Io(2.0, None, "no answer"), Io(2.2, None, "no answer"))
    assert longest((*pings(0.0, 2.0), *lost, *pings(7.0, 10.0))) == (1.8, 2.2, True, 2)


def test_io_that_begins_late_or_ends_early_left_times_without_io() -> None:
    assert idle(io_facts(tuple(reads(2.0, 5.0)), 10.0)) == [(0, 2), (5, 10)]
    assert idle(io_facts((), 10.0)) == [(0, 10)]


def test_slow_pings_one_a_second_are_no_times_without_io() -> None:
    assert io_facts(tuple(Io(float(n), 0.001) for n in range(60)), 60.0).idle == ()


def test_the_median_counts_what_ended_well() -> None:
    io = (Io(0.0, 0.1), Io(0.2, 0.3), Io(0.6, 9.0, "Input/output error"), Io(9.7, None))
    assert io_facts(io, 10.0).median == pytest.approx(0.2)
    assert io_facts((Io(0.0, None),), 10.0).median is None


def test_a_gap_belongs_to_every_stage_it_reaches_into() -> None:
    gaps = (Gap(4.0, 9.0), Gap(1.0, 1.5))
    assert [longest_within(gaps, *at) for at in ((0.0, 3.0), (3.0, 5.0), (5.0, 8.0))] == [
        *(gaps[1], gaps[0], gaps[0]),
    ]
    assert longest_within(gaps, 9.5, 10.0) is None
