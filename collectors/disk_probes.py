"""Disk probes of one machine: they run on a schedule, and a scrape only tells how they stand.

A probe reads tens of seconds long and costs the disk what it measures, so that what is served is
the last run's: with its age, and not at all after a failure.
"""

from collections.abc import Iterable

from collectors import disk_metrics
from collectors.disk_findings import findings
from collectors.disk_records import Standing
from collectors.metrics import Page
from collectors.registry import Finding, Look, NotPresent, Reading, Scope, View, collector


@collector
class DiskProbes:
    """How the disk probes of one host or guest stand."""

    name = "disk_probes"
    scope: Scope = "machine"
    families = disk_metrics.FAMILIES

    async def read(self, look: Look) -> Reading[Standing]:
        """The standings at this moment. Raises NotPresent where none is configured."""
        if not look.disk_probes:
            raise NotPresent("no disk probe runs here; `xenlens serve` runs those configured")
        return Reading(look.disk_probes, "schedule")

    def fill(self, page: Page, reading: Reading[Standing], view: View) -> None:
        """Figures of the last runs."""
        disk_metrics.fill(page, reading)

    def findings(self, reading: Reading[Standing], view: View) -> Iterable[Finding]:
        """Probes that fail, and classes that are not as fast as they should be."""
        return findings(reading.records)

    async def close(self) -> None:
        """Nothing is kept."""
