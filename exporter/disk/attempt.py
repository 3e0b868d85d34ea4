"""One attempt to run one disk probe: guards, locks, the run, and its outcome."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from collectors.disk_reasons import DiskProbeFailed
from collectors.disk_records import DiskProbe, DiskRun
from collectors.disk_run import measure
from collectors.host import loop_time
from collectors.metrics import Family, Page
from collectors.onhost import DISK
from collectors.onhost_run import OnHost
from collectors.registry import Finding, Look, Reading, Scope, View
from exporter.disk.guards import objection
from exporter.disk.holds import Held, Holds
from exporter.disk.locks import Busy, LocksUnusable, locked
from exporter.fleet import Fleet
from exporter.outcome import Outcome

PATIENCE = 300.0
"""Seconds for another probe of the same SR or pool to end."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SPARE = 1.1
"""Some of the time is kept back where an outcome is made."""
MARGIN = 20.0
"""Seconds for the way there and back, on top of what the machine itself gives the probe."""


@dataclass(frozen=True, slots=True)
class Means:
    """What every attempt needs. Times in seconds."""

    fleet: Fleet
    holds: Holds
    lock_folder: Path
    budget: float = 10.0
    """For the look whether all is well."""
    patience: float = PATIENCE
    anyway: bool = False
    """Whether to measure also what is degraded; only a person says so."""

    def patience_for(self, probe: DiskProbe) -> float:
        """Seconds to wait for others: a run that begins half a period late is for the next slot."""
        return min(self.patience, probe.every / 2)


class Attempt:
    """Behaves as a collector, so that one place decides success, failure and duration."""

    scope: Scope = "machine"
    families: tuple[Family, ...] = ()

    def __init__(self, means: Means, probe: DiskProbe) -> None:
        self.name = f"disk_probes:{probe.name}"
        self._means = means
        self._probe = probe
        self._on_host = OnHost(DISK)

    async def read(self, look: Look) -> Reading[DiskRun]:
        """Measure, unless there is an objection. Raises DiskProbeFailed and HostError."""
        means, probe = self._means, self._probe
        pool = means.fleet.watch(probe.host).target.pool
        patience = means.patience_for(probe)
        try:
            async with (
                locked(means.lock_folder, _lock_names(pool, probe), patience),
                means.holds.unless_held(pool),
            ):
                run = await self._measured(look)
        except Busy:
            text = f"another probe of the same SR or pool ran for {patience:.0f} s"
            raise DiskProbeFailed("busy", text) from None
        except LocksUnusable as error:
            raise DiskProbeFailed("no_lock", str(error)) from error
        except Held:
            raise DiskProbeFailed("remediation_running", f"pool {pool} is being healed") from None
        return Reading((run,), run.version)

    async def _measured(self, look: Look) -> DiskRun:
        means, probe = self._means, self._probe
        found = None if means.anyway else await objection(means.fleet, probe, means.budget)
        if found is not None:
            raise found
        deadline = min(look.deadline, loop_time() + probe.seconds + MARGIN)
        return await measure(replace(look, deadline=deadline), probe, self._on_host)

    def fill(self, page: Page, reading: Reading[DiskRun], view: View) -> None:
        """Nothing: the collector `disk_probes` tells how the probe stands."""

    def findings(self, reading: Reading[DiskRun], view: View) -> Iterable[Finding]:
        """None."""
        return ()

    async def close(self) -> None:
        """Nothing is kept."""


def _lock_names(pool: str, probe: DiskProbe) -> list[str]:
    """An SR by its uuid only: another pool may have one of the same name, or the very same SR."""
    shared = [f"sr {probe.sr}"] if UUID.fullmatch(probe.sr) else []
    return [f"pool {pool}", *shared]


async def attempt(means: Means, probe: DiskProbe) -> Outcome:
    """Try once and say what became of it. Raises UnknownTarget for a host that is gone."""
    watch = means.fleet.watch(probe.host)
    longest = means.patience_for(probe) + means.budget + probe.seconds + MARGIN
    deadline = loop_time() + longest * SPARE
    return await watch.run_apart(Attempt(means, probe), deadline)
