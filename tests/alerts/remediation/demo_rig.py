"""The engine over the demo pool: real SSH, the on-host gate's face, every tool."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from alerts.bundle import playbooks
from alerts.remediation.clock import Clocks, ClockWatch
from alerts.remediation.door import Door
from alerts.remediation.engine import Engine
from alerts.remediation.guards import Surroundings
from alerts.remediation.history import History
from alerts.remediation.journal import Journal, NewAlert, RunRow, StepRow, reading
from alerts.remediation.meter import Meter
from alerts.remediation.parts import Parts
from alerts.remediation.playbook import Rules, adjusted
from alerts.remediation.records import Mode
from alerts.remediation.states import State
from alerts.remediation.tools import tools
from collectors.domains import Domains
from collectors.host import Host
from collectors.registry import collectors_by_name
from exporter.config import load
from exporter.demo.command import Dom0, Result
from exporter.demo.server import DemoPool
from exporter.demo.shell import Shell
from exporter.fleet import Fleet
from exporter.hosts import open_host
from exporter.remediation.sight import FleetSight
from tests.alerts.remediation.rig import FakeAlerts
from tests.fakes import FakeClock

HURRIED: dict[str, Any] = {
    "confirm": {"reads": 2, "interval": 0.05},
    "verify": {"time": 3.0, "every": 0.1},
    "hold": {"time": 0.2, "every": 0.1},
    "caps": {"per_pool": 4},
}


class DemoRig:
    """A started engine; every playbook is in mode `auto`, as far as its tool goes."""

    def __init__(self, pool: DemoPool, fleet: Fleet, journal: Journal, mode: Mode) -> None:
        self.pool = pool
        self.fleet = fleet
        self.journal = journal
        self.lasting = FakeClock()
        """By which the faults of domains last."""
        self.alerts = FakeAlerts()
        sight = FleetSight(fleet, lambda: 10.0)
        door = Door(lambda name: fleet.watch(name).host, journal.id, journal.epoch)
        clocks = Clocks()
        around = Surroundings(clocks, ClockWatch(clocks), History(), lambda: "", self.alerts)
        self.rules = {
            name: Rules(adjusted(name, book, HURRIED | {"mode": mode}))
            for name, book in playbooks().items()
        }
        self.parts = Parts(journal, tools(), self.rules, sight, door, around, Meter())
        self.engine = Engine(self.parts)

    async def heal(self, playbook: str, **labels: str) -> RunRow:
        """What becomes of an alert for the machine."""
        labels = {"alertname": "Test", "audience": "machine", "playbook": playbook} | labels
        await self.engine.deliver([NewAlert("firing", labels, time.time() - 30)])
        await self.engine.idle()
        return await self.last()

    async def order(self, playbook: str, **labels: str) -> RunRow:
        """What becomes of a person's order, approved where that is asked for."""
        number = await self.engine.order(playbook, labels, "anna", dry_run=False)

        async def observe(run: int, state: State) -> None:
            if state is State.AWAITING_APPROVAL:
                open_run = self.engine.run(number)
                await self.engine.approve(number, "anna", open_run.hash)

        self.parts.observe = observe
        await self.engine.idle()
        return await self.last()

    def xe(self, line: str, host: str = "xcp83") -> Result:
        """What a person's line answers on a host."""
        return Shell(Dom0(self.pool.model, host), 4000).run(line)

    async def last(self) -> RunRow:
        """The last run."""
        (row,) = await self.journal.read(lambda c: reading.runs_of(c, limit=1))
        return row

    async def steps(self, number: int) -> list[StepRow]:
        """The steps of a run."""
        return await self.journal.read(lambda c: reading.steps_of(c, number))


@asynccontextmanager
async def demo_rig(
    folder: Path, *, mode: Mode = Mode.AUTO, open_host: Callable[..., Host] = open_host
) -> AsyncIterator[DemoRig]:
    """An engine over a demo pool of three hosts, as long as the block runs."""
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(DemoPool())
        lasting = FakeClock(time.time())
        collectors = {**collectors_by_name(), "domains": lambda: Domains(lasting)}
        targets = load(pool.write_config()).targets()
        fleet = Fleet(targets, time.time, open_host, collectors=collectors)
        stack.push_async_callback(fleet.close)
        journal = Journal.open(folder / "journal.db", time.time)
        stack.push_async_callback(journal.close)
        rig = DemoRig(pool, fleet, journal, mode)
        rig.lasting = lasting
        await rig.engine.start()
        stack.push_async_callback(rig.engine.close)
        yield rig
