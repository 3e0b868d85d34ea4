"""Storage of a pool: SRs, their attachment to every host, and SM's path counts beside ours."""

import asyncio

from collectors import storage_findings, storage_metrics
from collectors.pool_lost import state_of
from collectors.registry import Look, Scope, collector
from collectors.storage_reading import StorageReading, storage_reading


@collector
class Storage:
    """SRs and PBDs as XAPI has them, checked against the multipath maps the hosts have."""

    name = "storage"
    scope: Scope = "pool"
    families = storage_metrics.FAMILIES
    fill = staticmethod(storage_metrics.fill)
    findings = staticmethod(storage_findings.findings)

    async def read(self, look: Look) -> StorageReading:
        """Take part in the pool's read. Raises HostError, CollectorFailed, NotPresent."""
        reading = await look.pool_reading()
        return await asyncio.to_thread(storage_reading, reading, state_of(reading))

    async def close(self) -> None:
        """Nothing is kept open."""
