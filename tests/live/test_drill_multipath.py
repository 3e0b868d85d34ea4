"""A failover on real kernel multipath: the command, its record and its report.

The operator's whole test, each controller twice, is the same with more of it: docs/drills.md.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from exporter.drill.lanes import ABSENT, UNKNOWN
from exporter.drill.record import Drill
from exporter.drill.saved import load
from tests.labs.multipath.failover import record
from tests.labs.multipath.hardware import WWID
from tests.labs.multipath.lab import MultipathLab

pytestmark = [pytest.mark.multipath, pytest.mark.timeout(300)]
PAUSE = 6.0
ORDER = ("scm2", "scm1")
MARKS = [f"{done} {scm.upper()}" for scm in ORDER for done in ("pulled", "pushed back")]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Where the drill was written, and what it printed."""
    folder = tmp_path_factory.mktemp("drill")
    with MultipathLab(tmp_path_factory.mktemp("failover"), "immediate") as lab:
        yield folder / "report", record(lab, folder / "report", PAUSE, ORDER)


@pytest.fixture(scope="module")
def drilled(recorded: tuple[Path, str]) -> Drill:
    """What was recorded."""
    return load((recorded[0] / "drill.json").read_text())


def test_every_pull_and_push_is_marked(drilled: Drill) -> None:
    said = [note.text for note in drilled.notes if note.source == "mark"]
    assert said == MARKS
    assert drilled.subject == WWID


def test_each_controller_comes_back_at_a_new_address(drilled: Drill) -> None:
    there = {
        lane.name
        for lane in drilled.lanes
        if any(span.state not in (ABSENT, UNKNOWN) for span in lane.spans)
    }
    assert {f"sda 0:0:{target}:0" for target in (0, 2)} <= there
    assert {f"sdb 1:0:{target}:0" for target in (1, 3)} <= there


def test_the_other_group_serves_only_while_the_preferred_controller_is_pulled(
    drilled: Drill,
) -> None:
    pulled = [note.at for note in drilled.notes if note.text == "pulled SCM1"]
    worse = [span for span in drilled.serving.spans if "sdb" in span.state.text]
    assert worse
    assert all(span.end > pulled[0] for span in worse)
    known = [span for span in drilled.serving.spans if span.state != UNKNOWN]
    assert "sda 0:0:2:0" in known[-1].state.text


def test_reads_through_the_map_went_on_without_an_error(drilled: Drill) -> None:
    assert len(drilled.io) > 100
    assert [one for one in drilled.io if one.error] == []


def test_the_daemon_told_of_each_path_that_went_and_came(drilled: Drill) -> None:
    told = [note.text for note in drilled.notes if note.source == "multipathd"]
    for happened in ("path removed from map", "path added to devmap"):
        assert sum(happened in text for text in told) == len(ORDER)
    assert any(note.source == "kernel" for note in drilled.notes)


def test_lost_paths_would_have_been_told_of(drilled: Drill) -> None:
    (name,) = {alert.name for alert in drilled.alerts}
    assert name == "MultipathPathsLost"
    assert all(alert.firing_at is None for alert in drilled.alerts), "all came back in a minute"


def test_the_report_is_written_with_its_pictures(recorded: tuple[Path, str]) -> None:
    folder, printed = recorded
    names = ("report.md", "report.html", "timeline.svg", "latency.svg")
    for name in names:
        assert str(folder / name) in printed
    markdown = (folder / "report.md").read_text()
    assert all(text in markdown for text in (*MARKS, "](timeline.svg)", "](latency.svg)"))
    assert "path removed from map" in markdown
