"""The engine as a whole: runs one after the other, beside each other, and over restarts."""

from pathlib import Path

import pytest

from alerts.remediation.journal import Event, reading
from alerts.remediation.records import Refusal
from alerts.remediation.states import State
from tests.alerts.remediation.rig import TOOL, Rig, World

EVERY_STATE = [
    "RECEIVED MATCHED ADMITTED LOCKED CONFIRMED PLANNED "
    "ARMED ACTING APPLIED VERIFYING HOLDING FIXED"
]


async def break_again(rig: Rig, after: float) -> None:
    """The wrong member is active once more, and the alert comes again."""
    rig.pass_time(after)
    rig.world.active["xs1"] = "eth0"
    await rig.alert()


async def test_a_fault_is_healed_and_every_state_is_written_down(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        await rig.alert()
        assert rig.states() == EVERY_STATE[0].split()
        assert [step.state for step in await rig.steps()] == EVERY_STATE[0].split()
        assert rig.world.effects == [("xs1", ("set", "bond0", "eth1"))]
        assert not rig.door.locks


async def test_what_is_already_healthy_is_left_alone(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        rig.world.active["xs1"] = "eth1"
        await rig.alert()
        assert (await rig.row()).state == "ALREADY_OK"
        assert not rig.world.effects


async def test_done_that_was_a_lie_is_never_called_fixed(tmp_path: Path) -> None:
    async with Rig(tmp_path, World(lies={"xs1"})).running() as rig:
        await rig.alert()
        assert (await rig.row()).state == "UNDONE"
        assert len(rig.world.effects) == 1
        rig.pass_time(3600)
        await rig.alert()
        assert (await rig.row(2)).reason == "quarantined"


async def test_the_cooldown_counts_from_the_end_of_a_run_that_took_long(tmp_path: Path) -> None:
    async with Rig(tmp_path, cooldown="10m").running() as rig:

        async def on(run: int, state: State) -> None:
            if state is State.HOLDING:
                rig.pass_time(900)

        rig.on = on
        await rig.alert()
        rig.on = None
        await break_again(rig, 599)
        assert await rig.outcome(2) == ("REFUSED", "cooldown")
        # The refusal does not put the next one off.
        await break_again(rig, 1)
        assert await rig.outcome(3) == ("FIXED", "")


async def test_after_a_restart_the_last_run_counts_and_not_the_first(tmp_path: Path) -> None:
    rig = Rig(tmp_path, cooldown="10m")
    async with rig.running():
        await rig.alert()
        await break_again(rig, 3600)
        assert await rig.outcome(2) == ("FIXED", "")
    async with rig.running():
        await break_again(rig, 300)
        assert await rig.outcome(3) == ("REFUSED", "cooldown")
        assert len(rig.world.effects) == 2


async def test_attempts_are_counted_over_restarts(tmp_path: Path) -> None:
    rig = Rig(tmp_path, attempts={"most": 2, "within": "24h"})
    for after in (0, 3600, 3600):
        async with rig.running():
            await break_again(rig, after)
    async with rig.running():
        assert await rig.outcome(3) == ("REFUSED", "attempts")


async def test_a_quarantine_outlasts_a_restart_and_ends_when_a_person_releases_it(
    tmp_path: Path,
) -> None:
    rig = Rig(tmp_path, World(lies={"xs1"}))
    async with rig.running():
        await rig.alert()
    rig.world.lies.clear()
    async with rig.running():
        await break_again(rig, 3600)
        assert await rig.outcome(2) == ("REFUSED", "quarantined")
        assert await rig.engine.release(1, "anna") == f"{TOOL}/modular/xs1/bond0"
        with pytest.raises(Refusal, match="is not quarantined"):
            await rig.engine.release(1, "anna")
    async with rig.running():
        await break_again(rig, 3600)
        assert await rig.outcome(3) == ("FIXED", "")


async def test_a_pause_outlasts_a_restart_and_ends_when_a_person_resumes(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    async with rig.running():
        await rig.engine.pause("anna", "switch upgrade")
    async with rig.running():
        await rig.alert()
        assert await rig.outcome() == ("REFUSED", "paused")
        await rig.engine.resume("anna")
    async with rig.running():
        await break_again(rig, 3600)
        assert await rig.outcome(2) == ("FIXED", "")


@pytest.mark.parametrize(
    ("caps", "ends"),
    [
        ({"per_host": 1, "per_pool": 1, "per_hour": 12}, ["FIXED", "busy_pool", "busy_pool"]),
        ({"per_host": 1, "per_pool": 2, "per_hour": 12}, ["FIXED", "FIXED", "busy_pool"]),
        ({"per_host": 1, "per_pool": 3, "per_hour": 1}, ["FIXED", "per_hour", "per_hour"]),
    ],
)
async def test_of_runs_that_arm_at_the_same_time_only_as_many_do_as_the_caps_allow(
    tmp_path: Path, caps: dict[str, int], ends: list[str]
) -> None:
    async with Rig(tmp_path, caps=caps).running() as rig:
        await rig.engine.deliver([rig.firing(host) for host in ("xs1", "xs2", "xs3")])
        await rig.engine.idle()
        found = [await rig.outcome(run) for run in (1, 2, 3)]
        assert sorted(reason or state for state, reason in found) == sorted(ends)
        assert len(rig.world.effects) == ends.count("FIXED")
        assert rig.world.most_at_work <= caps["per_pool"]


async def test_a_fault_of_more_hosts_than_that_is_left_to_people(tmp_path: Path) -> None:
    storm = {"hosts": 2, "within": "10m"}
    async with Rig(tmp_path, storm=storm).running() as rig:
        await rig.engine.deliver([rig.firing(host) for host in ("xs1", "xs2", "xs3")])
        await rig.engine.idle()
        assert {await rig.outcome(run) for run in (1, 2, 3)} == {("REFUSED", "storm")}
        assert not rig.world.effects


async def test_a_storm_goes_on_over_a_restart(tmp_path: Path) -> None:
    rig = Rig(tmp_path, storm={"hosts": 2, "within": "10m"})
    async with rig.running():
        rig.stop = "it is there"
        await rig.engine.deliver([rig.firing(host) for host in ("xs1", "xs2", "xs3")])
        await rig.engine.idle()
    rig.stop = ""
    async with rig.running():
        rig.pass_time(120)
        await rig.alert()
        assert await rig.outcome(4) == ("REFUSED", "storm")
        rig.pass_time(600)
        await rig.alert()
        assert await rig.outcome(5) == ("FIXED", "")


@pytest.mark.parametrize("jump", [-3600.0, 86400.0])
async def test_after_a_jump_of_the_clock_nothing_acts_for_a_cooldown(
    tmp_path: Path, jump: float
) -> None:
    async with Rig(tmp_path, cooldown="10m").running() as rig:
        rig.clock.now += jump
        await rig.alert()
        assert await rig.outcome() == ("REFUSED", "clock_jumped")
        rig.pass_time(599)
        await rig.alert()
        assert await rig.outcome(2) == ("REFUSED", "clock_jumped")
        rig.pass_time(61)
        await rig.alert()
        assert await rig.outcome(3) == ("FIXED", "")


async def test_the_beat_tells_of_a_jump_of_the_clock(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        rig.pass_time(1)
        assert rig.engine.beat() == 0
        rig.clock.now -= 3600
        assert rig.engine.beat() == -3600


async def test_a_jump_forward_counts_over_a_restart_until_a_cooldown_really_passed(
    tmp_path: Path,
) -> None:
    rig = Rig(tmp_path, cooldown="10m")
    async with rig.running():
        await rig.alert()
        rig.clock.now += 86400
        jump = {"seconds": rig.engine.beat()}
        await rig.parts.journal.note(Event("CLOCK_JUMPED", jump))
        rig.pass_time(300)
    for later, outcome in ((299, "REFUSED"), (61, "FIXED")):
        async with rig.running():
            await break_again(rig, later)
            row = (await rig.parts.journal.read(reading.runs_of))[0]
            assert (row.state, row.reason) == (outcome, "clock_jumped" if later > 61 else "")


async def test_on_a_journal_from_the_future_nothing_acts_for_a_cooldown(tmp_path: Path) -> None:
    rig = Rig(tmp_path, cooldown="10m")
    async with rig.running():
        await rig.alert("xs2")
    rig.clock.now -= 7200
    async with rig.running():
        await rig.alert()
        assert await rig.outcome(2) == ("REFUSED", "clock_jumped")
        rig.pass_time(660)
        await rig.alert()
        assert await rig.outcome(3) == ("FIXED", "")
