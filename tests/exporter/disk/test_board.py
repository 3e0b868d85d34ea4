"""How probes stand: what successes, skips, failures, time and reloads leave of the figures."""

import pytest

from collectors.disk_reasons import FAILED, SKIPPED
from collectors.disk_records import DiskProbe, Standing
from collectors.registry import Reading
from exporter.disk.board import BELIEVED_PERIODS, Board
from exporter.outcome import Outcome
from tests.collectors.disk_standings import of_class, probe, run_of
from tests.fakes import FakeClock

SSD, SAS = probe(), of_class("sas")
RUN = run_of()


def outcome(reason: str | None = None, message: str = "") -> Outcome:
    """What became of an attempt; without `reason`, RUN."""
    reading = None if reason else Reading((RUN,), RUN.version)
    return Outcome("disk_probes:x", 0.0, 1.0, (), reason=reason, message=message, reading=reading)


def board_of(*probes: DiskProbe, clock: FakeClock | None = None) -> Board:
    board = Board(clock or FakeClock())
    board.follow(probes or (SSD,))
    return board


def only(board: Board) -> Standing:
    (standing,) = board.standings()
    return standing


def test_a_probe_that_never_ran_has_nothing_but_itself() -> None:
    assert only(board_of()) == Standing(SSD)


def test_a_run_is_under_way_until_it_ends() -> None:
    clock = FakeClock()
    board = board_of(clock=clock)
    board.planned(SSD, clock.now + 60)
    assert only(board).next_at == clock.now + 60
    board.began(SSD)
    assert only(board).running_since == clock.now
    board.ended(SSD, outcome())
    assert only(board).running_since is None


def test_a_success_gives_figures_and_takes_the_reason_away() -> None:
    clock = FakeClock()
    board = board_of(clock=clock)
    board.ended(SSD, outcome("io_error", "bad disk"))
    clock.now += 60
    board.ended(SSD, outcome())
    found = only(board)
    assert (found.run, found.success_at, found.ended_at) == (RUN, clock.now, clock.now)
    assert (found.reason, found.message, found.runs) == (None, "", 2)
    assert found.failed == {"io_error": 1}


@pytest.mark.parametrize("reason", SKIPPED)
def test_a_skip_keeps_the_figures_and_counts_no_run(reason: str) -> None:
    clock = FakeClock()
    board = board_of(clock=clock)
    board.ended(SSD, outcome())
    succeeded = clock.now
    clock.now += 60
    board.began(SSD)
    board.ended(SSD, outcome(reason, "not now"))
    found = only(board)
    assert (found.run, found.success_at, found.ended_at) == (RUN, succeeded, succeeded)
    assert (found.reason, found.message, found.running_since) == (reason, "not now", None)
    assert (found.runs, found.skipped, found.failed) == (1, {reason: 1}, {})


@pytest.mark.parametrize("reason", FAILED)
def test_a_failure_takes_the_figures_away_and_leaves_when_they_were_measured(reason: str) -> None:
    clock = FakeClock()
    board = board_of(clock=clock)
    board.ended(SSD, outcome())
    succeeded = clock.now
    clock.now += 60
    board.ended(SSD, outcome(reason, "oh"))
    found = only(board)
    assert (found.run, found.success_at, found.ended_at) == (None, succeeded, clock.now)
    assert (found.reason, found.message) == (reason, "oh")
    assert (found.runs, found.skipped, found.failed) == (2, {}, {reason: 1})


def test_a_reason_that_nobody_knows_is_a_failure() -> None:
    board = board_of()
    board.ended(SSD, outcome())
    board.ended(SSD, outcome("something_new"))
    assert (only(board).run, only(board).failed) == (None, {"something_new": 1})


def test_every_attempt_is_counted_by_its_reason() -> None:
    board = board_of()
    for reason in ("busy", "busy", "hung", None, "own_disk", "hung", None):
        board.ended(SSD, outcome(reason))
    found = only(board)
    assert (found.runs, found.skipped) == (4, {"busy": 2, "own_disk": 1})
    assert found.failed == {"hung": 2}


def test_figures_are_believed_for_one_skipped_run_and_not_for_two() -> None:
    clock = FakeClock()
    board = board_of(clock=clock)
    board.ended(SSD, outcome())
    clock.now += BELIEVED_PERIODS * SSD.every
    assert only(board).run == RUN
    clock.now += 1
    assert only(board).run is None
    assert only(board).success_at == clock.now - BELIEVED_PERIODS * SSD.every - 1


def test_a_skip_makes_old_figures_no_younger() -> None:
    clock = FakeClock()
    board = board_of(clock=clock)
    board.ended(SSD, outcome())
    for _ in range(3):
        clock.now += SSD.every
        board.ended(SSD, outcome("busy"))
    assert only(board).run is None


def test_standings_are_in_the_order_of_the_configuration_and_by_machine() -> None:
    elsewhere = probe("elsewhere", host="xenserver2")
    board = board_of(SAS, elsewhere, SSD)
    assert [standing.probe for standing in board.standings()] == [SAS, elsewhere, SSD]
    assert [standing.probe for standing in board.of("xenserver2")] == [elsewhere]
    assert [standing.probe for standing in board.of("xenserver1")] == [SAS, SSD]
    assert board.of("xenserver3") == ()


def test_a_reload_keeps_what_did_not_change_and_forgets_what_did() -> None:
    board = board_of(SSD, SAS)
    for each in (SSD, SAS):
        board.ended(each, outcome())
    changed = probe(every=7200.0)
    board.follow([of_class("sas"), changed, of_class("sata")])
    sas, ssd, sata = board.standings()
    assert (sas.run, sas.runs) == (RUN, 1)
    assert ssd == Standing(changed)
    assert sata == Standing(of_class("sata"))


def test_a_run_of_a_probe_that_a_reload_changed_or_took_away_leaves_no_trace() -> None:
    board = board_of(SSD, SAS)
    for each in (SSD, SAS):
        board.began(each)
    changed = probe(path="/srv/other")
    board.follow([changed])
    for each in (SSD, SAS):
        board.ended(each, outcome())
        board.planned(each, 1.0)
        board.began(each)
    assert only(board) == Standing(changed)
