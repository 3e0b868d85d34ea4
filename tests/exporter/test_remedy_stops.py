"""What stops remediation: the clock, the kill switch, maintenance, silences, no Alertmanager."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.journal import reading
from exporter.remediation.rules import kill_switch
from tests.alerts.remediation.rig import TOOL
from tests.exporter.alertmanager_calls import firing, payload
from tests.exporter.remedied import API, WEBHOOK, Remedied, armed, outcome, reload, remedied, until


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    async with remedied(tmp_path) as rig, rig.serving():
        yield rig


@pytest.mark.parametrize("noticed", [True, False])
async def test_a_clock_that_jumped_is_written_down_and_nothing_acts_after_it(
    rig: Remedied, caplog: pytest.LogCaptureFixture, noticed: bool
) -> None:
    rig.clock.now += 3600
    if noticed:
        # As a guard does, before the next beat.
        assert rig.engine.parts.around.clock.unsettled(600)
    await until(lambda: "the clock jumped" in caplog.text)
    (event, started) = await rig.remedy.journal.read(reading.engine_steps)
    assert (event.state, started.state) == ("CLOCK_JUMPED", "STARTED")
    assert event.body["seconds"] == pytest.approx(3600, abs=5)
    assert await outcome(rig) == ("REFUSED", "clock_jumped")


async def test_a_clock_that_went_back_while_nothing_ran_is_written_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with remedied(tmp_path) as rig:
        async with rig.serving():
            await rig.waiting()
        rig.clock.now -= 600
        async with rig.serving():
            await until(lambda: "the clock jumped" in caplog.text)
            (event, *_) = await rig.remedy.journal.read(reading.engine_steps)
            assert (event.state, event.body) == ("CLOCK_JUMPED", {"seconds": -600.0})


async def test_nothing_acts_while_the_kill_switch_exists(rig: Remedied) -> None:
    (rig.folder / "stop").write_text("new firmware until Friday\nsecond line\n")
    standing = json.loads(await rig.get(API))
    assert standing["kill_switch"] == f"{rig.folder}/stop exists: new firmware until Friday"
    assert standing["armed"] is False
    assert await outcome(rig) == ("REFUSED", "kill_switch")
    (rig.folder / "stop").unlink()
    assert await armed(rig)


def unreadable(file: Path) -> None:
    """A link to itself: who looks is told ELOOP, root as well."""
    file.symlink_to(file)


async def test_a_kill_switch_that_cannot_be_read_stops_everything(rig: Remedied) -> None:
    unreadable(rig.folder / "stop")
    standing = json.loads(await rig.get(API))
    assert "the kill switch cannot be read" in standing["kill_switch"]
    assert standing["armed"] is False
    assert await outcome(rig) == ("REFUSED", "unreadable_kill_switch")


def test_what_the_kill_switch_says(tmp_path: Path) -> None:
    file = tmp_path / "stop"
    assert kill_switch(file) == kill_switch(tmp_path / "gone" / "stop") == ""
    file.touch()
    assert kill_switch(file) == f"{file} exists"
    file.write_bytes(b"\xff" * 1000)
    assert kill_switch(file).startswith(f"{file} exists: ")
    with pytest.raises(IsADirectoryError):
        kill_switch(tmp_path)


async def test_maintenance_keeps_alerts_away_from_what_it_covers(rig: Remedied) -> None:
    window = {"begins": "2023-11-14T22:00:00+00:00", "ends": "2023-11-14T23:00:00+00:00"}
    rig.section["maintenance"] = [{**window, "host": "xs[12]", "why": "new disks"}]
    await reload(rig)
    assert await outcome(rig) == ("REFUSED", "maintenance")
    await rig.call(firing("xs3"))
    assert (await rig.reached("AWAITING_APPROVAL")).target.host == "xs3"


def silence(state: str = "active", **labels: str) -> dict[str, Any]:
    """A silence as Alertmanager's API lists it; a value that begins with `~` is a pattern."""
    matchers = [
        {"name": n, "value": v.lstrip("~"), "isRegex": v[0] == "~", "isEqual": True}
        for n, v in labels.items()
    ]
    made = {"id": "5d1f", "createdBy": "carol", "comment": "new switch", "matchers": matchers}
    return {**made, "status": {"state": state}}


@pytest.mark.parametrize(
    "labels",
    [
        {"host": "xs1"},
        {"host": "~xs.*"},
        {"alertname": "BondWrongActiveMember"},
        {"host": "xs1", "severity": "critical", "audience": "people"},
        {"host": "xs1", "team": "network"},
    ],
)
async def test_a_silence_of_the_object_or_its_people_s_alert_stops_it(
    rig: Remedied, labels: dict[str, str]
) -> None:
    rig.alertmanager.silences = [silence(**labels)]
    assert await outcome(rig) == ("REFUSED", "silenced")
    (row, *_) = await rig.remedy.journal.read(reading.runs_of)
    steps = await rig.remedy.journal.read(lambda c: reading.steps_of(c, row.number))
    assert "5d1f of carol: new switch" in steps[-1].body["text"]


@pytest.mark.parametrize(
    "made",
    [
        silence(host="xs2"),
        silence(host="xs1", bond="bond1"),
        silence("expired", host="xs1"),
        silence("pending", host="xs1"),
        silence(severity="info", audience="machine"),
        silence(team="network"),
    ],
)
async def test_a_silence_of_something_else_stops_nothing(
    rig: Remedied, made: dict[str, Any]
) -> None:
    rig.alertmanager.silences = [made]
    await rig.waiting()


async def test_an_alertmanager_that_cannot_be_asked_stops_everything(rig: Remedied) -> None:
    rig.alertmanager.down = True
    assert await outcome(rig) == ("REFUSED", "unreadable_alertmanager")


async def test_an_alert_that_alertmanager_does_not_have_stops_there(rig: Remedied) -> None:
    await rig.post(WEBHOOK, payload(firing()), 202, "webhook")
    await rig.delivered()
    assert (await rig.reached("REFUSED")).reason == "not_firing"


async def test_people_are_asked_by_an_alert_where_the_mode_is_approve(rig: Remedied) -> None:
    rig.section["playbooks"][TOOL]["mode"] = "approve"
    await reload(rig)
    await rig.waiting()
    await until(lambda: bool(rig.alertmanager.posted))
    asked = rig.alertmanager.posted[0]
    assert asked["labels"]["host"] == "xs1"
    assert "approve 1 or reject 1" in asked["annotations"]["description"]
