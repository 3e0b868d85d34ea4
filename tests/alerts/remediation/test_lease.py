"""The lease: it holds while a run is at work, and no longer."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

import pytest

from alerts.remediation.alertmanager import AlertmanagerUnreachable
from alerts.remediation.lease import AT_WORK, AWAITS_APPROVAL, Lease
from alerts.remediation.payload import Alert
from exporter.logs.lines import event
from tests.fakes import FakeClock

OBJECT = {"pool": "modular", "host": "xs1", "bond": "bond0"}
PLAYBOOK = "set-active-member"


class Recorder:
    """Takes alerts, or fails as told."""

    def __init__(self, failing: Callable[[int], bool] = lambda number: False) -> None:
        self.alerts: list[Alert] = []
        self._failing = failing
        self._news = asyncio.Event()

    async def __call__(self, alerts: Sequence[Alert]) -> None:
        self.alerts += alerts
        self._news.set()
        if self._failing(len(self.alerts)):
            raise AlertmanagerUnreachable("nobody listens")

    async def has(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.alerts) < count:
                self._news.clear()
                await self._news.wait()


async def test_the_lease_is_posted_at_once_renewed_and_ended() -> None:
    post, clock = Recorder(), FakeClock(1000.0)
    async with Lease(post, clock, period=0.01).at_work(OBJECT, PLAYBOOK):
        assert [alert.ends_at for alert in post.alerts] == [1020.0]
        clock.now = 1006.0
        await post.has(3)
        assert post.alerts[2].ends_at == 1026.0
        clock.now = 1010.0
    assert (post.alerts[-1].starts_at, post.alerts[-1].ends_at) == (1010.0, 1010.0)
    labels = {"alertname": AT_WORK, "audience": "lease", "playbook": PLAYBOOK, **OBJECT}
    assert all(alert.labels == labels for alert in post.alerts)


async def test_nothing_is_posted_after_the_end() -> None:
    post = Recorder()
    async with Lease(post, FakeClock(), period=0.01).at_work(OBJECT, PLAYBOOK):
        await post.has(2)
    count = len(post.alerts)
    await asyncio.sleep(0.05)
    assert len(post.alerts) == count


async def test_a_run_that_fails_ends_its_lease_and_still_fails() -> None:
    post, clock = Recorder(), FakeClock()
    with pytest.raises(LookupError):
        async with Lease(post, clock).at_work(OBJECT, PLAYBOOK):
            raise LookupError
    assert post.alerts[-1].ends_at == clock.now


async def test_a_run_that_is_cancelled_ends_its_lease() -> None:
    post, clock = Recorder(), FakeClock()

    async def run() -> None:
        async with Lease(post, clock).at_work(OBJECT, PLAYBOOK):
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    await post.has(1)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [alert.ends_at for alert in post.alerts] == [clock.now + 20, clock.now]


def told_of(record: logging.LogRecord) -> tuple[object, object]:
    """What is logged, and why; of the alert it names itself."""
    told = event(record)
    assert told["alertname"] == "XenlensRemediationAtWork"
    return told["msg"], told.get("error")


async def test_posts_that_fail_are_logged_once_for_each_streak_and_the_run_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    post = Recorder(failing=lambda number: number <= 3 or 5 <= number <= 6)
    with caplog.at_level(logging.INFO):
        async with Lease(post, FakeClock(), period=0.01).at_work(OBJECT, PLAYBOOK):
            await post.has(3)
            assert len(caplog.records) == 1
            await post.has(8)
    told = [told_of(record) for record in caplog.records]
    assert (
        told
        == [
            ("an alert is not posted", "nobody listens"),
            ("alerts are posted again", None),
        ]
        * 2
    )


async def test_an_alertmanager_that_hangs_holds_the_run_up_for_no_more_than_a_period(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def hang(alerts: Sequence[Alert]) -> None:
        await asyncio.Event().wait()

    began = time.monotonic()
    async with Lease(hang, FakeClock(), period=0.1).at_work(OBJECT, PLAYBOOK):
        assert 0.1 <= time.monotonic() - began < 5
    told = [told_of(record) for record in caplog.records]
    assert told == [("an alert is not posted", "no answer within 0.1 s")]


async def test_what_asks_for_an_approval_is_renewed_until_it_is_cancelled() -> None:
    post, clock = Recorder(), FakeClock(1000.0)
    lease = Lease(post, clock)
    asking = lease.notify(AWAITS_APPROVAL, OBJECT, {"summary": "Approve run 7."}, lifetime=0.06)
    task = asyncio.create_task(asking)
    await post.has(4)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert {alert.ends_at for alert in post.alerts[:-1]} == {1000.06}
    assert post.alerts[-1].ends_at == 1000.0
    assert post.alerts[0].labels == {"alertname": AWAITS_APPROVAL, **OBJECT}
    assert post.alerts[0].annotations == {"summary": "Approve run 7."}
