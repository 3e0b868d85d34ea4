"""Each guard alone: it allows, it refuses for a reason, and what it cannot know it refuses."""

from dataclasses import replace

import pytest

from alerts.remediation.clock import ClockWatch
from alerts.remediation.guards import Case, Surroundings, asking, stops
from alerts.remediation.guards.case import Window
from alerts.remediation.parts import ask_guards
from alerts.remediation.records import Origin, Refusal
from tests.alerts.remediation.scene import Scene, refused

HOUR, DAY = 3600.0, 86400.0


async def test_the_kill_switch_stops_everything_also_where_it_cannot_be_read() -> None:
    scene = Scene()
    assert not await refused(stops.no_kill_switch(scene.case, scene.around))
    scene.stop = "/etc/xenlens/remediation.stop exists"
    assert await refused(stops.no_kill_switch(scene.case, scene.around)) == "kill_switch"
    scene.stop = PermissionError(13, "Permission denied")
    reason = await refused(stops.no_kill_switch(scene.case, scene.around))
    assert reason == "unreadable_kill_switch"


async def test_a_pause_stops_everything_until_it_ends() -> None:
    scene = Scene()
    scene.around.paused = "by anna: switch upgrade"
    assert await refused(stops.is_not_paused(scene.case, scene.around)) == "paused"
    scene.around.paused = ""
    assert not await refused(stops.is_not_paused(scene.case, scene.around))


@pytest.mark.parametrize(
    ("begins", "ends", "labels", "reason"),
    [
        (-60, 60, {}, "maintenance"),
        (0, 60, {}, "maintenance"),
        (-60, 0, {}, ""),
        (1, 60, {}, ""),
        (-60, 60, {"host": "xs[12]"}, "maintenance"),
        (-60, 60, {"host": "xs"}, ""),
        (-60, 60, {"host": "xs1", "pool": "another"}, ""),
        (-60, 60, {"sr": "iso"}, "maintenance"),
    ],
)
async def test_maintenance_covers_its_time_and_what_its_patterns_do_not_exclude(
    begins: float, ends: float, labels: dict[str, str], reason: str
) -> None:
    scene = Scene()
    now = scene.wall.now
    scene.around.windows = (Window(now + begins, now + ends, labels, "firmware"),)
    assert await refused(stops.is_no_maintenance(scene.case, scene.around)) == reason


@pytest.mark.parametrize("jump", [-HOUR, DAY, 6.0, -6.0])
async def test_after_the_clock_was_set_nothing_acts_until_a_cooldown_really_passed(
    jump: float,
) -> None:
    scene = Scene(cooldown="10m")
    assert not await refused(stops.clock_is_steady(scene.case, scene.around))
    scene.wall.now += jump
    assert await refused(stops.clock_is_steady(scene.case, scene.around)) == "clock_jumped"
    scene.pass_time(599)
    assert await refused(stops.clock_is_steady(scene.case, scene.around)) == "clock_jumped"
    scene.pass_time(1)
    assert not await refused(stops.clock_is_steady(scene.case, scene.around))


async def test_a_clock_that_is_slewed_a_little_does_not_stop_anything() -> None:
    scene = Scene()
    for _ in range(10):
        scene.pass_time(60)
        scene.wall.now -= 0.5
        assert not await refused(stops.clock_is_steady(scene.case, scene.around))


async def test_a_journal_from_the_future_counts_as_a_clock_that_jumped_back() -> None:
    scene = Scene()
    scene.around.clock = ClockWatch(scene.around.clocks, last=scene.wall.now + HOUR)
    assert await refused(stops.clock_is_steady(scene.case, scene.around)) == "clock_jumped"
    scene.around.clock = ClockWatch(scene.around.clocks, last=scene.wall.now - HOUR)
    assert not await refused(stops.clock_is_steady(scene.case, scene.around))


async def test_a_silence_stops_and_one_that_cannot_be_known_does_too() -> None:
    scene = Scene()
    assert not await refused(asking.is_not_silenced(scene.case, scene.around))
    scene.alerts.silence = "anna: switch upgrade"
    assert await refused(asking.is_not_silenced(scene.case, scene.around)) == "silenced"
    scene.alerts.down = True
    reason = await refused(asking.is_not_silenced(scene.case, scene.around))
    assert reason == "unreadable_alertmanager"


async def test_an_alert_that_alertmanager_does_not_have_calls_for_nothing() -> None:
    scene = Scene()
    assert not await refused(asking.alert_is_firing(scene.case, scene.around))
    scene.alerts.ended = True
    assert await refused(asking.alert_is_firing(scene.case, scene.around)) == "not_firing"
    scene.alerts.down = True
    reason = await refused(asking.alert_is_firing(scene.case, scene.around))
    assert reason == "unreadable_alertmanager"


async def test_without_an_alertmanager_nothing_is_known_of_alerts_and_silences() -> None:
    scene = Scene()
    scene.around.alerts = None
    for guard in (asking.is_not_silenced, asking.alert_is_firing):
        assert await refused(guard(scene.case, scene.around)) == "unreadable_alertmanager"


async def faulty_guard(case: Case, around: Surroundings) -> None:
    raise ZeroDivisionError


async def test_a_guard_with_a_fault_of_its_own_refuses() -> None:
    scene = Scene()
    with pytest.raises(Refusal) as refusal:
        await ask_guards((stops.no_kill_switch, faulty_guard), scene.case, scene.around)
    assert (refusal.value.reason, refusal.value.text) == (
        "unreadable_guard",
        "faulty_guard: ZeroDivisionError",
    )


async def test_a_bad_pattern_of_a_window_refuses() -> None:
    scene = Scene()
    scene.around.windows = (Window(0.0, scene.wall.now + 60, {"host": "xs["}),)
    with pytest.raises(Refusal) as refusal:
        await ask_guards((stops.is_no_maintenance,), scene.case, scene.around)
    assert refusal.value.reason == "unreadable_guard"


async def test_the_names_of_the_guards_that_allowed_are_given() -> None:
    scene = Scene()
    person = replace(scene.case, origin=Origin(person="anna"))
    asked = (stops.no_kill_switch, stops.is_no_maintenance)
    both = ["no_kill_switch", "is_no_maintenance"]
    assert await ask_guards(asked, scene.case, scene.around) == both
    assert await ask_guards(asked, person, scene.around) == ["no_kill_switch"]
