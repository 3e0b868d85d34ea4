"""Whatever happens in whatever order: what must be true of the journal and of every effect."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alerts.remediation.journal import StepRow
from alerts.remediation.states import ACTED, AT_WORK, ENDS, QUARANTINES, State
from tests.alerts.remediation.chance import Chance, Happening, SeenDoor, states_of
from tests.alerts.remediation.rig import HOSTS
from tests.alerts.remediation.test_journal import verdict

OFTEN = ["alert", "again", "again", "all_hosts", "time", "approve", "approve", "restart"]
SELDOM = ["resolved", "order", "silence", "lie", "breaks", "pause", "kill_switch", "release"]
SELDOM += ["breaks", "breaks", "lie", "fault", "moment"]
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(OFTEN + SELDOM), st.sampled_from(HOSTS), st.floats(0, 1)),
    min_size=8,
    max_size=30,
)
COOLDOWN, HOUR = 600.0, 3600.0


# Not shrunk: what a failure was also depends on what the loop did first.
@settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(HAPPENINGS)
def test_whatever_happens_the_guard_rails_hold(happenings: list[Happening]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chance = Chance(Path(folder))
        steps = asyncio.run(chance.play(happenings))
        assert verdict(chance.rig.path).holds
    every_run_ends(steps)
    one_run_at_a_time_and_object(steps)
    caps_are_kept(steps)
    what_acted_is_left_alone(steps)
    no_effect_without_its_reasons(chance.door)


def every_run_ends(steps: Sequence[StepRow]) -> None:
    for states in states_of(steps).values():
        assert states[-1] in ENDS
        assert not ENDS & set(states[:-1])


def one_run_at_a_time_and_object(steps: Sequence[StepRow]) -> None:
    open_runs: dict[str, int] = {}
    keys: dict[int, str] = {}
    for step in steps:
        if step.state == State.RECEIVED:
            keys[step.run] = step.body["object"]
            assert keys[step.run] not in open_runs
            open_runs[keys[step.run]] = step.run
        elif step.state in ENDS:
            del open_runs[keys[step.run]]


def caps_are_kept(steps: Sequence[StepRow]) -> None:
    at_work: set[int] = set()
    acted: list[float] = []
    for step in steps:
        if step.state == State.ARMED:
            assert len(at_work) + sum(at > step.at - HOUR for at in acted) < 6
        if step.state in AT_WORK:
            at_work.add(step.run)
        elif step.state in ENDS:
            at_work.discard(step.run)
        if step.state in ACTED:
            acted.append(step.at)
        assert len(at_work) <= 1


def what_acted_is_left_alone(steps: Sequence[StepRow]) -> None:
    """For a cooldown, or until a person releases it."""
    keys = {step.run: step.body["object"] for step in steps if step.state == State.RECEIVED}
    quarantined: set[str] = set()
    acted: dict[str, float] = {}
    for step in steps:
        if step.state == State.ARMED:
            assert keys[step.run] not in quarantined
            assert step.at - acted.get(keys[step.run], 0.0) >= COOLDOWN
        if step.state in QUARANTINES:
            quarantined.add(keys[step.run])
        if step.state in ACTED:
            acted[keys[step.run]] = step.at
        if step.state == "RELEASED":
            quarantined.discard(step.body["key"])


def no_effect_without_its_reasons(door: SeenDoor) -> None:
    assert len({step for step, _, _ in door.seen}) == len(door.seen)
    forth = [step for step in door.asked if not step.endswith(".undo")]
    assert len(set(forth)) == len(forth)
    for step, argv, known in door.seen:
        bodies = {each.state: each.body for each in known}
        assert bodies[State.CONFIRMED]["verdict"] == "faulty"
        assert bodies[State.PLANNED]["plan"]["evidence"]
        assert State.ARMED in bodies
        intent = bodies[State.ACTING]
        if step.endswith(".undo"):
            assert State.UNDOING in bodies
            assert intent["undo"] == list(argv)
        else:
            assert known[-1].state == State.ACTING
            assert (intent["intent"], intent["argv"]) == (step, list(argv))
