"""Guards over time and space: cooldown, attempts, quarantine, caps, storms."""

import pytest

from alerts.remediation.guards import pacing, radius
from alerts.remediation.records import Target
from alerts.remediation.states import State
from tests.alerts.remediation.scene import Scene, refused, target

DAY = 86400.0


@pytest.mark.parametrize(
    "state",
    [State.FIXED, State.INTERRUPTED, State.UNDONE, State.UNDO_FAILED, State.QUARANTINED],
)
async def test_the_cooldown_counts_from_the_end_of_whatever_acted(state: State) -> None:
    scene = Scene(cooldown="10m")
    scene.ended(state, ago=599)
    assert await refused(pacing.has_cooled_down(scene.case, scene.around)) == "cooldown"
    scene.pass_time(1)
    assert not await refused(pacing.has_cooled_down(scene.case, scene.around))


async def test_a_look_that_did_not_act_is_followed_by_a_pause_and_not_by_a_cooldown() -> None:
    scene = Scene(cooldown="10m", pause="1m")
    scene.ended(State.ALREADY_OK, ago=59)
    assert await refused(pacing.has_cooled_down(scene.case, scene.around)) == "pause"
    scene.pass_time(1)
    assert not await refused(pacing.has_cooled_down(scene.case, scene.around))


@pytest.mark.parametrize("reason", ["cooldown", "pause"])
async def test_a_refusal_because_of_an_earlier_run_puts_nothing_off(reason: str) -> None:
    scene = Scene(cooldown="10m", pause="1m")
    scene.ended(State.FIXED, ago=600)
    scene.ended(State.REFUSED, reason, ago=0)
    assert not await refused(pacing.has_cooled_down(scene.case, scene.around))
    scene.ended(State.REFUSED, "unproven", ago=0)
    assert await refused(pacing.has_cooled_down(scene.case, scene.around)) == "pause"


async def test_a_look_does_not_make_the_run_before_it_forgotten() -> None:
    scene = Scene(cooldown="10m", pause="1m")
    scene.ended(State.FIXED, ago=300)
    scene.ended(State.ALREADY_OK, ago=100)
    assert await refused(pacing.has_cooled_down(scene.case, scene.around)) == "cooldown"


async def test_another_object_does_not_wait_for_this_one() -> None:
    scene = Scene()
    scene.ended(State.FIXED, host="xs2")
    assert not await refused(pacing.has_cooled_down(scene.case, scene.around))


async def test_an_object_has_so_many_attempts_whatever_became_of_them() -> None:
    scene = Scene(attempts={"most": 2, "within": "1h"})
    scene.ended(State.INTERRUPTED, ago=3599)
    scene.ended(State.ALREADY_OK, ago=3000)
    assert not await refused(pacing.attempts_are_left(scene.case, scene.around))
    scene.ended(State.FIXED, ago=1000)
    assert await refused(pacing.attempts_are_left(scene.case, scene.around)) == "attempts"
    scene.pass_time(1)
    assert not await refused(pacing.attempts_are_left(scene.case, scene.around))


async def test_a_quarantine_holds_until_it_is_released_however_long_that_takes() -> None:
    scene = Scene()
    scene.around.quarantined[scene.case.target.key] = "run 7 ended UNDONE"
    scene.pass_time(30 * DAY)
    assert await refused(pacing.is_not_quarantined(scene.case, scene.around)) == "quarantined"
    scene.around.quarantined.clear()
    assert not await refused(pacing.is_not_quarantined(scene.case, scene.around))


async def test_where_more_hosts_than_that_share_a_fault_it_is_a_storm_until_it_is_over() -> None:
    scene = Scene(storm={"hosts": 2, "within": "10m"})
    for host in ("xs1", "xs2", "xs2"):
        scene.around.history.called(target(host), scene.wall.now)
    assert not await refused(radius.is_no_storm(scene.case, scene.around))
    scene.around.history.called(target("xs1", pool="another"), scene.wall.now)
    assert await refused(radius.is_no_storm(scene.case, scene.around)) == "storm"
    scene.pass_time(601)
    assert not await refused(radius.is_no_storm(scene.case, scene.around))


CAPS = {"per_host": 1, "per_pool": 2, "per_hour": 5}


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ([], ""),
        ([target("xs1")], "busy_host"),
        ([target("xs2")], ""),
        ([target("xs2"), target("xs3")], "busy_pool"),
        ([target("xs1", pool="another"), target("xs2", pool="another")], ""),
        ([target(f"xs{n}", pool=f"p{n}") for n in range(5)], "per_hour"),
    ],
)
async def test_so_many_runs_are_at_work_per_host_pool_and_hour(
    others: list[Target], reason: str
) -> None:
    scene = Scene(caps=CAPS)
    for number, other in enumerate(others, start=2):
        scene.around.history.begin_work(number, other)
    assert await refused(radius.caps_are_kept(scene.case, scene.around)) == reason
    for number in range(2, len(others) + 2):
        scene.around.history.end_work(number)
    assert not await refused(radius.caps_are_kept(scene.case, scene.around))


async def test_runs_of_the_last_hour_count_for_the_cap_and_the_run_itself_does_not() -> None:
    scene = Scene(caps=CAPS)
    scene.around.history.begin_work(1, scene.case.target)
    for ago, host in ((3599, "xs4"), (10, "xs5"), (5, "xs6"), (4, "xs7")):
        scene.ended(State.FIXED, ago=ago, host=host)
    assert not await refused(radius.caps_are_kept(scene.case, scene.around))
    scene.ended(State.INTERRUPTED, host="xs8")
    assert await refused(radius.caps_are_kept(scene.case, scene.around)) == "per_hour"
    scene.pass_time(1)
    assert not await refused(radius.caps_are_kept(scene.case, scene.around))
