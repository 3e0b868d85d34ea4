"""Probes run when they are due, each on its own, whatever clocks, reloads and machines do."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from collectors.disk_profiles import PROFILES
from collectors.disk_records import DiskProbe, Standing
from exporter.disk.board import Board
from exporter.disk.schedule import LONGEST_SLEEP, Schedule
from exporter.disk.slots import next_slot
from tests.collectors.disk_machine import answer, line_of
from tests.collectors.disk_standings import probe
from tests.exporter.disk.leaping import START, LeapingTime, leaping
from tests.exporter.disk.pools import Machines
from tests.fakes import Answer

HOUR = 3600.0
FAILS = answer(lines=("failed io_error /srv: Input/output error",))
SKIPS = answer(lines=("refused own_disk /srv is dom0's",))
SEEK = probe("seek", host="b", sr="", profile=PROFILES["seek"], every=HOUR, jitter=0.0)
OTHER = replace(SEEK, name="other", host="c", path="/srv/other")


class Running:
    """A schedule in leaping time, on machines that answer `given`."""

    def __init__(self, time: LeapingTime, folder: Path, given: Answer = FAILS) -> None:
        table: Mapping[str, Answer] = {line_of(SEEK): given, line_of(OTHER): given}
        self.machines = Machines(b=table, c=table)
        self.time = time
        self.board = Board(time.wall)
        means = self.machines.means(folder, anyway=True, patience=300.0)
        self.means = means
        self.schedule = Schedule(means, self.board, time.wall, Random(1))

    def of(self, of: DiskProbe = SEEK) -> Standing:
        """How a probe stands now."""
        return next(one for one in self.board.standings() if one.probe.name == of.name)

    async def follow(self, *probes: DiskProbe) -> None:
        """Run these, and let their tasks begin."""
        self.schedule.follow(probes or (SEEK,))
        await asyncio.sleep(0)

    async def until_it_runs(self, of: DiskProbe = SEEK) -> None:
        """Wait for a run to begin."""
        while self.of(of).running_since is None:  # noqa: ASYNC110 - a board tells nobody
            await asyncio.sleep(1)


def test_a_probe_runs_once_a_period_at_its_slot(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path)
        await running.follow()
        assert running.of().next_at == next_slot(SEEK, START)
        await asyncio.sleep(24 * HOUR)
        assert (running.of().runs, running.of().failed) == (24, {"io_error": 24})
        assert running.of().ended_at == pytest.approx(next_slot(SEEK, START) + 23 * HOUR, abs=1)
        await running.schedule.close()

    leaping(story)


def test_with_jitter_it_runs_as_often_and_never_early(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path)
        late = replace(SEEK, jitter=HOUR / 2)
        await running.follow(late)
        delays = []
        for _ in range(20):
            runs, slot = running.of().runs, next_slot(late, time.wall())
            while running.of().runs == runs:  # noqa: ASYNC110 - a board tells nobody
                await asyncio.sleep(1)
            delays.append((running.of().ended_at or 0) - slot)
            await asyncio.sleep(slot + HOUR - time.wall() - 1)
        assert min(delays) >= 0
        assert max(delays) <= HOUR / 2 + 1
        assert len({round(delay) for delay in delays}) > 10
        await running.schedule.close()

    leaping(story)


def test_a_skipped_run_is_not_made_up_for(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path, SKIPS)
        await running.follow()
        await asyncio.sleep(5 * HOUR)
        assert (running.of().runs, running.of().skipped) == (0, {"own_disk": 5})
        assert running.of().message == "/srv is dom0's"
        await running.schedule.close()

    leaping(story)


def test_a_run_that_takes_longer_than_a_period_skips_the_slots_it_missed(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path, "<hangs>")
        hasty = replace(SEEK, every=60.0)
        assert 60 < hasty.seconds + 20 < 120
        await running.follow(hasty)
        await asyncio.sleep(1200)
        assert running.of().failed == {"deadline_exceeded": running.of().runs}
        assert 9 <= running.of().runs <= 10
        await running.schedule.close()

    leaping(story)


def test_a_run_under_way_is_told_with_its_beginning(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path, "<hangs>")
        await running.follow()
        await running.until_it_runs()
        assert running.of().running_since == pytest.approx(next_slot(SEEK, START), abs=1)
        await asyncio.sleep(SEEK.seconds + 30)
        assert running.of().running_since is None
        await running.schedule.close()

    leaping(story)


def test_a_clock_that_is_set_forward_brings_the_run_forward(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path)
        weekly = replace(SEEK, every=168 * HOUR)
        await running.follow(weekly)
        await asyncio.sleep(LONGEST_SLEEP)
        time.ahead = (running.of().next_at or 0.0) + 60 - time.wall()
        await asyncio.sleep(LONGEST_SLEEP + 1)
        assert running.of().runs == 1
        await asyncio.sleep(HOUR)
        assert running.of().runs == 1
        await running.schedule.close()

    leaping(story)


def test_a_machine_that_slept_over_a_slot_waits_for_the_next(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path)
        await running.follow()
        await asyncio.sleep(LONGEST_SLEEP)
        time.ahead = (running.of().next_at or 0.0) + 0.6 * running.of().probe.every - time.wall()
        await asyncio.sleep(LONGEST_SLEEP + 1)
        assert running.of().runs == 0
        assert (running.of().next_at or 0.0) > time.wall()
        await running.schedule.close()

    leaping(story)


@pytest.mark.parametrize("back", [HOUR / 3, 2 * HOUR, 365 * 24 * HOUR])
def test_a_clock_that_is_set_back_costs_no_more_than_one_period(
    back: float, tmp_path: Path
) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path)
        await running.follow()
        await asyncio.sleep(5 * HOUR)
        before = running.of().runs
        time.ahead = -back
        await asyncio.sleep(6 * HOUR)
        assert 5 <= running.of().runs - before <= 7
        next_at = running.of().next_at
        assert next_at is not None
        assert time.wall() < next_at <= time.wall() + HOUR
        await running.schedule.close()

    leaping(story)


def test_two_probes_run_each_on_their_own(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path)
        rare = replace(OTHER, every=3 * HOUR)
        await running.follow(SEEK, rare)
        await asyncio.sleep(12 * HOUR)
        assert (running.of(SEEK).runs, running.of(rare).runs) == (12, 4)
        await running.schedule.close()

    leaping(story)


def test_a_reload_that_changes_nothing_plans_nothing_anew(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path)
        late = replace(SEEK, jitter=HOUR / 2)
        await running.follow(late)
        planned = running.of().next_at
        await running.follow(replace(late))
        assert running.of().next_at == planned
        await asyncio.sleep(2 * HOUR)
        runs = running.of().runs
        await running.follow(replace(late))
        assert running.of().runs == runs
        await asyncio.sleep(10 * HOUR)
        assert 9 <= running.of().runs - runs <= 11
        await running.schedule.close()

    leaping(story)


@pytest.mark.parametrize("gone", [True, False])
def test_a_probe_that_changes_or_goes_is_ended_in_mid_run_and_others_are_not(
    gone: bool, tmp_path: Path
) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path, "<hangs>")
        await running.follow(SEEK, OTHER)
        await running.until_it_runs()
        changed = replace(SEEK, every=2 * HOUR)
        await running.follow(*([] if gone else [changed]), OTHER)
        assert [s.running_since for s in running.board.standings() if s.probe != OTHER] == (
            [] if gone else [None]
        )
        await asyncio.sleep(6 * HOUR + 300)
        runs = {s.probe.name: s.runs for s in running.board.standings()}
        assert runs["other"] in (6, 7)
        assert gone or runs["seek"] in (2, 3, 4)
        await running.schedule.close()

    leaping(story)


def test_a_hold_in_mid_run_is_a_skip_and_the_next_slot_is_kept(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path, "<hangs>")
        await running.follow()
        await running.until_it_runs()
        with running.means.holds.hold("modular"):
            await asyncio.sleep(1)
        assert (running.of().skipped, running.of().runs) == ({"remediation_running": 1}, 0)
        assert running.of().next_at == next_slot(SEEK, START) + HOUR
        await running.schedule.close()

    leaping(story)


def test_a_machine_that_is_not_in_the_inventory_costs_the_others_nothing(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path)
        nowhere = replace(SEEK, name="nowhere", host="gone")
        await running.follow(nowhere, SEEK)
        await asyncio.sleep(3 * HOUR)
        assert running.of(SEEK).runs == 3
        assert running.of(nowhere).runs == 0
        await running.schedule.close()

    leaping(story)


def test_closing_ends_every_run_and_begins_none(tmp_path: Path) -> None:
    async def story(time: LeapingTime) -> None:
        running = Running(time, tmp_path, "<hangs>")
        await running.follow(SEEK, OTHER)
        await running.until_it_runs()
        await running.schedule.close()
        asked = len(running.machines.hosts["b"].asked) + len(running.machines.hosts["c"].asked)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.sleep(24 * HOUR)
        hosts = running.machines.hosts
        assert len(hosts["b"].asked) + len(hosts["c"].asked) == asked

    leaping(story)
