"""What repeats is written now and then, with how often it was; a change always at once."""

import gc
import logging
import weakref
from typing import Any

import pytest

from exporter.logs.lines import Logfmt
from exporter.logs.repeats import PERIOD, Repeats
from tests.exporter.logs.reading import Written, record
from tests.fakes import FakeClock


class Log:
    """A log whose time is told. `most` events are remembered."""

    def __init__(self, most: int = 100) -> None:
        self.clock = FakeClock()
        self.out = Written(Logfmt())
        self.repeats = Repeats(self.out, self.clock, most=most)

    def say(self, message: str = "no answer", times: int = 1, **fields: object) -> None:
        for _ in range(times):
            self.repeats.handle(record(message, fields=fields))

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds
        self.repeats.settle()

    def told(self) -> list[tuple[str, str]]:
        """Message and count of every line."""
        return [(told["msg"], told.get("repeated", "")) for told in self.out.told()]


@pytest.fixture
def log() -> Log:
    return Log()


def test_the_first_is_written_at_once_and_then_one_with_the_count(log: Log) -> None:
    log.say(times=4)
    assert log.told() == [("no answer", "")]
    log.pass_time(PERIOD - 1)
    assert log.told() == [("no answer", "")]
    log.pass_time(1)
    assert log.told() == [("no answer", ""), ("no answer", "3")]


def test_a_host_that_fails_all_night_is_told_once_in_a_period(log: Log) -> None:
    night, every = 12 * 3600, 15
    for _ in range(night // every):
        log.say(target="xs1")
        log.pass_time(every)
    log.repeats.close()
    assert len(log.told()) <= night / PERIOD + 1
    counted = sum(int(count) for _, count in log.told() if count)
    assert counted == night // every - 1


def test_after_a_period_of_silence_it_is_a_first_again(log: Log) -> None:
    log.say()
    log.pass_time(PERIOD)
    log.say()
    assert log.told() == [("no answer", "")] * 2


def test_the_last_count_is_written_at_the_end(log: Log) -> None:
    log.say(times=3)
    log.repeats.close()
    assert log.told() == [("no answer", ""), ("no answer", "2")]


def test_a_change_is_never_held_back(log: Log) -> None:
    log.say("target is up again", times=3, change=True)
    assert log.told() == [("target is up again", "")] * 3


def test_another_object_or_reason_is_another_event_and_another_wording_is_not(log: Log) -> None:
    log.say(target="xs1", reason="stuck", error="for 3 s")
    log.say(target="xs1", reason="stuck", error="for 4 s")
    log.say(target="xs2", reason="stuck")
    log.say(target="xs1", reason="unparsable")
    assert [(t["target"], t["reason"]) for t in log.out.told()] == [
        ("xs1", "stuck"),
        ("xs2", "stuck"),
        ("xs1", "unparsable"),
    ]
    log.repeats.close()
    assert log.out.told()[-1]["error"] == "for 4 s"


def test_nothing_is_held_back_when_debugging(log: Log) -> None:
    for _ in range(3):
        log.repeats.handle(record("request", level=logging.DEBUG))
    assert log.told() == [("request", "")] * 3


def test_no_more_than_so_many_events_are_remembered_and_none_is_lost() -> None:
    log = Log(most=10)
    for number in range(1000):
        log.say(times=2, target=f"xs{number}")
    log.repeats.close()
    lines = log.out.told()
    assert len(lines) == 2000
    assert sum(int(line.get("repeated", 0)) for line in lines) == 1000


class Big:
    """What a frame may hold."""


def logged(log: Log, name: str) -> weakref.ref[Big]:
    """Handles an error, given to the record as `name`; refers to what its frame holds."""
    big = Big()
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError as error:
        given: dict[str, Any] = {name: error}
        log.repeats.handle(record(**given))
    return weakref.ref(big)


@pytest.mark.parametrize("name", ["fault", "error"])
def test_what_is_held_back_keeps_no_frame_alive(log: Log, name: str) -> None:
    first, second = logged(log, name), logged(log, name)
    gc.collect()
    assert (first(), second()) == (None, None)
    log.repeats.close()
    told = [one["error"] for one in log.out.told()]
    assert [error.removeprefix("ZeroDivisionError: ") for error in told] == ["division by zero"] * 2


def test_only_the_first_of_a_fault_has_a_traceback(log: Log) -> None:
    for _ in range(2):
        logged(log, "fault")
    log.repeats.close()
    assert ["traceback" in one for one in log.out.told()] == [True, False]


def test_faults_of_two_sorts_are_two_events(log: Log) -> None:
    for error in (KeyError("a"), KeyError("b"), ValueError("c")):
        log.repeats.handle(record("a fault", fault=error))
    assert [told["error"] for told in log.out.told()] == ["KeyError: 'a'", "ValueError: c"]
