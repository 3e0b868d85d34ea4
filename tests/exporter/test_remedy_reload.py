"""A reload in the middle of something: of what people are told, of a question, of the start."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerts.remediation.journal import Journal, NewRun
from alerts.remediation.records import Target
from tests.alerts.remediation.rig import TOOL
from tests.exporter.alertmanager_calls import firing
from tests.exporter.remedied import API, Remedied, reload, remedied, until


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    async with remedied(tmp_path) as rig, rig.serving():
        yield rig


async def left_open(rig: Remedied) -> None:
    """A journal with a run that has done nothing yet."""
    journal = Journal.open(rig.journal, rig.clock)
    target = Target(TOOL, {"pool": "modular", "host": "xs1", "bond": "bond0"})
    await journal.open_run(NewRun(1, target))
    await journal.close()


async def test_a_reload_while_open_runs_are_classified_waits_and_counts(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        await left_open(rig)
        async with rig.serving(start=False):
            starting = asyncio.create_task(rig.start())
            await asyncio.sleep(0)
            rig.section["playbooks"][TOOL]["mode"] = "observe"
            assert await reload(rig) == "configuration reloaded\n"
            await starting
            await rig.get("/-/ready")
            await rig.call(firing("xs2"))
            await rig.reached("WOULD_ACT", host="xs2")


async def test_what_people_are_told_outlasts_a_reload(rig: Remedied) -> None:
    rig.section["playbooks"][TOOL]["mode"] = "approve"
    await reload(rig)
    await rig.waiting()
    rig.write_token("am", "canary-new")
    await reload(rig)
    rig.alertmanager.authorized.clear()
    rig.alertmanager.posted.clear()
    await rig.post(f"{API}/runs/1/reject", {"why": "no"})
    await rig.delivered()
    (ended,) = rig.alertmanager.posted
    assert ended["labels"]["alertname"] == "XenlensRemediationAwaitsApproval"
    assert rig.alertmanager.authorized == {"Bearer canary-new"}


async def test_what_asks_alertmanager_is_not_disturbed_by_a_reload(rig: Remedied) -> None:
    alerts = rig.engine.parts.around.alerts
    assert alerts is not None
    rig.alertmanager.answers.clear()
    rig.alertmanager.authorized.clear()
    asking = asyncio.create_task(alerts.is_firing(firing()["labels"]))
    await until(lambda: bool(rig.alertmanager.authorized))
    await reload(rig)
    rig.alertmanager.answers.set()
    assert await asking is False
