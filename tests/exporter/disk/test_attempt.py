"""One attempt: objections, locks and holds keep it from the disk, and what came of it is told."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from collectors.disk_profiles import PROFILES
from collectors.disk_reasons import FAILED, SKIPPED
from collectors.disk_records import DiskRun
from collectors.host import (
    DeadlineExceeded,
    HostError,
    Output,
    OutputTooLarge,
    Stuck,
    Unreachable,
)
from exporter.config import UnknownTarget
from exporter.disk.attempt import attempt
from exporter.disk.locks import locked
from exporter.outcome import Outcome
from tests.collectors.disk_machine import SEEKS, answer, line_of
from tests.collectors.disk_standings import probe
from tests.collectors.pool_readings import SHARED
from tests.exporter.disk.pools import GUEST, LIST, ONE_FAILED, Machines
from tests.fakes import Answer, FakeHost

SEEK = probe("seek", host="b", sr=SHARED.name, profile=PROFILES["seek"])
LINE = line_of(SEEK)
GOOD = answer(SEEKS)


@dataclass
class Noting(FakeHost):
    """A fake host that notes when a command line begins and ends, and how long it may take."""

    notes: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        self.seconds.append(deadline - asyncio.get_running_loop().time())
        self.notes.append(f"{self.name} begins")
        await asyncio.sleep(0.05)
        self.notes.append(f"{self.name} ends")
        return await super().run(argv, deadline=deadline, stdin=stdin)


def machines(given: Answer = GOOD) -> Machines:
    """A pool in which host b answers the probe's command line so."""
    return Machines(b={LINE: given})


def run_of(outcome: Outcome) -> DiskRun:
    assert outcome.reading is not None
    (run,) = outcome.reading.records
    assert isinstance(run, DiskRun)
    return run


async def test_a_run_is_an_outcome_with_its_figures_and_what_the_machine_said(
    tmp_path: Path,
) -> None:
    outcome = await attempt(machines().means(tmp_path), SEEK)
    assert (outcome.collector, outcome.reason) == ("disk_probes:seek", None)
    assert run_of(outcome).figures[0].iops == 500.0
    assert [output.stdout for output in outcome.outputs] == [GOOD]


async def test_an_attempt_is_evidence_and_no_part_of_a_scrape(tmp_path: Path) -> None:
    pool = machines()
    watch = pool.fleet.watch("b")
    await attempt(pool.means(tmp_path), SEEK)
    assert [run.collector for run in watch.evidence.runs("disk_probes")] == ["disk_probes:seek"]
    assert "disk_probes:seek" not in watch.last


async def test_an_objection_keeps_the_probe_from_the_machine(tmp_path: Path) -> None:
    pool = Machines(b={LIST: ONE_FAILED, LINE: GOOD})
    outcome = await attempt(pool.means(tmp_path), SEEK)
    assert (outcome.reason, outcome.reading) == ("paths_degraded", None)
    assert LINE not in pool.hosts["b"].asked


async def test_a_person_may_measure_what_is_degraded_and_is_not_even_looked_at(
    tmp_path: Path,
) -> None:
    pool = Machines(b={LIST: ONE_FAILED, LINE: GOOD})
    outcome = await attempt(pool.means(tmp_path, anyway=True), SEEK)
    assert outcome.reason is None
    assert pool.hosts["b"].asked == [LINE]


async def test_another_probe_of_the_pool_is_waited_for_and_then_gone_without(
    tmp_path: Path,
) -> None:
    pool = machines()
    async with locked(tmp_path, ["pool modular"], 1):
        outcome = await attempt(pool.means(tmp_path, patience=0.3), SEEK)
    assert outcome.reason == "busy"
    assert pool.hosts["b"].asked == []
    assert (await attempt(pool.means(tmp_path), SEEK)).reason is None


async def test_so_is_one_of_the_same_sr_in_another_pool(tmp_path: Path) -> None:
    by_uuid = replace(SEEK, sr="0f9a3a7c-7d5e-4a55-9c1c-2f1c5d1e8a01")
    async with locked(tmp_path, [f"sr {by_uuid.sr}"], 1):
        outcome = await attempt(machines().means(tmp_path, patience=0.3), by_uuid)
    assert outcome.reason == "busy"


async def test_srs_of_one_name_in_two_pools_are_two_srs(tmp_path: Path) -> None:
    async with locked(tmp_path, [f"sr {SEEK.sr}"], 1):
        assert (await attempt(machines().means(tmp_path), SEEK)).reason is None


async def test_what_another_pool_measures_is_waited_for_by_nobody(tmp_path: Path) -> None:
    async with locked(tmp_path, ["pool other", "sr other"], 1):
        assert (await attempt(machines().means(tmp_path), SEEK)).reason is None


async def test_a_short_period_has_no_long_patience(tmp_path: Path) -> None:
    hasty = probe("seek", host="b", profile=PROFILES["seek"], every=0.4, jitter=0.0)
    async with locked(tmp_path, ["pool modular"], 1):
        outcome = await asyncio.wait_for(
            attempt(machines().means(tmp_path, patience=300.0), hasty), 10
        )
    assert outcome.reason == "busy"


async def test_all_of_a_pool_are_measured_one_after_the_other(tmp_path: Path) -> None:
    notes: list[str] = []
    pool = Machines()
    for name in "ab":
        pool.hosts[name] = Noting({LINE: GOOD}, name, notes=notes)
    pool = pool.again()
    both = [SEEK, probe("seek", host="a", profile=PROFILES["seek"])]
    means = pool.means(tmp_path, anyway=True, patience=5.0)
    outcomes = await asyncio.gather(*(attempt(means, each) for each in both))
    assert [outcome.reason for outcome in outcomes] == [None, None]
    assert notes in (
        ["a begins", "a ends", "b begins", "b ends"],
        ["b begins", "b ends", "a begins", "a ends"],
    )


async def test_a_held_pool_is_not_measured(tmp_path: Path) -> None:
    pool = machines()
    means = pool.means(tmp_path)
    with means.holds.hold("modular"):
        outcome = await attempt(means, SEEK)
    assert (outcome.reason, outcome.message) == (
        "remediation_running",
        "pool modular is being healed",
    )
    assert pool.hosts["b"].asked == []
    with means.holds.hold("other"):
        assert (await attempt(means, SEEK)).reason is None


async def test_a_hold_ends_a_run_at_once_and_its_locks_are_free(tmp_path: Path) -> None:
    pool = machines("<hangs>")
    means = pool.means(tmp_path)
    task = asyncio.create_task(attempt(means, SEEK))
    await _until_asked(pool)
    with means.holds.hold("modular"):
        outcome = await asyncio.wait_for(task, 5)
        assert outcome.reason == "remediation_running"
    pool.hosts["b"].answers = {**pool.hosts["b"].answers, LINE: GOOD}
    assert (await attempt(means, SEEK)).reason is None


async def _until_asked(pool: Machines) -> None:
    """Wait until the probe's command line runs."""
    async with asyncio.timeout(5):
        while LINE not in pool.hosts["b"].asked:  # noqa: ASYNC110 - a fake host tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "error",
    [
        HostError("odd"),
        Unreachable("no route"),
        DeadlineExceeded("late"),
        Stuck("hangs"),
        OutputTooLarge("much"),
    ],
)
async def test_a_machine_that_does_not_answer_is_a_failure_of_its_own_reason(
    error: HostError, tmp_path: Path
) -> None:
    outcome = await attempt(machines(error).means(tmp_path), SEEK)
    assert (outcome.reason, outcome.message) == (error.reason, str(error))
    assert error.reason in FAILED


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer(lines=("refused own_disk it is",)), "own_disk"),
        (answer(lines=("failed hung it hangs",)), "hung"),
        (Output((), stderr="Traceback\nMemoryError", exit_status=1), "exit_status"),
        ("Martian", "unparsable"),
        (ZeroDivisionError("a bug of ours"), "internal_error"),
        (TimeoutError(), "deadline_exceeded"),
    ],
)
async def test_every_outcome_without_figures_has_a_known_reason(
    given: Answer, reason: str, tmp_path: Path
) -> None:
    outcome = await attempt(machines(given).means(tmp_path), SEEK)
    assert outcome.reason == reason
    assert reason in SKIPPED.keys() | FAILED.keys()


async def test_without_a_place_for_locks_nothing_is_measured(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    outcome = await attempt(machines().means(tmp_path / "file"), SEEK)
    assert (outcome.reason, "Not a directory" in outcome.message) == ("no_lock", True)


async def test_a_folder_for_locks_that_was_cleaned_away_is_made_again(tmp_path: Path) -> None:
    assert (await attempt(machines().means(tmp_path / "gone"), SEEK)).reason is None


async def test_a_machine_that_is_not_in_the_inventory_is_told_to_the_caller(
    tmp_path: Path,
) -> None:
    with pytest.raises(UnknownTarget):
        await attempt(machines().means(tmp_path), probe(host="gone"))


async def test_a_guest_is_measured_on_the_guest(tmp_path: Path) -> None:
    inside = probe("seek", host=GUEST, profile=PROFILES["seek"], sr="")
    pool = Machines(debian6={LINE: GOOD})
    outcome = await attempt(pool.means(tmp_path), inside)
    assert outcome.reason is None
    assert pool.hosts[GUEST].asked == [LINE]


async def test_a_command_has_the_probes_own_time_and_some_for_the_way(tmp_path: Path) -> None:
    host = Noting({LINE: GOOD}, "b")
    pool = Machines()
    pool.hosts["b"] = host
    await attempt(pool.again().means(tmp_path, anyway=True, patience=100.0), SEEK)
    (seconds,) = host.seconds
    assert SEEK.seconds < seconds <= SEEK.seconds + 20
    told = re.search(r"--seconds (\S+)", LINE)
    assert told is not None
    assert float(told[1]) == SEEK.seconds
