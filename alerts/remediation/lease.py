"""Alerts that xenlens itself keeps alive: that it is at work on an object, that it asks people.

Nothing is silenced: these end by themselves soon after the process that renews them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from alerts.remediation.alertmanager import AlertmanagerUnreachable
from alerts.remediation.payload import Alert

log = logging.getLogger(__name__)

AT_WORK = "XenlensRemediationAtWork"
"""Inhibits the pages about an object, and calls nobody: see alertmanager.yml."""
AWAITS_APPROVAL = "XenlensRemediationAwaitsApproval"
PERIOD = 6.0
LIFETIME = 20.0
APPROVAL_LIFETIME = 120.0
RENEWALS = 3
"""Of a notification, in its lifetime."""
Post = Callable[[Sequence[Alert]], Awaitable[None]]
"""Tells Alertmanager, or every one of a cluster: they do not pass alerts on to each other."""


class Lease:
    """Posts alerts and renews them. `clock` gives Unix time; times are in seconds.

    A post that fails is logged, once until one succeeds: then people are paged, which is safe.
    """

    def __init__(
        self,
        post: Post,
        clock: Callable[[], float],
        period: float = PERIOD,
        lifetime: float = LIFETIME,
    ) -> None:
        self._post = post
        self._clock = clock
        self._period = period
        self._lifetime = lifetime
        self._failing = False

    @asynccontextmanager
    async def at_work(self, target_labels: Mapping[str, str], playbook: str) -> AsyncIterator[None]:
        """Hold back the pages about an object while the block runs, and no longer.

        The block begins when Alertmanager knows, or has not answered within a period.
        """
        names = {"alertname": AT_WORK, "audience": "lease", "playbook": playbook}
        async with self._kept(Alert({**target_labels, **names}), self._period, self._lifetime):
            yield

    @asynccontextmanager
    async def announced(
        self,
        alertname: str,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
        lifetime: float = APPROVAL_LIFETIME,
    ) -> AsyncIterator[None]:
        """Let an alert fire while the block runs.

        It is renewed RENEWALS times in its lifetime, with which it ends where the process dies.
        """
        alert = Alert({**labels, "alertname": alertname}, annotations=annotations)
        async with self._kept(alert, lifetime / RENEWALS, lifetime):
            yield

    async def notify(
        self,
        alertname: str,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
        lifetime: float = APPROVAL_LIFETIME,
    ) -> None:
        """Let an alert fire until this is cancelled, as `announced` does."""
        async with self.announced(alertname, labels, annotations, lifetime):
            await asyncio.Event().wait()

    @asynccontextmanager
    async def _kept(self, alert: Alert, period: float, lifetime: float) -> AsyncIterator[None]:
        await self._tell(alert, period, lifetime)
        renewing = asyncio.create_task(self._renew(alert, period, lifetime))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            await self._tell(alert, period, 0.0)

    async def _renew(self, alert: Alert, period: float, lifetime: float) -> None:
        while True:
            await asyncio.sleep(period)
            await self._tell(alert, period, lifetime)

    async def _tell(self, alert: Alert, within: float, lifetime: float) -> None:
        """Post it, to end after so long; give up after `within`."""
        now = self._clock()
        try:
            async with asyncio.timeout(within):
                await self._post([replace(alert, starts_at=now, ends_at=now + lifetime)])
        except (AlertmanagerUnreachable, TimeoutError) as error:
            if not self._failing:
                why = str(error) or f"no answer within {within:g} s"
                log.warning("an alert is not posted", extra={**_told(alert), "error": why})
            self._failing = True
        else:
            if self._failing:
                log.info("alerts are posted again", extra=_told(alert))
            self._failing = False


def _told(alert: Alert) -> dict[str, object]:
    """Of a change, which the log never holds back."""
    return {"alertname": alert.labels["alertname"], "change": True}
