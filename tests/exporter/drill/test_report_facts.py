"""The findings of a drill: true, and no more than was recorded."""

from dataclasses import replace

from exporter.drill.record import Drill, Io, Lane
from exporter.drill.report_facts import findings
from exporter.drill.report_io import io_facts
from tests.exporter.drill import drills
from tests.exporter.drill.drills import lane

READY, STANDBY, FAULTY = "active ready running", "enabled ready running", "failed faulty offline"
GONE, UNKNOWN = "not there", "unknown"


def found(drill: Drill) -> list[str]:
    return [one.text for one in findings(drill, io_facts(drill.io, drill.seconds))]


def weights(drill: Drill) -> set[str]:
    return {one.weight for one in findings(drill, io_facts(drill.io, drill.seconds))}


def of_lanes(*lanes: Lane) -> str:
    """The finding about these paths."""
    return found(replace(drills.without_io(), lanes=lanes))[2]


def test_a_failover_in_six_sentences() -> None:
    assert found(drills.failover()) == [
        "4 marks in 240 s.",
        "None of 2362 reads failed.",
        "The longest gap was 3.9 s (one slow read), begun 1.0 s after mark 3 (SCM1 out);"
        " the median read took 640 µs.",
        "All paths that went came back, 2 under a new address:"
        " 2 paths usable at the end, 2 at the start.",
        '"priority 50: sda 0:0:4:0" serves at the end;'
        ' at the start it was "priority 50: sda 0:0:0:0".',
        "1 alert would have fired, 1 only became pending.",
    ]
    assert "bad" not in weights(drills.failover())


def test_a_bond_without_answers_for_a_while() -> None:
    assert found(drills.bond())[1:5] == [
        "6 of 150 pings failed: no answer (6).",
        "The longest gap was 1.4 s (without a good ping), begun 0.2 s before mark 1"
        " (switch 1 off); the median ping took 300 µs.",
        "1 member usable at the end, 2 at the start; not seen to come back: eth0.",
        '"eth1" serves at the end; at the start it was "eth0".',
    ]


def test_a_read_that_hangs_is_the_finding() -> None:
    said = found(drills.hanging())
    assert said[1] == "1 read never ended; it began 200.0 s after the drill did."
    assert "at least 40.1 s" in said[2]


def test_without_io_nothing_is_said_about_failures() -> None:
    said = found(drills.without_io())
    assert said[1] == "No I/O was recorded: whether it would have failed is not known."
    assert not any("gap" in one for one in said)


def test_holes_and_pauses_are_said() -> None:
    assert found(drills.with_holes())[-2:] == [
        "The host gave no sample for 18 s: what happened then is not known.",
        "No read was under way for 18.1 s: whether it would have failed then is not known.",
    ]


def test_an_empty_drill_claims_nothing() -> None:
    assert found(drills.empty()) == [
        "No mark in 30 s.",
        "No I/O was recorded: whether it would have failed is not known.",
        "No path was recorded.",
        "Which path group served is not known.",
        "No alert would have fired.",
    ]
    assert "good" not in weights(drills.empty())


def test_a_path_that_came_back_under_its_own_name() -> None:
    path = lane("sda", (0.0, READY), (10.0, FAULTY), (20.0, READY))
    said = "All paths that went came back: 1 path usable at the end, 1 at the start."
    assert of_lanes(path) == said


def test_a_controller_pulled_twice_has_a_third_address() -> None:
    first = lane("sdb 0:0:1:0", (0.0, STANDBY), (10.0, GONE))
    second = lane("sdb 0:0:2:0", (0.0, GONE), (20.0, STANDBY), (30.0, GONE))
    third = lane("sdb 0:0:3:0", (0.0, GONE), (40.0, STANDBY))
    assert of_lanes(first, second, third).startswith(
        "All paths that went came back, 1 under a new address"
    )
    assert "not seen to come back: sdb 0:0:2:0" in of_lanes(first, second)


def test_a_new_path_that_is_not_in_its_map_yet_is_new_once_it_is() -> None:
    first = lane("sda 0:0:0:0", (0.0, READY), (10.0, GONE))
    second = lane("sda 0:0:2:0", (0.0, GONE), (20.0, FAULTY), (21.0, READY))
    assert of_lanes(first, second).startswith(
        "All paths that went came back, 1 under a new address"
    )


def test_fewer_paths_at_the_end_are_bad_even_if_one_is_new() -> None:
    gone = [lane(name, (0.0, READY), (10.0, GONE)) for name in ("sda", "sdb")]
    new = lane("sdc", (0.0, GONE), (20.0, READY))
    said = "1 path usable at the end, 2 at the start; not seen to come back: sda and sdb."
    assert of_lanes(*gone, new) == said


def test_a_path_not_known_at_the_end_is_not_called_back() -> None:
    path = lane("sda", (0.0, READY), (10.0, GONE), (20.0, UNKNOWN))
    assert of_lanes(path) == "The state of sda at the end is not known."


def test_a_path_first_seen_after_a_hole_and_lost_later_is_missed() -> None:
    path = lane("sda", (0.0, UNKNOWN), (10.0, READY), (20.0, FAULTY))
    assert "not seen to come back: sda" in of_lanes(path)


def test_a_path_that_never_worked_is_said() -> None:
    ill = lane("sdb", (0.0, FAULTY))
    said = found(replace(drills.without_io(), lanes=(lane("sda", (0.0, READY)), ill)))
    assert said[2:4] == ["No path was seen to go.", "Unusable from start to end: sdb."]


def test_a_time_in_which_nothing_served_is_said() -> None:
    drill = drills.without_io()
    one, none = "priority 50: sda 0:0:0:0", FAULTY
    back = lane("path group", (0.0, one), (10.0, none), (14.0, one))
    assert found(replace(drill, serving=back))[3:5] == [
        "No path group served for 4 s.",
        f'"{one}" serves at the end, as at the start.',
    ]
    lost = lane("path group", (0.0, one), (10.0, none))
    assert found(replace(drill, serving=lost))[4] == "No path group serves at the end."


def test_what_serves_is_said_as_last_seen_where_the_end_is_not_known() -> None:
    serving = lane("path group", (0.0, "a"), (10.0, "b"), (20.0, UNKNOWN))
    said = found(replace(drills.without_io(), serving=serving))[3]
    assert said == '"b" serves when last seen; at the start it was "a".'


def test_a_gap_before_all_marks_is_dated_from_the_begin() -> None:
    drill = replace(drills.failover(), io=(Io(3.0, 2.0), *drills.reads(5.0, 240.0)))
    assert "begun 3.0 s after the drill did" in found(drill)[2]
