"""How the tests of reachability look at a lab: the real collector, its commands in the lab."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from collectors.host import Host, Output, Stream, loop_time
from collectors.inventory import Destination, ExpectedBond, HostInventory, Probing
from collectors.reachability import Reachability
from collectors.reachability_record import ReachReading
from collectors.registry import Look
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from tests.labs.host import HOST, HostLab
from tests.labs.ovs import MANAGEMENT

GATEWAY = Destination(MANAGEMENT.gateway)
Verdicts = dict[str, bool | None]
ROUND = 0.7
"""Seconds of a round, unless told: the lab answers in milliseconds."""
BOTH: Verdicts = {"eth0": True, "eth2": True}


@dataclass
class InNamespace:
    """A host whose commands run in the lab's namespace; unix sockets are the same in all."""

    host: Host
    lab: HostLab
    before: tuple[str, ...] = ()
    """Words before the command line of the program, such as `setpriv …`."""
    meanwhile: Callable[[], object] | None = None
    """What happens while the program runs."""

    @property
    def name(self) -> str:
        """The inventory's name of the host."""
        return self.host.name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Run a command in the namespace. Raises HostError."""
        if "probe" not in argv:
            return await self._run(argv, deadline, stdin)
        running = asyncio.create_task(self._run((*self.before, *argv), deadline, stdin))
        if self.meanwhile is not None:
            await asyncio.sleep(0.3)
            await asyncio.to_thread(self.meanwhile)
        return await running

    async def _run(self, argv: Sequence[str], deadline: float, stdin: str) -> Output:
        inside = self.lab.namespaces.argv(HOST, *argv)
        return await self.host.run(inside, deadline=deadline, stdin=stdin)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Open a unix socket. Raises HostError."""
        return await self.host.connect_unix(path, deadline=deadline)

    def stuck(self) -> Mapping[str, float]:
        """What hangs."""
        return self.host.stuck()

    async def close(self) -> None:
        """Let go of everything."""
        await self.host.close()


class Prober:
    """One collector, which looks as often as it is told and remembers what it learned."""

    def __init__(self, host: InNamespace, inventory: HostInventory) -> None:
        self.host = host
        self.heard: list[Output] = []
        self._inventory = inventory
        self._collector = Reachability()

    async def read(self) -> ReachReading:
        """One look."""
        self.heard.clear()
        look = Look(self.host, loop_time() + 15, self._inventory, self.heard.append)
        return await self._collector.read(look)

    async def verdicts(self) -> Verdicts:
        """One look at one destination: what is true, by member."""
        return verdicts_of(await self.read())

    @property
    def program(self) -> Output:
        """What the last look heard of the program."""
        return next(output for output in reversed(self.heard) if "probe" in output.argv)

    @property
    def words(self) -> tuple[str, ...]:
        """What the program was asked in the last look."""
        return self.program.argv[self.program.argv.index("probe") :]

    async def close(self) -> None:
        """Let go of the control socket and of the host."""
        await self._collector.close()
        await self.host.close()


def verdicts_of(reading: ReachReading, destination: str | None = None) -> Verdicts:
    """By member, of one destination or of the only one."""
    chosen = [r for r in reading.records if destination in (None, r.destination)]
    assert len({reach.destination for reach in chosen}) == 1
    return {reach.member: reach.reachable for reach in chosen}


def reasons_of(reading: ReachReading) -> dict[str, str]:
    """By member, why it is not reachable or unknown."""
    return {reach.member: reach.reason for reach in reading.records}


@asynccontextmanager
async def prober(
    lab: HostLab,
    *destinations: Destination,
    host: Host | None = None,
    before: tuple[str, ...] = (),
    **probing: Any,
) -> AsyncIterator[Prober]:
    """A new collector for the lab's bond0; `probing` as in the inventory's record."""
    bond = ExpectedBond(("eth0", "eth2"), "eth0", destinations or (GATEWAY,))
    settings = Probing(**{"timeout": ROUND, **probing})
    inventory = HostInventory({"bond0": bond}, ovs_rundir=str(lab.rundir), probing=settings)
    reached = InNamespace(host or LocalHost("dom0", Local()), lab, before)
    one = Prober(reached, inventory)
    try:
        yield one
    finally:
        await one.close()
