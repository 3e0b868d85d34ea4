"""The demo pool as tools see it, and their steps run on its hosts without gate and engine."""

import shlex
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from alerts.remediation.records import Diagnosis, Plan, Step, Target
from alerts.remediation.tool import Tool
from collectors.domains import Domains
from collectors.domains_compare import FAULT_SECONDS
from collectors.registry import collectors_by_name
from exporter.config import load
from exporter.demo.command import Dom0, Result
from exporter.demo.pool.names import uuid_of
from exporter.demo.server import DemoPool
from exporter.demo.shell import Shell
from exporter.fleet import Fleet
from exporter.remediation.sight import FleetSight
from tests.fakes import FakeClock

LAST = "xcp83"


def vm_target(tool: Tool, vm: str, host: str = LAST) -> Target:
    """A VM of the demo by its name."""
    return Target(tool.name, {"pool": "modular", "host": host, "vm": uuid_of("VM", vm)})


@dataclass
class Drill:
    """A running pool, what is seen of it, and the clock by which its faults last."""

    pool: DemoPool
    sight: FleetSight
    clock: FakeClock

    def xe(self, line: str, host: str = LAST) -> Result:
        """What a person's line answers on a host."""
        return Shell(Dom0(self.pool.model, host), 4000).run(line)

    async def lasting(self, tool: Tool, target: Target) -> Diagnosis:
        """What a tool says of a fault that has lasted for long enough."""
        await tool.diagnose(target, self.sight)
        self.clock.now += FAULT_SECONDS + 1
        return await tool.diagnose(target, self.sight)

    async def planned(self, tool: Tool, target: Target) -> Plan:
        """What a tool would do about it."""
        return await tool.plan(target, await self.lasting(tool, target), self.sight)

    async def carried_out(self, tool: Tool, target: Target, steps: Sequence[Step]) -> list[bool]:
        """Run steps one after the other; whether each succeeded. Each must reach what it should."""
        succeeded = []
        for step in steps:
            result = self.xe(shlex.join(step.argv), step.host)
            after = await tool.diagnose(target, self.sight)
            assert after.has(step.expected), (step.what, result, after)
            succeeded.append(result.status == 0 and not result.hangs)
        return succeeded


@asynccontextmanager
async def drill(hosts: int = 3, budget: float = 10.0) -> AsyncIterator[Drill]:
    """A demo pool, watched. `budget` is the seconds that one read may take."""
    clock = FakeClock()
    collectors = {**collectors_by_name(), "domains": lambda: Domains(clock)}
    async with DemoPool(hosts) as pool:
        fleet = Fleet(load(pool.write_config()).targets(), clock, collectors=collectors)
        yield Drill(pool, FleetSight(fleet, lambda: budget), clock)
        await fleet.close()
