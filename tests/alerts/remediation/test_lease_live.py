"""The lease, the real Alertmanager, and what people hear."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from alerts.remediation.alertmanager import Alertmanager
from alerts.remediation.lease import AWAITS_APPROVAL, Lease
from tests.alerts.remediation.lease_holder import LIFETIME
from tests.alerts.test_alertmanager import is_told_within, told
from tests.labs import alerting

OBJECT = {"pool": "modular", "host": "xs1", "bond": "bond0"}
PLAYBOOK = "set-active-member"
PAGE = {
    "alertname": "BondWrongActiveMember",
    "severity": "critical",
    "playbook": PLAYBOOK,
    **OBJECT,
}
FOR_EVER = 60.0


@pytest.fixture
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[alerting.Alertmanager]:
    with alerting.alertmanager(tmp_path_factory.mktemp("alertmanager")) as manager:
        yield manager


@pytest.fixture
async def client(running: alerting.Alertmanager) -> AsyncIterator[Alertmanager]:
    client = Alertmanager(running.url)
    yield client
    await client.close()


@pytest.mark.prometheus
async def test_a_page_waits_for_the_run_and_goes_out_when_the_run_ends(
    running: alerting.Alertmanager, client: Alertmanager
) -> None:
    async with Lease(client.post, time.time, period=0.5, lifetime=FOR_EVER).at_work(
        OBJECT, PLAYBOOK
    ):
        running.post(PAGE, FOR_EVER)
        await asyncio.sleep(3)
        assert not told(running, PAGE)
        assert await client.is_firing(PAGE)
    assert await asyncio.to_thread(is_told_within, running, PAGE, FOR_EVER / 3)


@pytest.mark.prometheus
def test_a_page_goes_out_when_the_process_of_the_run_is_killed(
    running: alerting.Alertmanager,
) -> None:
    argv = [sys.executable, "-m", "tests.alerts.remediation.lease_holder"]
    argv += [running.url, json.dumps(OBJECT), PLAYBOOK]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            running.post(PAGE, FOR_EVER)
            time.sleep(2 * LIFETIME)
            assert not told(running, PAGE), "the lease was not renewed"
        finally:
            holder.kill()
    assert is_told_within(running, PAGE, FOR_EVER / 3)


@pytest.mark.prometheus
async def test_people_are_asked_for_an_approval_and_told_when_it_is_over(
    running: alerting.Alertmanager, client: Alertmanager
) -> None:
    labels = {"alertname": AWAITS_APPROVAL, **OBJECT}
    lease = Lease(client.post, time.time)
    async with lease.announced(AWAITS_APPROVAL, OBJECT, {"summary": "Approve run 7."}):
        assert await asyncio.to_thread(is_told_within, running, labels, 20)
    async with asyncio.timeout(20):
        while told(running, labels):  # noqa: ASYNC110 - a receiver tells nobody
            await asyncio.sleep(0.1)
    assert not await client.is_firing(labels)
