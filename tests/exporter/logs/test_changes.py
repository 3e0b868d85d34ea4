"""A target that goes down and comes back is two lines, however often it was asked meanwhile."""

import logging

import pytest

from exporter.logs.changes import Changes
from exporter.logs.lines import event
from exporter.outcome import Outcome
from exporter.watch import Scrape
from tests.fakes import FakeClock


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "exporter.logs.changes")
    return caplog


def scrape(answered: bool = True, **reasons: str | None) -> Scrape:
    """One of these collectors; a reason is why one failed."""
    outcomes = tuple(
        Outcome(name, 0.0, 0.1, (), answered, reason, f"because {reason}" if reason else "")
        for name, reason in reasons.items()
    )
    return Scrape(outcomes, ())


def told(heard: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """The fields of every line but those that every line has."""
    hidden = {"time", "level", "logger"}
    return [{k: v for k, v in event(r).items() if k not in hidden} for r in heard.records]


DOWN = scrape(False, bonds="unreachable", multipath="unreachable")


def test_a_host_that_is_down_all_night_is_two_lines(heard: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    changes = Changes(clock)
    changes.note("xs1", scrape(bonds=None))
    for _ in range(100):
        clock.now += 15
        changes.note("xs1", DOWN)
    clock.now += 15
    changes.note("xs1", scrape(bonds=None, multipath=None))
    assert told(heard) == [
        {
            "msg": "target is down",
            "target": "xs1",
            "reason": "unreachable",
            "error": "because unreachable",
        },
        {"msg": "target is up again", "target": "xs1", "seconds": 1500},
    ]
    assert [record.levelname for record in heard.records] == ["WARNING", "INFO"]


def test_a_host_that_flaps_is_told_of_every_time(heard: pytest.LogCaptureFixture) -> None:
    changes = Changes(FakeClock())
    for _ in range(3):
        changes.note("xs1", DOWN)
        changes.note("xs1", scrape(bonds=None))
    assert len(heard.records) == 6
    assert all(vars(record)["change"] for record in heard.records)


def test_a_collector_that_fails_on_a_host_that_answers_is_told_of_once(
    heard: pytest.LogCaptureFixture,
) -> None:
    clock = FakeClock()
    changes = Changes(clock)
    for reason in ("stuck", "stuck", "deadline_exceeded"):
        changes.note("xs1", scrape(bonds=None, multipath=reason))
    clock.now += 60
    changes.note("xs1", scrape(multipath=None))
    common = {"target": "xs1", "collector": "multipath"}
    assert told(heard) == [
        {"msg": "collector fails", **common, "reason": "stuck", "error": "because stuck"},
        {"msg": "collector works again", **common, "seconds": 60},
    ]


def test_what_still_fails_when_a_host_is_back_is_told_then(
    heard: pytest.LogCaptureFixture,
) -> None:
    changes = Changes(FakeClock())
    changes.note("xs1", DOWN)
    changes.note("xs1", scrape(bonds=None, multipath="unparsable"))
    assert [line["msg"] for line in told(heard)] == [
        "target is down",
        "target is up again",
        "collector fails",
    ]


def test_of_a_target_that_left_and_came_back_nothing_is_remembered(
    heard: pytest.LogCaptureFixture,
) -> None:
    changes = Changes(FakeClock())
    changes.note("xs1", DOWN)
    changes.keep(["xs2"])
    changes.keep(["xs1", "xs2"])
    changes.note("xs1", scrape(bonds=None))
    assert [line["msg"] for line in told(heard)] == ["target is down"]


def test_a_host_is_down_for_the_reason_that_most_collectors_tell(
    heard: pytest.LogCaptureFixture,
) -> None:
    """One of them may tell of another host, which was asked for the pool."""
    reasons = {"backends": "unreachable", "bonds": "unreachable", "multipath": "unreachable"}
    outcomes = [
        Outcome(name, 0.0, 0.1, (), False, reason, "xs2: no route" if n == 0 else "xs1: wrong key")
        for n, (name, reason) in enumerate(reasons.items())
    ]
    Changes(FakeClock()).note("xs1", Scrape(tuple(outcomes), ()))
    assert [one["error"] for one in told(heard)] == ["xs1: wrong key"]
