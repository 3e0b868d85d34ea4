"""What followed each mark of a drill."""

from dataclasses import replace

from exporter.drill.record import Drill, Io, Note
from exporter.drill.report_io import io_facts
from exporter.drill.report_stages import FIRST_LINES, LAST_LINES, MOST_EVENTS, Told, told
from exporter.drill.report_words import Clock
from tests.exporter.drill import drills
from tests.exporter.drill.drills import lane

READY, FAULTY = "active ready running", "failed faulty offline"


def stages(drill: Drill) -> list[Told]:
    return told(drill, io_facts(drill.io, drill.seconds), Clock(drill.began, drills.ZONE))


def test_each_mark_has_a_stage_until_the_next() -> None:
    found = stages(drills.failover())
    assert [stage.title for stage in found] == [
        *("1. SCM2 out", "2. SCM2 back", "3. SCM1 out", "4. SCM1 back"),
    ]
    assert found[0].when == "17:27:01.0 (30.0 s), 40.0 s long"


def test_a_stage_says_what_went_what_served_and_how_slow_io_was() -> None:
    assert stages(drills.failover())[2].said == (
        "sda 0:0:0:0 went 1.5 s after the mark (failed faulty offline)",
        "alert MultipathNoStandbyGroup became pending 2.0 s after the mark",
        'serving changed from "priority 50: sda 0:0:0:0" to "priority 1: sdb 0:0:2:0"'
        " 5.0 s after the mark",
        "alert MultipathNoStandbyGroup ended 10.0 s after the mark",
        "none of 562 reads failed; slowest read: 3.9 s, begun 1.0 s after the mark",
    )


def test_a_stage_has_its_log_lines_as_on_the_host() -> None:
    assert stages(drills.failover())[0].log == (
        "17:27:01.4 kernel: sd 0:0:1:0: [sdb] Synchronizing SCSI cache",
        "17:27:01.5 multipathd: sdb: remove path (operator)",
    )


def test_of_very_many_log_lines_the_middle_is_left_out_and_counted() -> None:
    log = stages(drills.logged([f"line {number}" for number in range(500)]))[0].log
    assert len(log) == FIRST_LINES + LAST_LINES + 1
    assert log[FIRST_LINES] == "… 400 lines left out; drill.json has all …"
    assert (log[0][-6:], log[-1][-8:]) == ("line 0", "line 499")


def test_a_flapping_path_does_not_fill_the_report() -> None:
    states = [(1.0 + 0.1 * n, (READY, FAULTY)[n % 2]) for n in range(500)]
    drill = replace(drills.logged(()), lanes=(lane("sda", *states),))
    assert len(stages(drill)[-1].said) == MOST_EVENTS + 2
    assert any("events left out" in words for words in stages(drill)[-1].said)


def test_what_was_before_the_first_mark_is_told_where_something_happened() -> None:
    drill = drills.failover()
    early = Note(-0.5, "kernel", "something before the drill")
    found = stages(replace(drill, notes=(early, *drill.notes)))
    assert (found[0].title, len(found[0].log)) == ("Before the first mark", 1)


def test_without_marks_the_whole_drill_is_one_stage() -> None:
    drill = replace(drills.failover(), notes=())
    assert [stage.title for stage in stages(drill)] == ["The whole drill"]
    assert stages(drills.empty()) == []


def test_a_change_in_a_hole_is_dated_by_when_the_state_before_was_last_seen() -> None:
    said = stages(drills.with_holes())[2].said
    assert said[0] == "no sample, nothing is known for 8 s, begun 0.0 s after the mark"
    assert (
        "sda 0:0:0:0 went by 8.0 s after the mark, not seen since 10.0 s before the mark"
        " (not there)"
    ) in said


def test_a_read_that_hangs_over_a_mark_is_in_both_stages() -> None:
    drill = replace(drills.failover(), io=(*drills.reads(0.0, 119.0), Io(119.0, 30.0)))
    second, third = stages(drill)[1:3]
    assert "slowest read: 30 s, begun 49.0 s after the mark" in second.said[-1]
    assert third.said[-1] == "no read began; slowest read: 30 s, begun 1.0 s before the mark"


def test_a_mark_after_which_nothing_happened_says_so() -> None:
    said = stages(drills.eight_marks())[1].said
    assert said[0] == "no path was seen to go or come back, nor what served to change"
    assert stages(drills.without_io())[0].said[-1] == "no read was recorded"
