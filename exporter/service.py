"""The running exporter: its configuration, its fleet and what it says of itself."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from random import Random

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.core import Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from alerts.bundle import playbooks
from alerts.remediation.journal import Journal
from alerts.remediation.metrics import idle_metrics
from exporter.config import ConfigError, Configuration, load
from exporter.disk.attempt import Means
from exporter.disk.board import Board
from exporter.disk.holds import Holds
from exporter.disk.locks import lock_folder
from exporter.disk.schedule import Schedule
from exporter.fleet import Fleet
from exporter.remediation.remedy import Remedy
from exporter.remediation.rules import NoSecret

VERSION = version("xenlens")
log = logging.getLogger(__name__)


def set_level(level: str) -> None:
    """Of our own loggers only: asyncssh tells of every channel at its `info`."""
    for name in ("exporter", "collectors", "alerts"):
        logging.getLogger(name).setLevel(level.upper())


class Service:
    """One exporter process. `clock` gives Unix time."""

    def __init__(
        self,
        path: Path,
        configuration: Configuration,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self.configuration = configuration
        self.clock = clock
        self.board = Board(clock)
        self.holds = Holds()
        self.fleet = Fleet(configuration.targets(), clock, disk_probes=self.board.of)
        self._schedule: Schedule | None = None
        self.remedy: Remedy | None = None
        """Remediation; None where it is not set up, and until it starts."""
        self.remediates = configuration.remediation is not None
        """Whether it is set up: as it was when this process began, whatever is reloaded."""
        self._changing = asyncio.Lock()
        """Held while remediation starts, and while the configuration is read again."""
        self.own = OwnMetrics(CollectorRegistry())
        self.own.reloaded(True, clock())
        set_level(configuration.log.level)

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
            log.error("disk probes cannot run, there is no place for their locks: %s", error)
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

        While open runs are classified it waits for the end of that.
        """
        async with self._changing:
            await self._reload()

    async def _reload(self) -> None:
        try:
            configuration = await asyncio.to_thread(load, self.path)
        except ConfigError:
            self.own.reloaded(False, self.clock())
            raise
        self._follow_remediation(configuration)
        if configuration.listen != self.configuration.listen:
            log.warning("listen: %s takes effect at the next start", configuration.listen)
        self.configuration = configuration
        self.fleet.follow(configuration.targets())
        if self._schedule is not None:
            self._schedule.means = self._means()
            self._schedule.follow(configuration.disk_probes())
        set_level(configuration.log.level)
        self.own.reloaded(True, self.clock())

    def _follow_remediation(self, configuration: Configuration) -> None:
        section = configuration.remediation
        if self.remediates != (section is not None):
            log.warning("remediation: whether there is any takes effect at the next start")
        if self.remedy is None or section is None:
            return
        try:
            self.remedy.follow(section)
        except NoSecret as error:
            self.own.reloaded(False, self.clock())
            raise ConfigError((str(error),)) from error

    async def end_remediation(self) -> None:
        """Take nothing more, and close the journal. A step under way has seconds to end in."""
        remedy, self.remedy = self.remedy, None
        if remedy is not None:
            await remedy.close()

    async def close(self) -> None:
        """End what runs, and let go of every host."""
        await self.end_remediation()
        if self._schedule is not None:
            await self._schedule.close()
        await self.fleet.close()


class OwnMetrics:
    """What /metrics says of the exporter itself; never mixed into /probe."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        Info("xenlens_build", "Version of xenlens.", registry=registry).info({"version": VERSION})
        self.probes = Counter(
            "xenlens_probes", "Probe pages served, by target.", ["target"], registry=registry
        )
        self.probe_seconds = Histogram(
            "xenlens_probe_duration_seconds",
            "Time to answer /probe, rendering included.",
            registry=registry,
        )
        self._reload_ok = Gauge(
            "xenlens_config_last_reload_successful",
            "1 when the configuration file was last read without error.",
            registry=registry,
        )
        self._reload_at = Gauge(
            "xenlens_config_last_reload_success_timestamp_seconds",
            "Unix time of the last successful read of the configuration file.",
            registry=registry,
        )

    def reloaded(self, success: bool, at: float) -> None:
        """Note an attempt to read the configuration file; `at` is Unix time."""
        self._reload_ok.set(success)
        if success:
            self._reload_at.set(at)

    def metrics(self, remedy: Remedy | None = None) -> Sequence[Metric]:
        """A snapshot of every family, remediation's too."""
        told = remedy.metrics() if remedy and remedy.ready else idle_metrics(playbooks())
        return [*self._registry.collect(), *told]
