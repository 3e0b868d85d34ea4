"""`/metrics` tells whether anything heals, and what became of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from alerts.bundle import playbooks
from alerts.remediation.metrics import OUTCOMES
from exporter.own_metrics import OwnMetrics
from exporter.render import render_now
from tests.alerts.remediation.rig import TOOL
from tests.exporter.alertmanager_calls import firing
from tests.exporter.remedied import API, Remedied, remedied, until


def own_page() -> list[str]:
    return render_now(OwnMetrics(CollectorRegistry()).metrics()).body.decode().splitlines()


def test_remediation_is_not_armed_and_nothing_is_under_way() -> None:
    page = own_page()
    assert "xenlens_remediation_armed 0.0" in page
    assert "xenlens_remediation_open_runs 0.0" in page


def test_every_end_of_a_run_is_counted_from_zero() -> None:
    """A series that first appears at 1 has no increase that an alert could see."""
    runs = [line for line in own_page() if line.startswith("xenlens_remediation_runs_total{")]
    assert len(runs) == len(playbooks()) * len(OUTCOMES) > 0
    assert all(line.endswith(" 0.0") for line in runs)


def test_an_idle_engine_has_no_heartbeat() -> None:
    told = {line.split("{")[0].split()[0] for line in own_page() if "remediation" in line}
    assert "xenlens_remediation_heartbeat_timestamp_seconds" not in told
    assert "xenlens_remediation_oldest_open_run_timestamp_seconds" not in told


class Page:
    """`/metrics` of an exporter with remediation."""

    def __init__(self, rig: Remedied) -> None:
        self._rig = rig

    async def value(self, series: str) -> float | None:
        """Of a series by its whole name; None where it is not there."""
        lines = (await self._rig.get("/metrics", who="")).splitlines()
        found = [line for line in lines if line.startswith(f"xenlens_remediation_{series} ")]
        return float(found[0].split()[-1]) if found else None

    async def ended(self, outcome: str) -> float | None:
        """How many runs ended so."""
        return await self.value(f'runs_total{{outcome="{outcome}",playbook="{TOOL}"}}')


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    async with remedied(tmp_path) as rig, rig.serving():
        yield rig


async def fix(rig: Remedied, host: str) -> None:
    """Let a run act, and wait for its end."""
    number = (await rig.waiting(host)).number
    await rig.post(f"{API}/runs/{number}/approve", {"hash": rig.engine.run(number).hash})
    await rig.reached("FIXED", number)
    await until(lambda: number not in rig.engine.runs)


async def test_it_is_armed_while_a_playbook_may_act_and_nothing_stops_it(rig: Remedied) -> None:
    page, stop = Page(rig), rig.folder / "stop"
    assert await page.value("armed") == 1
    stop.touch()
    assert await page.value("armed") == 0
    stop.unlink()
    stop.symlink_to(stop)
    assert await page.value("armed") == 0
    stop.unlink()
    await rig.post(f"{API}/pause")
    assert await page.value("armed") == 0
    await rig.post(f"{API}/resume")
    assert await page.value("armed") == 1


async def test_it_is_not_armed_while_every_playbook_only_observes(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        rig.section["playbooks"][TOOL]["mode"] = "observe"
        async with rig.serving():
            assert await Page(rig).value("armed") == 0


async def test_a_mode_for_some_objects_arms_it_as_well(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        allow = [{"mode": "auto", "host": "xs3"}]
        rig.section["playbooks"][TOOL] |= {"mode": "observe", "allow": allow}
        async with rig.serving():
            assert await Page(rig).value("armed") == 1


async def test_before_open_runs_are_classified_it_is_idle(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig, rig.serving(start=False):
        assert await Page(rig).value("armed") == 0
        assert await Page(rig).ended("fixed") == 0


async def test_a_run_is_open_and_then_counted_by_how_it_ended(rig: Remedied) -> None:
    page = Page(rig)
    assert await page.value("oldest_open_run_timestamp_seconds") is None
    await rig.waiting()
    assert await page.value("open_runs") == 1
    await fix(rig, "xs2")
    assert (await page.ended("fixed"), await page.ended("refused")) == (1, 0)
    place = f'host="xs2",object="bond0",outcome="fixed",playbook="{TOOL}",pool="modular"'
    assert await page.value(f"last_run_timestamp_seconds{{{place}}}") == rig.clock.now


async def test_the_oldest_open_run_is_one_that_acts_and_none_that_waits_for_a_person(
    rig: Remedied,
) -> None:
    page, acting, go_on = Page(rig), asyncio.Event(), asyncio.Event()

    async def hold(host: str) -> None:
        acting.set()
        await go_on.wait()

    rig.world.before_effect = hold
    await rig.waiting()
    assert await page.value("oldest_open_run_timestamp_seconds") is None
    rig.clock.now += 3
    fixing = asyncio.create_task(fix(rig, "xs2"))
    await acting.wait()
    assert await page.value("oldest_open_run_timestamp_seconds") == rig.clock.now
    go_on.set()
    await fixing


async def test_a_refusal_is_counted_by_its_reason(rig: Remedied) -> None:
    (rig.folder / "stop").touch()
    await rig.call(firing())
    await rig.delivered()
    assert await Page(rig).ended("refused") == 1
    by_reason = f'refusals_total{{playbook="{TOOL}",reason="kill_switch"}}'
    assert await Page(rig).value(by_reason) == 1


async def test_counters_go_on_after_a_restart(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        async with rig.serving():
            await fix(rig, "xs1")
            await rig.waiting("xs2")
        async with rig.serving():
            assert await Page(rig).ended("fixed") == 1
            assert await Page(rig).ended("aborted_restart") == 1
            rig.alertmanager.alerts.clear()
            await fix(rig, "xs3")
            assert await Page(rig).ended("fixed") == 2


async def test_every_end_of_a_run_is_counted_from_zero_by_an_engine_too(rig: Remedied) -> None:
    for outcome in OUTCOMES:
        assert await Page(rig).ended(outcome) == 0


async def test_the_heart_beats_while_the_engine_looks_at_its_runs(rig: Remedied) -> None:
    page = Page(rig)
    before = await page.value("heartbeat_timestamp_seconds")
    rig.clock.now += 1
    await until(lambda: rig.engine.beat_at == rig.clock.now)
    after = await page.value("heartbeat_timestamp_seconds")
    assert before is not None
    assert after == before + 1


async def test_the_stages_of_a_run_are_timed(rig: Remedied) -> None:
    await fix(rig, "xs1")
    for stage, seconds in {"webhook": 30, "armed": 0, "stable": 0}.items():
        labels = f'{{playbook="{TOOL}",stage="{stage}"}}'
        assert await Page(rig).value(f"stage_duration_seconds_count{labels}") == 1
        assert await Page(rig).value(f"stage_duration_seconds_sum{labels}") == seconds
