"""The watched fleet as remediation sees it: fresh reads, and nothing that changes a host."""

from collections.abc import Callable, Sequence
from typing import Any

from alerts.remediation.records import Refusal, Unreadable
from collectors.host import HostError, Output, loop_time
from collectors.inventory import HostInventory
from collectors.registry import Reading
from collectors.xapi.access import PoolReading
from exporter.config import Target, UnknownTarget
from exporter.fleet import Fleet
from exporter.watch import Watch


class FleetSight:
    """`budget` gives the seconds that one read may take, as a scrape's."""

    def __init__(self, fleet: Fleet, budget: Callable[[], float]) -> None:
        self._fleet = fleet
        self._budget = budget

    def hosts(self, pool: str) -> tuple[str, ...]:
        """The dom0s of a pool in the inventory."""
        watches = (watch for watch in self._fleet.hosts() if watch.target.pool == pool)
        return tuple(watch.target.name for watch in watches)

    def inventory(self, host: str) -> HostInventory:
        """What is expected of a host. Raises Refusal."""
        return self._target(host).inventory

    async def read(self, host: str, collector: str) -> Reading[Any]:
        """What a collector reads of a host now. Raises Unreadable."""
        outcome = await self._watch(host).fresh(collector, self._budget())
        if outcome.reading is None:
            text = f"{host}: {collector}: {outcome.message or 'not on this host'}"
            raise Unreadable(collector, text)
        return outcome.reading

    async def pool(self, pool: str) -> PoolReading:
        """What XAPI says of a pool now. Raises Unreadable."""
        reader = self._fleet.reader(pool)
        if reader is None:
            raise Refusal("unknown_target", f"pool {pool} is not in the inventory")
        try:
            reading = await reader.fresh(loop_time() + self._budget())
        except HostError as error:
            raise Unreadable("xapi", f"{pool}: {error}") from error
        if reading.state is None:
            said = "; ".join(f"{n}: {m.refusal}" for n, m in reading.members.items() if m.refusal)
            raise Unreadable("xapi", f"{pool}: no member's XAPI answers: {said}")
        return reading

    async def ask(self, host: str, argv: Sequence[str], seconds: float = 10.0) -> Output:
        """Run a command that only reads. Raises Unreadable when it does not end in time."""
        try:
            return await self._watch(host).host.run(argv, deadline=loop_time() + seconds)
        except HostError as error:
            raise Unreadable("host", f"{host}: {argv[0]}: {error}") from error

    def _watch(self, host: str) -> Watch:
        self._target(host)
        return self._fleet.watch(host)

    def _target(self, host: str) -> Target:
        """A dom0 of the inventory; neither a guest nor a pool. Raises Refusal."""
        try:
            target = self._fleet.watch(host).target
        except UnknownTarget:
            target = None
        if not isinstance(target, Target) or target.guest:
            raise Refusal("unknown_target", f"host {host} is not in the inventory")
        return target
