"""One host of a pool as its collectors see it: commands from a table, XAPI's state as told."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from collectors.host import Host, Output
from collectors.inventory import HostInventory
from collectors.registry import Collector, Finding, Look, View
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import Pool, PoolHost, PoolState

HERE, THERE = "uuid-here", "uuid-there"
NAMES = {HERE: "fake", THERE: "other"}
STATE = PoolState(
    Pool("uuid-pool", "modular", HERE),
    (
        PoolHost(HERE, "dom0 one", "one", "192.0.2.11", True, True),
        PoolHost(THERE, "dom0 two", "two", "192.0.2.12", True, True),
    ),
)
MEMBERS = {"fake": MemberAnswer(HERE, True), "other": MemberAnswer(THERE, True)}
REFUSED = {"fake": MemberAnswer(HERE, True, "no answer in time", "deadline_exceeded", waited=60.0)}


def told(state: PoolState | None = STATE, **facts: Any) -> PoolReading:
    """What the members told; no state: nobody did."""
    sound = PoolReading(state, "fake, xe", 0.0, MEMBERS, NAMES, told_by="fake")
    lost = PoolReading(state, "", 0.0, REFUSED)
    return replace(sound if state else lost, **facts)


@dataclass
class ToldPool:
    """A pool that tells `reading`, as late as `seconds`, or raises."""

    reading: PoolReading | Exception = field(default_factory=told)
    seconds: float = 0.0
    reads: int = 0

    async def read(self, deadline: float) -> PoolReading:
        self.reads += 1
        await asyncio.sleep(self.seconds)
        if isinstance(self.reading, Exception):
            raise self.reading
        return self.reading


@dataclass
class SteadyClock:
    """Seconds as told."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


async def look(
    collector: Collector,
    host: Host,
    pool: ToldPool | None = None,
    inventory: HostInventory | None = None,
    seconds: float = 5.0,
    heard: list[Output] | None = None,
) -> Any:
    """One look within `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    trace = (heard if heard is not None else []).append
    asked = Look(host, deadline, inventory or HostInventory(), trace, pool or ToldPool())
    return await collector.read(asked)


def found(
    collector: Collector, reading: Any, inventory: HostInventory | None = None
) -> list[Finding]:
    """What is wrong."""
    return list(collector.findings(reading, View(inventory or HostInventory())))
