"""A drill is recorded: everything at once, and nothing waits for anything else."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import pytest
from prometheus_client.core import Metric

from collectors.host import DeadlineExceeded, HostError, Unreachable
from exporter.drill.plan import Plan, heading_of
from exporter.drill.record import Drill, State, WouldFire
from exporter.drill.recorder import Recorder
from exporter.drill.subject import Sample
from exporter.drill.tape import Judge, Page
from tests.exporter.disk.leaping import LeapingTime, leaping
from tests.exporter.drill.fakes import AFTER, GROUP_A, GROUP_B, READY, UNIX, FakeMap, steady

T = TypeVar("T")
FAULTY = State("failed faulty", "bad")


def nothing_fires(pages: Sequence[Page], ends: float) -> tuple[WouldFire, ...]:
    return ()


def story(tell: Callable[[], Coroutine[Any, Any, T]]) -> T:
    async def told(time: LeapingTime) -> T:
        return await tell()

    return leaping(told)


def drilled(
    make: Callable[[], FakeMap],
    plan: Plan,
    meanwhile: Callable[[Recorder], Coroutine[Any, Any, None]] | None = None,
    judge: Judge = nothing_fires,
) -> Drill:
    """A drill in leaping time."""

    async def tell() -> Drill:
        subject = make()
        heading = await heading_of(subject, "xs1", plan)
        recorder = Recorder(subject, steady(), plan, lambda: UNIX)
        acting = asyncio.create_task(meanwhile(recorder)) if meanwhile else None
        await recorder.record()
        if acting:
            await acting
        return recorder.drill(heading, judge)

    return story(tell)


def told(spans: Sequence[Any]) -> list[tuple[float, str]]:
    return [(round(span.start, 1), span.state.text) for span in spans]


def test_a_drill_has_its_heading_and_its_length() -> None:
    found = drilled(FakeMap, Plan(seconds=20.0))
    assert (found.kind, found.target, found.began) == ("multipath", "xs1", UNIX)
    assert found.subject == "22202000155fdb615 (mpatha)"
    assert ("multipath-tools", "0.4.7") in found.facts
    assert ("samples", "every 250 ms") in found.facts
    assert found.seconds == pytest.approx(20.04, abs=0.1)


def failing_over(at: float) -> Sample:
    if at < 10.0:
        return Sample({"sda": READY, "sdb": READY}, GROUP_A)
    return Sample({"sdb": READY} if at < 15.0 else {"sda": FAULTY, "sdb": READY}, GROUP_B)


def test_paths_and_what_serves_are_seen_to_change() -> None:
    found = drilled(lambda: FakeMap(failing_over), Plan(seconds=20.0))
    assert found.serving.name == "active path group"
    assert told(found.serving.spans) == [(0.0, "controller A"), (10.0, "controller B")]
    ready = READY.text
    assert {lane.name: told(lane.spans) for lane in found.lanes} == {
        "sda": [(0.0, ready), (10.0, "not there"), (15.0, "failed faulty")],
        "sdb": [(0.0, ready)],
    }


def test_two_samples_never_run_at_once() -> None:
    slow = FakeMapKept(sample_takes=1.0)
    found = drilled(slow.make, Plan(seconds=20.0, every=0.25, with_io=False))
    assert (slow.made.most_busy, found.holes) == (1, ())


class FakeMapKept:
    """A map that a test looks at afterwards."""

    def __init__(self, **told: Any) -> None:
        self._told = told

    def make(self) -> FakeMap:
        self.made = FakeMap(**self._told)
        return self.made


def lost(since: float, until: float, error: HostError) -> Callable[[float], HostError | None]:
    return lambda at: error if since <= at < until else None


def test_a_host_that_does_not_answer_leaves_a_hole_and_a_note() -> None:
    def silent(at: float) -> HostError | None:
        return Unreachable(f"no route to xs1 at {at}") if 8.0 <= at < 14.0 else None

    found = drilled(lambda: FakeMap(failure=silent), Plan(seconds=30.0))
    assert [tuple(round(time) for time in hole) for hole in found.holes] == [(8, 14)]
    assert [one.state.tone for one in found.serving.spans] == ["good", "unknown", "good"]
    notes = [note.text for note in found.notes if note.source == "xenlens"]
    assert [note.split(" at ")[0] for note in notes if "samples" in note] == [
        *("no samples: no route to xs1", "samples again"),
    ]
    assert [note.split(" at ")[0] for note in notes if "I/O" in note] == [
        *("no I/O: no route to xs1", "I/O again"),
    ]


def test_io_runs_in_chunks_one_after_the_other() -> None:
    kept = FakeMapKept()
    found = drilled(kept.make, Plan(seconds=18.0))
    assert kept.made.io_begins == pytest.approx([0.0, 5.01, 10.02, 15.03], abs=0.01)
    assert len(found.io) == 4


def test_the_chunk_that_is_under_way_at_the_end_is_waited_for() -> None:
    found = drilled(FakeMap, Plan(seconds=12.0))
    assert (len(found.io), round(found.seconds, 1)) == (3, 15.0)


def test_told_twice_to_stop_it_ends_at_once_and_says_so() -> None:
    async def twice(recorder: Recorder) -> None:
        await asyncio.sleep(12.0)
        recorder.stop()
        await asyncio.sleep(0.5)
        recorder.stop()

    found = drilled(FakeMap, Plan(seconds=60.0), twice)
    assert (len(found.io), round(found.seconds, 1)) == (2, 12.5)
    assert found.notes[-1].text == "I/O begun at 10.0 s was not waited for"


def hung_for(seconds: float) -> Callable[[], FakeMap]:
    return lambda: FakeMap(hangs=lambda at: seconds if 9.0 < at < 12.0 else 0.0)


def test_io_that_hangs_stops_nothing_else() -> None:
    def make() -> FakeMap:
        return FakeMap(failing_over, hangs=lambda at: 120.0, logged=[(30.0, "sda: remove path")])

    found = drilled(make, Plan(seconds=60.0))
    assert (found.holes, len(told(found.serving.spans))) == ((), 2)
    assert (found.notes[0].text, round(found.notes[0].at)) == ("sda: remove path", 30)


def test_io_that_hung_and_came_back_is_in_the_drill() -> None:
    found = drilled(hung_for(50.0), Plan(seconds=90.0))
    assert all(one.seconds is not None for one in found.io)
    assert len(found.io) == 2 + 1 + 5


def test_io_that_never_comes_back_is_not_lost() -> None:
    found = drilled(hung_for(900.0), Plan(seconds=60.0))
    last = found.io[-1]
    assert (round(last.at, 1), last.seconds, last.error) == (10.0, None, "")
    assert round(found.seconds) == 60
    assert found.notes[-1].text == "I/O begun at 10.0 s had not come back when the drill ended"


def test_io_that_was_given_up_lasted_until_then() -> None:
    def make() -> FakeMap:
        gone = lost(12.0, 16.0, DeadlineExceeded("no answer in time"))
        return FakeMap(failure=gone)

    found = drilled(make, Plan(seconds=40.0))
    (failed, *_) = [one for one in found.io if one.error]
    assert failed.error == "no answer in time"
    assert (round(failed.at, 1), round(failed.seconds or 0.0)) == (10.0, 5)


def test_without_io_none_is_run() -> None:
    kept = FakeMapKept()
    found = drilled(kept.make, Plan(seconds=10.0, with_io=False))
    assert (kept.made.io_begins, found.io, round(found.seconds, 1)) == ([], (), 10.0)
    assert ("I/O", "none") in found.facts
    assert ("clock of the host against ours", "not compared") in found.facts


def test_while_io_hangs_it_is_known_for_how_long_at_least() -> None:
    seen: list[float | None] = []

    async def look(recorder: Recorder) -> None:
        for _ in range(4):
            await asyncio.sleep(6.0)
            seen.append(recorder.hanging)

    drilled(lambda: FakeMap(hangs=lambda at: 40.0), Plan(seconds=30.0), look)
    assert seen == [None, *(pytest.approx(over, abs=0.1) for over in (7.0, 13.0, 19.0))]


def test_the_clock_of_the_host_is_moved_by_the_smallest_difference() -> None:
    """A slow way to the host makes its clock look further ahead than it is."""

    def make() -> FakeMap:
        return FakeMap(way=lambda at: 2.0 if at < 5.0 else AFTER, logged=[(8.0, "sda: failed")])

    found = drilled(make, Plan(seconds=20.0))
    assert found.io[0].at == pytest.approx(2.0, abs=0.02)
    assert found.notes[0].at == pytest.approx(8.0, abs=0.02)
    assert ("clock of the host against ours", "+3600.010 s") in found.facts


def test_without_io_the_clock_of_the_host_is_known_by_its_log() -> None:
    plan = Plan(seconds=20.0, with_io=False)
    found = drilled(lambda: FakeMap(logged=[(3.2, "sda: failed"), (8.0, "sda: up")]), plan)
    assert [note.at for note in found.notes] == pytest.approx([3.2, 8.0], abs=1.0)
    assert ("clock of the host against ours", "about +3600 s, by its log lines") in found.facts


def test_marks_stand_among_the_log_lines() -> None:
    async def pull(recorder: Recorder) -> None:
        await asyncio.sleep(3.0)
        recorder.mark("pulled SCM2")

    def make() -> FakeMap:
        return FakeMap(logged=[(2.0, "checker ok"), (4.0, "sdb: remove path")])

    found = drilled(make, Plan(seconds=10.0), pull)
    notes = [(round(note.at), note.source, note.text) for note in found.notes]
    assert notes == [
        (2, "multipathd", "checker ok"),
        (3, "mark", "pulled SCM2"),
        (4, "multipathd", "sdb: remove path"),
    ]


def test_a_log_line_of_the_second_in_which_something_was_pulled_stands_after_it() -> None:
    """syslog says only the second."""

    async def pull(recorder: Recorder) -> None:
        await asyncio.sleep(3.4)
        recorder.mark("pulled SCM2")

    plan = Plan(seconds=10.0, logs_every=2.0)
    found = drilled(lambda: FakeMap(logged=[(3.0, "sdb: remove path")]), plan, pull)
    assert [note.text for note in found.notes] == ["pulled SCM2", "sdb: remove path"]
    assert found.notes[1].at == pytest.approx(4.0, abs=0.02)


def test_alerts_are_judged_over_the_pages_of_the_whole_drill() -> None:
    given: list[tuple[list[float], float]] = []

    def judge(pages: Sequence[Page], ends: float) -> tuple[WouldFire, ...]:
        given.append(([at for at, _ in pages], ends))
        return (WouldFire("PathLost", "warning", (), 5.0, None, None),)

    found = drilled(FakeMap, Plan(seconds=14.0, with_io=False), judge=judge)
    assert [alert.name for alert in found.alerts] == ["PathLost"]
    ((times, ends),) = given
    assert times == pytest.approx([0.0, 5.0, 10.0])
    assert ends == found.seconds


def test_told_to_stop_it_ends_early() -> None:
    async def stop(recorder: Recorder) -> None:
        await asyncio.sleep(4.0)
        recorder.stop()

    found = drilled(FakeMap, Plan(seconds=600.0, with_io=False), stop)
    assert found.seconds == pytest.approx(4.0)


def test_a_host_that_does_not_answer_at_all_is_told_before_anything_is_recorded() -> None:
    async def tell() -> None:
        await heading_of(FakeMap(answers=False), "xs1", Plan())

    with pytest.raises(HostError, match="no route to xs1"):
        story(tell)


def test_a_fault_of_our_own_is_not_hidden() -> None:
    async def broken() -> Sequence[Metric]:
        raise ZeroDivisionError

    async def tell() -> None:
        await Recorder(FakeMap(), broken, Plan(), lambda: UNIX).record()

    with pytest.raises(ZeroDivisionError):
        story(tell)
