"""The client: alerts pulled back from the real Alertmanager."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from alerts.remediation.alertmanager import Alertmanager, AlertmanagerUnreachable
from alerts.remediation.payload import Alert
from alerts.remediation.silences import Matcher
from tests.alerts.remediation.theirs import Theirs
from tests.labs import alerting

OBJECT = {"pool": "modular", "host": "xs1", "bond": "bond0"}
MACHINE = {"alertname": "BondWrongActiveMember", "audience": "machine", "severity": "info"}
PAGE = {"alertname": "BondWrongActiveMember", "playbook": "set-active-member"}
AT_WORK = {"alertname": "XenlensRemediationAtWork", "playbook": "set-active-member"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[alerting.Alertmanager]:
    with alerting.alertmanager(tmp_path_factory.mktemp("alertmanager")) as manager:
        yield manager


@pytest.fixture
async def manager(running: alerting.Alertmanager) -> AsyncIterator[Alertmanager]:
    client = Alertmanager(running.url + "/")
    yield client
    await client.close()


@pytest.mark.prometheus
async def test_an_alert_is_pulled_back_as_soon_as_it_is_posted(manager: Alertmanager) -> None:
    labels = {**MACHINE, **OBJECT, "case": "posted"}
    began = time.time() - 60
    told = Alert(labels, annotations={"summary": "It's wrong."}, starts_at=began)
    await manager.post([told])
    (alert,) = await manager.firing(labels)
    assert (alert.labels, alert.annotations, alert.status) == (labels, told.annotations, "firing")
    assert alert.starts_at == pytest.approx(began, abs=0.002)
    assert alert.fingerprint


@pytest.mark.prometheus
async def test_an_alert_is_pulled_back_while_it_is_silenced(
    running: alerting.Alertmanager, manager: Alertmanager
) -> None:
    theirs, labels = Theirs(running.url), {**MACHINE, **OBJECT, "case": "silenced"}
    await theirs.silence(Matcher("case", "silenced"))
    await manager.post([Alert(labels)])
    assert (await theirs.silenced())[frozenset(labels.items())]
    assert await manager.is_firing(labels)


@pytest.mark.prometheus
async def test_an_alert_is_pulled_back_while_it_is_inhibited(
    running: alerting.Alertmanager, manager: Alertmanager
) -> None:
    page = {**PAGE, **OBJECT, "case": "inhibited"}
    await manager.post([Alert({**AT_WORK, **OBJECT})])
    await manager.post([Alert(page)])
    async with asyncio.timeout(10):
        while not await Theirs(running.url).is_inhibited(page):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
    assert await manager.is_firing(page)


@pytest.mark.prometheus
async def test_an_alert_that_ended_is_not_pulled_back(manager: Alertmanager) -> None:
    labels = {**MACHINE, **OBJECT, "case": "ended"}
    await manager.post([Alert(labels)])
    assert await manager.is_firing(labels)
    await manager.post([Alert(labels, ends_at=time.time())])
    assert not await manager.is_firing(labels)


@pytest.mark.prometheus
async def test_only_an_alert_of_just_these_labels_is_the_one(manager: Alertmanager) -> None:
    labels = {**MACHINE, **OBJECT, "case": "just these"}
    await manager.post([Alert({**labels, "member": "eth0"})])
    assert not await manager.is_firing(labels)
    assert len(await manager.firing(labels)) == 1
    assert await manager.firing({**labels, "member": ""}) == []
    assert not await manager.is_firing({**labels, "member": "eth1"})
    assert await manager.is_firing({**labels, "member": "eth0", "vm": ""})


HOSTILE = [
    '"',
    "\\",
    "\\n",
    "\n",
    '\\"',
    "a=b,c;d&e+f%20#g",
    "迷宫",
    "{}",
    " x ",
    '"} or {',
    "'",
    "\x01",
]


@pytest.mark.prometheus
@pytest.mark.parametrize("value", HOSTILE)
async def test_every_value_of_a_label_finds_its_alert_and_no_other(
    manager: Alertmanager, value: str
) -> None:
    alerts = [Alert({"alertname": "Hostile", "vm": each}) for each in HOSTILE]
    await manager.post(alerts)
    found = await manager.firing({"alertname": "Hostile", "vm": value})
    assert [alert.labels["vm"] for alert in found] == [value]


@pytest.mark.prometheus
async def test_what_no_text_can_hold_is_not_firing(manager: Alertmanager) -> None:
    assert not await manager.is_firing({"alertname": "Hostile", "vm": "\udc80"})


@pytest.mark.prometheus
async def test_what_alertmanager_refuses_is_said_in_its_words(manager: Alertmanager) -> None:
    with pytest.raises(AlertmanagerUnreachable, match=r"status 400 .*at least one label pair"):
        await manager.post([Alert({})])
