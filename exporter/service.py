"""The running exporter: its configuration, its fleet and what it says of itself."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from random import Random

from prometheus_client import CollectorRegistry

from alerts.remediation.journal import Journal
from exporter.config import ConfigError, Configuration, load
from exporter.config.model import Log
from exporter.disk.attempt import Means
from exporter.disk.board import Board
from exporter.disk.holds import Holds
from exporter.disk.locks import lock_folder
from exporter.disk.schedule import Schedule
from exporter.fleet import Fleet
from exporter.in_flight import InFlight
from exporter.logs import set_level
from exporter.logs.changes import Changes
from exporter.own_metrics import OwnMetrics
from exporter.remediation.remedy import Remedy
from exporter.remediation.rules import NoSecret
from exporter.watch import Scrape, Watch
from exporter.webconfig import Protection

log = logging.getLogger(__name__)


class Service:
    """One exporter process. `clock` gives Unix time.

    `follow_log` is told how to log, at once and after every reload; a reload happens inside
    `reloading`.
    """

    def __init__(
        self,
        path: Path,
        configuration: Configuration,
        clock: Callable[[], float] = time.time,
        follow_log: Callable[[Log], None] = set_level,
        reloading: Callable[[], AbstractContextManager[None]] = nullcontext,
        web_config: Path | None = None,
    ) -> None:
        """Raises ConfigError. `web_config` counts instead of the one that is configured."""
        self.path = path
        self.configuration = configuration
        self.protection = Protection(configuration.web_config, web_config)
        self.clock = clock
        self.board = Board(clock)
        self.holds = Holds()
        self.fleet = Fleet(configuration.targets(), clock, disk_probes=self.board.of)
        self._schedule: Schedule | None = None
        self.remedy: Remedy | None = None
        """Remediation; None where it is not set up, and until it starts."""
        self.remediates = configuration.remediation is not None
        """Whether it is set up: as it was when this process began, whatever is reloaded."""
        self.requests = InFlight()
        self.ending = False
        """Whether nothing new is taken."""
        self._changes = Changes(clock)
        self._follow_log = follow_log
        self._reloading = reloading
        self._changing = asyncio.Lock()
        """Held while remediation starts, and while the configuration is read again."""
        self.own = OwnMetrics(CollectorRegistry())
        self.own.reloaded(True, clock())
        follow_log(configuration.log)

    def start(self, chance: Random) -> None:
        """Run disk probes from now on, as they are due; `chance` is for their jitter."""
        self._schedule = Schedule(self._means(), self.board, self.clock, chance)
        self._schedule.follow(self.configuration.disk_probes())

    def _means(self) -> Means:
        """What disk probes need; without a place for locks each says so when it is due."""
        folder = Path(os.devnull)
        try:
            folder = lock_folder() if self.configuration.disk_probes() else folder
        except OSError as error:
            log.error("no place for the locks of disk probes", extra={"error": error})
        return Means(self.fleet, self.holds, folder, self.configuration.scrape.timeout)

    async def start_remediation(self) -> None:
        """Open the journal, and classify what was left open, before anything is taken.

        Raises JournalInUse, JournalUnwritable and NoSecret. Does nothing where it is not set up.
        """
        async with self._changing:
            section = self.configuration.remediation
            if section is None:
                return
            journal = Journal.open(section.journal, self.clock)
            self.remedy = Remedy(
                *(section, journal, self.fleet, self.holds),
                lambda: self.configuration.scrape.timeout,
                self.clock,
            )
            await self.remedy.start()

    async def reload(self) -> None:
        """Read the configuration file again. Raises ConfigError and keeps the old one then.

        While open runs are classified, and while another reload is under way, it waits.
        """
        async with self._changing:
            with self._reloading():
                try:
                    configuration = await asyncio.to_thread(load, self.path)
                    web = await asyncio.to_thread(self.protection.read, configuration.web_config)
                    await self._follow(configuration)
                    self.protection.follow(web)
                except ConfigError as error:
                    self.own.reloaded(False, self.clock())
                    for line in error.lines:
                        told = {"problem": line, "change": True}
                        log.error("configuration not reloaded", extra=told)
                    raise
                except Exception:
                    self.own.reloaded(False, self.clock())
                    log.exception("configuration not reloaded", extra={"change": True})
                    raise
                self.own.reloaded(True, self.clock())
                log.info("configuration reloaded", extra={"file": self.path, "change": True})

    async def _follow(self, configuration: Configuration) -> None:
        """Go by another configuration from now on. Raises ConfigError, before anything changed."""
        await self._follow_remediation(configuration)
        if configuration.listen != self.configuration.listen:
            self._at_next_start("listen")
        self.configuration = configuration
        self.fleet.follow(configuration.targets())
        watched = {watch.target.name for watch in self.fleet.watches()}
        self.own.keep(watched)
        self._changes.keep(watched)
        if self._schedule is not None:
            self._schedule.means = self._means()
            self._schedule.follow(configuration.disk_probes())
        self._follow_log(configuration.log)

    async def _follow_remediation(self, configuration: Configuration) -> None:
        section = configuration.remediation
        if self.remediates != (section is not None):
            self._at_next_start("remediation")
        if self.remedy is None or section is None:
            return
        try:
            await self.remedy.follow(section)
        except NoSecret as error:
            raise ConfigError((str(error),)) from error

    def _at_next_start(self, key: str) -> None:
        log.warning("takes effect at the next start", extra={"key": key})

    def note(self, watch: Watch, scrape: Scrape) -> None:
        """Take down a scrape that was asked for; of a target that is gone nothing is told."""
        name = watch.target.name
        if watch in self.fleet.watches():
            self.own.probed(name)
            self._changes.note(name, scrape)

    async def stop(self, patience: float) -> None:
        """Take nothing new; give what is under way so many seconds, and what acts its own."""
        self.ending = True
        waiting = (self.requests.ended(patience), self.end_remediation())
        await asyncio.gather(*waiting, self._end_schedule(patience))

    async def _end_schedule(self, patience: float | None = None) -> None:
        if self._schedule is not None:
            closing = asyncio.create_task(self._schedule.close())
            await asyncio.wait({closing}, timeout=patience)

    async def end_remediation(self) -> None:
        """Take nothing more, and close the journal. A step under way has seconds to end in."""
        remedy, self.remedy = self.remedy, None
        if remedy is not None:
            await remedy.close()

    async def close(self) -> None:
        """End what runs, and let go of every host."""
        await self.end_remediation()
        await self._end_schedule()
        await self.fleet.close()
