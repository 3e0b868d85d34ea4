"""What delivered alerts become: runs, or a word in the journal of why not."""

from pathlib import Path

import pytest

from alerts.remediation.records import Mode
from alerts.remediation.states import State
from tests.alerts.remediation.rig import HOSTS, Bonds, Rig, World


async def test_an_alert_that_is_delivered_again_finds_its_run(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        again = rig.firing(replica="b")
        await rig.engine.deliver([rig.firing(), again, rig.firing(starts_at=rig.clock.now)])
        await rig.engine.idle()
        assert await rig.decided() == {"run": 1, "coalesced": 2}
        assert len(rig.world.effects) == 1


async def test_alerts_of_several_objects_have_a_run_each(tmp_path: Path) -> None:
    caps = {"per_host": 1, "per_pool": 3, "per_hour": 12}
    async with Rig(tmp_path, caps=caps).running() as rig:
        await rig.engine.deliver([rig.firing(host) for host in HOSTS])
        await rig.engine.idle()
        assert [await rig.outcome(run) for run in (1, 2, 3)] == [("FIXED", "")] * 3
        assert sorted(host for host, _ in rig.world.effects) == sorted(HOSTS)


async def test_what_resolved_before_it_was_heard_of_calls_for_nothing(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        await rig.alert(status="resolved")
        await rig.alert()
        assert await rig.decided() == {"resolved": 1, "ignored: resolved_before": 1}
        assert not rig.seen
        await rig.alert(starts_at=rig.clock.now)
        assert await rig.outcome() == ("FIXED", "")


async def test_a_replay_of_all_that_was_delivered_changes_nothing(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        earlier, later = rig.clock.now - 600, rig.clock.now - 30
        story = [(status, at) for at in (earlier, later) for status in ("firing", "resolved")]
        told = [rig.firing(status=status, starts_at=at) for status, at in story]
        for alert in told:
            await rig.engine.deliver([alert])
            await rig.engine.idle()
        effects = list(rig.world.effects)
        rig.world.active["xs1"] = "eth0"
        rig.pass_time(3600)
        for alert in [*told, *reversed(told)]:
            await rig.engine.deliver([alert])
            await rig.engine.idle()
        assert rig.world.effects == effects
        assert {run for run, _ in rig.seen} == {1, 2}


@pytest.mark.parametrize(
    ("labels", "disposition"),
    [
        ({"audience": "people"}, "ignored: for_people"),
        ({"audience": ""}, "ignored: for_people"),
        ({"playbook": ""}, "ignored: no_playbook"),
        ({"playbook": "reboot-everything"}, "ignored: unknown_playbook"),
        ({"bond": ""}, "ignored: bad_label_bond"),
        ({"bond": "bond0; reboot"}, "ignored: bad_label_bond"),
        ({"bond": "-bond0"}, "ignored: bad_label_bond"),
        ({"host": "xs1\n"}, "ignored: bad_label_host"),
        ({"pool": "../modular"}, "ignored: bad_label_pool"),
    ],
)
async def test_an_alert_that_asks_for_nothing_known_is_ignored_and_it_is_said_why(
    tmp_path: Path, labels: dict[str, str], disposition: str
) -> None:
    async with Rig(tmp_path).running() as rig:
        alert = rig.firing()
        await rig.engine.deliver([type(alert)("firing", {**alert.labels, **labels}, None)])
        await rig.engine.idle()
        assert await rig.decided() == {disposition: 1}
        assert not rig.seen


async def test_an_alert_without_an_audience_is_one_for_people(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        alert = rig.firing()
        labels = {name: value for name, value in alert.labels.items() if name != "audience"}
        await rig.engine.deliver([type(alert)("firing", labels, alert.starts_at)])
        await rig.engine.idle()
        assert await rig.decided() == {"ignored: for_people": 1}


async def test_a_playbook_for_people_is_not_called_by_an_alert(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.tool = Bonds(rig.world, by_alert=False)
    async with rig.running():
        await rig.alert()
        assert await rig.decided() == {"ignored: people_only": 1}
        assert not rig.world.effects


@pytest.mark.parametrize("labels", [{"host": "xs9"}, {"pool": "another"}])
async def test_an_object_that_is_not_in_the_inventory_is_refused(
    tmp_path: Path, labels: dict[str, str]
) -> None:
    async with Rig(tmp_path).running() as rig:
        alert = rig.firing()
        await rig.engine.deliver([type(alert)("firing", {**alert.labels, **labels}, None)])
        await rig.engine.idle()
        assert await rig.outcome() == ("REFUSED", "unknown_target")
        assert rig.states() == ["RECEIVED", "REFUSED"]


async def test_an_alert_that_cannot_be_considered_does_not_stop_the_next(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        rules = rig.parts.rules
        rig.parts.rules = {}
        await rig.alert()
        assert not rig.seen
        rig.parts.rules = rules
        await rig.alert()
        assert await rig.outcome() == ("FIXED", "")


async def test_an_alert_that_was_not_decided_upon_is_taken_up_by_the_next_start(
    tmp_path: Path,
) -> None:
    rig = Rig(tmp_path, World())
    async with rig.running():
        await rig.parts.journal.alerts([rig.firing()])
    async with rig.running():
        await rig.engine.idle()
        assert await rig.outcome() == ("FIXED", "")
        assert await rig.decided() == {"run": 1}


async def test_an_open_run_of_a_playbook_that_only_looks_takes_no_lock(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:
        rig.allow(Mode.OBSERVE)
        held: list[int] = []

        async def on(run: int, reached: State) -> None:
            held.append(len(rig.door.locks))

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == ("WOULD_ACT", "")
        assert set(held) == {0}
