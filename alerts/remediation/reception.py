"""Delivered alerts, one after the other: what becomes of each is written down."""

import asyncio
import logging
from typing import Protocol

from alerts.remediation.intake import NotForUs, asked_by_alert
from alerts.remediation.journal import JournalUnwritable, NewAlert
from alerts.remediation.parts import Parts
from alerts.remediation.records import Origin, Target
from alerts.remediation.run import Run
from alerts.remediation.states import HARMLESS

log = logging.getLogger(__name__)
MOST_RESOLVED = 10_000
"""Objects of which it is remembered when their alert resolved."""


class Runs(Protocol):
    """The open runs, as far as alerts concern them."""

    def open_on(self, target: Target) -> int | None:
        """The number of the open run on an object."""

    def found(self, number: int) -> Run | None:
        """An open run; None for one that is only just being written down."""

    async def open(self, target: Target, origin: Origin, alert: int) -> int:
        """Open a run for a delivered alert. Raises JournalUnwritable."""

    def cancel(self, number: int, why: str) -> None:
        """End a run that has done nothing yet."""


class Reception:
    """Takes what `put` gives it, from `start` on."""

    def __init__(self, parts: Parts, runs: Runs) -> None:
        self._parts = parts
        self._runs = runs
        self._resolved: dict[str, float] = {}
        """startsAt of the last alert that resolved, by key."""
        self._waiting: asyncio.Queue[tuple[int, NewAlert, float]] = asyncio.Queue()
        self._consumer: asyncio.Task[None] | None = None

    def put(self, number: int, alert: NewAlert, at: float) -> None:
        """An alert that is written down, and came at Unix time `at`."""
        self._waiting.put_nowait((number, alert, at))

    def start(self) -> None:
        """Consider what comes, from now on."""
        self._consumer = asyncio.create_task(self._consume())

    def stop(self) -> None:
        """Consider nothing more; the rest is `pending` in the journal, for the next start."""
        if self._consumer is not None:
            self._consumer.cancel()

    async def considered(self) -> None:
        """Wait until every alert is decided upon."""
        await self._waiting.join()

    async def _consume(self) -> None:
        while True:
            number, alert, at = await self._waiting.get()
            try:
                await self._consider(number, alert, at)
            except JournalUnwritable as error:
                # It stays `pending` in the journal, and Alertmanager repeats it.
                log.error("an alert is put off", extra={"alert": number, "error": error})
            except Exception:
                # One alert that cannot be considered must not stop all that follow.
                log.exception("a fault of xenlens in considering an alert", extra={"alert": number})
            finally:
                self._waiting.task_done()

    async def _consider(self, number: int, alert: NewAlert, at: float) -> None:
        journal = self._parts.journal
        try:
            target = asked_by_alert(alert.labels, self._parts.tools)
        except NotForUs as error:
            return await journal.decide(number, f"ignored: {error}")
        if alert.status == "resolved":
            return await self._end(number, target, alert)
        if alert.starts_at is not None and alert.starts_at <= self._resolved.get(target.key, 0.0):
            return await journal.decide(number, "ignored: resolved_before")
        self._parts.around.history.called(target, at)
        if (open_run := self._runs.open_on(target)) is not None:
            self._parts.meter.coalesced(target.playbook)
            return await journal.decide(number, "coalesced", open_run)
        name = alert.labels.get("alertname", "")
        origin = Origin("", name, dict(alert.labels), alert.starts_at, at)
        await self._runs.open(target, origin, number)
        return None

    async def _end(self, number: int, target: Target, resolved: NewAlert) -> None:
        """Ends a run that has done nothing yet; from there on it is only written down."""
        if resolved.starts_at is not None:
            before = self._resolved.get(target.key, 0.0)
            self._resolved[target.key] = max(before, resolved.starts_at)
            if len(self._resolved) > MOST_RESOLVED:
                del self._resolved[next(iter(self._resolved))]
        open_run = self._runs.open_on(target)
        # One that is only just being written down is not found; its guards will ask.
        run = self._runs.found(open_run or 0)
        if run is not None and run.state in HARMLESS and _ends(resolved, run.case.origin):
            self._runs.cancel(run.number, "resolved")
        await self._parts.journal.decide(number, "resolved", open_run or 0)


def _ends(resolved: NewAlert, origin: Origin) -> bool:
    """Whether it is the fault of a run that is over, and not an earlier one delivered late."""
    if origin.person:
        return False
    if resolved.starts_at is None or origin.fault_at is None:
        return True
    return resolved.starts_at >= origin.fault_at
