"""A pool: its coordinator, high availability, hosts, tasks and what XAPI told its users."""

from collectors import pool_findings, pool_metrics
from collectors.pool_facts import PoolFacts
from collectors.pool_lost import coordinator_lost, why_none
from collectors.pool_messages import MessageCounts
from collectors.registry import Look, Scope, collector


@collector
class Pool:
    """The pool as its coordinator knows it; that no coordinator answers is known as well."""

    name = "pool"
    scope: Scope = "pool"
    families = pool_metrics.FAMILIES
    fill = staticmethod(pool_metrics.fill)
    findings = staticmethod(pool_findings.findings)

    def __init__(self) -> None:
        self._messages = MessageCounts()

    async def read(self, look: Look) -> PoolFacts:
        """Take part in the pool's read. Raises HostError, CollectorFailed, NotPresent."""
        reading = await look.pool_reading()
        state = reading.state
        if state is None:
            if not coordinator_lost(reading):
                raise why_none(reading)
            return PoolFacts((), "no XAPI answers", pool=reading)
        counts = None
        if state.messages is not None:
            counts = self._messages.update(state.messages, reading.at)
        return PoolFacts(
            state.hosts, reading.via, damaged=state.damaged, pool=reading, messages=counts
        )

    async def close(self) -> None:
        """Nothing is kept open."""
