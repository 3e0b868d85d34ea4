"""Remediation as it runs in the exporter: made from its configuration, and kept by it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from aiohttp import ClientSession
from prometheus_client.core import Metric

from alerts.bundle import MACHINE
from alerts.remediation.alertmanager import Alertmanager
from alerts.remediation.clock import Clocks, ClockWatch
from alerts.remediation.door import Door
from alerts.remediation.engine import Engine
from alerts.remediation.guards import Surroundings
from alerts.remediation.history import History
from alerts.remediation.journal import Event, Journal, JournalUnwritable, NewAlert, reading
from alerts.remediation.lease import Lease
from alerts.remediation.meter import Meter
from alerts.remediation.metrics import Standing, remediation_metrics
from alerts.remediation.parts import Nobody, Parts
from alerts.remediation.payload import Alert
from alerts.remediation.records import Mode, Unreadable
from alerts.remediation.tools import tools
from exporter.config.remediation import Remediation
from exporter.disk.holds import Holds
from exporter.fleet import Fleet
from exporter.remediation.kept_open import kept_open
from exporter.remediation.rules import kill_switch, rules_of, windows_of
from exporter.remediation.sight import FleetSight
from exporter.remediation.telling import Silences, Teller, manager_of

log = logging.getLogger(__name__)
BEAT_SECONDS = 1.0
PRUNE_SECONDS = 86400.0
PULL_AGAIN_SECONDS = 15.0
PATIENCE, UNLOCKING = 3.0, 0.8
"""Seconds in which a step may end once xenlens is told to stop, and then locks be given back."""


class Remedy:
    """The engine of one exporter. `clock` gives Unix time."""

    def __init__(
        self,
        section: Remediation,
        journal: Journal,
        fleet: Fleet,
        holds: Holds,
        budget: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self.section = section
        self.journal = journal
        self.ready = False
        """Whether every run that an earlier process left open is classified."""
        self._clock = clock
        self._fleet = fleet
        self._holds = holds
        self._budget = budget
        self._manager: Alertmanager | None = None
        self._session: ClientSession | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.engine: Engine

    async def start(self) -> None:
        """Classify what was left open, then take alerts. Raises JournalUnwritable and NoSecret."""
        clocks = Clocks(self._clock)
        last = await self.journal.read(reading.last_moment)
        around = Surroundings(
            clocks,
            ClockWatch(clocks, last),
            History(),
            lambda: kill_switch(self.section.kill_switch),
        )
        meter = Meter(await self.journal.read(reading.outcomes))
        door = Door(partial(kept_open, self._fleet), self.journal.id, self.journal.epoch)
        sight = FleetSight(self._fleet, self._budget)
        parts = Parts(
            *(self.journal, tools(), {}, sight, door, around, meter),
            hold=self._holds.hold,
        )
        self.engine = Engine(parts)
        self._session = ClientSession()
        await self.follow(self.section)
        await self.engine.start()
        self.ready = True
        jobs = (self._beat(), self._prune(), self._pull())
        self._tasks = [asyncio.create_task(job) for job in jobs]

    async def follow(self, section: Remediation) -> None:
        """Go by this configuration from now on. Raises NoSecret, and goes by the old one then."""
        # Reads files of secrets and certificates.
        manager = await asyncio.to_thread(manager_of, section, self._session)
        parts = self.engine.parts
        if section.journal != self.section.journal:
            log.warning("takes effect at the next start", extra={"key": "remediation.journal"})
        self.section, self._manager = section, manager
        parts.rules = rules_of(section)
        parts.around.windows = windows_of(section)
        parts.around.alerts = Silences(manager) if manager else None
        parts.tell = Teller(Lease(self._post, self._clock)) if manager else Nobody()

    async def deliver(self, alerts: Sequence[Alert], truncated: bool = False) -> None:
        """Take the alerts of a webhook. Raises JournalUnwritable.

        Where some were left out of it, the machine's alerts are pulled from Alertmanager after it.
        """
        await self.engine.deliver([NewAlert(a.status, a.labels, a.starts_at) for a in alerts])
        if truncated:
            self._tasks = [task for task in self._tasks if not task.done()]
            self._tasks.append(asyncio.create_task(self._pull()))

    @property
    def armed(self) -> bool:
        """Whether anything may act now: some playbook goes beyond observe, and nothing stops it."""
        around = self.engine.parts.around
        furthest = max(rules.furthest for rules in self.engine.parts.rules.values())
        return furthest > Mode.OBSERVE and not around.paused and not self.stopped

    @property
    def stopped(self) -> str:
        """What the kill switch says; empty while it is not there."""
        try:
            return self.engine.parts.around.kill_switch()
        except OSError as error:
            return f"the kill switch cannot be read: {error}"

    def metrics(self) -> list[Metric]:
        """What remediation tells of itself."""
        engine = self.engine
        meter = engine.parts.meter
        since = [run.since for run in engine.runs.values()]
        oldest = min((at for at in since if at is not None), default=None)
        standing = Standing(
            *(self.armed, engine.beat_at, len(since), oldest),
            runs=meter.runs,
            refusals=meter.refusals,
            last=meter.last,
        )
        return [*remediation_metrics(engine.parts.tools, standing), *meter.stage_metrics()]

    async def close(self, patience: float = PATIENCE) -> None:
        """Begin nothing more; what acts has so many seconds to end its step.

        A host that does not take a lock back in time is left: the lock's lease ends it.
        """
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if hasattr(self, "engine"):
            closing = asyncio.create_task(self.engine.close(patience))
            await asyncio.wait({closing}, timeout=patience + UNLOCKING)
            closing.cancel()
        if self._session is not None:
            await self._session.close()
        await self.journal.close()

    async def _post(self, alerts: Sequence[Alert]) -> None:
        """To Alertmanager as it is configured by now: what is told may outlast a reload."""
        if self._manager is not None:
            await self._manager.post(alerts)

    async def _beat(self) -> None:
        noted: float | None = None
        while True:
            self.engine.beat()
            clock = self.engine.parts.around.clock
            # Whoever noticed it: a guard looks at the clocks too, and so does the start.
            if (at := clock.jumped_at) != noted:
                with suppress(JournalUnwritable):
                    await self._note_jump(clock.jump)
                    noted = at
            await asyncio.sleep(BEAT_SECONDS)

    async def _note_jump(self, seconds: float) -> None:
        """Raises JournalUnwritable."""
        await self.journal.note(Event("CLOCK_JUMPED", {"seconds": round(seconds, 3)}))
        told = {"seconds": round(seconds), "change": True}
        log.warning("the clock jumped: nothing acts for a cooldown", extra=told)

    async def _prune(self) -> None:
        while True:
            try:
                await self.journal.prune(self._clock() - self.section.retention)
            except JournalUnwritable as error:
                log.error("the journal keeps what is old", extra={"error": error})
            await asyncio.sleep(PRUNE_SECONDS)

    async def _pull(self) -> None:
        """Take the machine's alerts that fire now: they are told again only after a while."""
        failed = False
        while self._manager is not None:
            try:
                found = await self._manager.firing({"audience": MACHINE})
                if failed:
                    log.info("alerts are pulled again", extra={"change": True})
                return await self.deliver(found)
            except (Unreadable, JournalUnwritable) as error:
                failed = True
                log.warning("alerts are not pulled", extra={"error": error})
            await asyncio.sleep(PULL_AGAIN_SECONDS)
        return None
