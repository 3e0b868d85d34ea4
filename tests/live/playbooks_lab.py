"""The engine over the emulated host: real SSH, the gate, real multipathd.

XAPI is not in the lab: what it says of the pool is made up, an SR on the map that nobody works at.
All else is read from the host.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
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
from alerts.remediation.sight import Sight
from alerts.remediation.tools import tools
from collectors.inventory import HostInventory
from collectors.xapi.access import PoolReading
from collectors.xapi.records import Pbd, Pool, PoolState, Sr
from exporter.config import Target
from exporter.fleet import Fleet
from exporter.remediation.sight import FleetSight
from tests.alerts.remediation.fakes import FakeSight
from tests.alerts.remediation.rig import FakeAlerts
from tests.labs.multipath.hardware import WWID
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.setup import HOSTNAME
from tests.live.playbooks_host import PATIENCE, state_of

POOL = "lab"
BUDGET = 40.0
"""Seconds for one read; an emulated processor that others slow down takes one to ten."""
PATIENT: dict[str, Any] = {
    "mode": "auto",
    "confirm": {"reads": 2, "interval": 0.1},
    "verify": {"time": 20.0, "every": 0.5},
    "hold": {"time": 1.0, "every": 0.5},
}
"""Production's limits with shorter waits, and a longer one for what is slow to take effect."""
FIXED = [
    *("RECEIVED", "MATCHED", "ADMITTED", "LOCKED", "CONFIRMED", "PLANNED", "ARMED"),
    *("VERIFYING", "HOLDING", "FIXED"),
]
"""The states of a run that heals, without those of its steps."""
_STEPS = ("ACTING", "APPLIED")


@dataclass(frozen=True, slots=True)
class LabRig:
    """A started engine; every playbook is in mode `auto`."""

    lab: MultipathLab
    journal: Journal
    parts: Parts
    engine: Engine

    async def heal(self, playbook: str, host: str = HOSTNAME, **labels: str) -> RunRow:
        """What becomes of an alert for the machine about the lab's map."""
        told = {"alertname": "Test", "audience": "machine", "playbook": playbook, "pool": POOL}
        labels = told | {"host": host, "wwid": WWID} | labels
        await self.engine.deliver([NewAlert("firing", labels, time.time() - 30)])
        await self.engine.idle()
        (row,) = await self.journal.read(lambda c: reading.runs_of(c, limit=1))
        return row

    async def steps(self, run: RunRow) -> list[StepRow]:
        """The journal of a run."""
        return await self.journal.read(lambda c: reading.steps_of(c, run.number))

    async def commands(self, run: RunRow) -> list[str]:
        """The command lines that a run's journal has as carried out, in order."""
        steps = await self.steps(run)
        return [" ".join(step.body["argv"]) for step in steps if step.state == "ACTING"]

    async def fixed(self, playbook: str, **labels: str) -> RunRow:
        """The run of an alert, which ends in FIXED; its journal says so state by state."""
        run = await self.heal(playbook, **labels)
        steps = await self.steps(run)
        assert run.state == "FIXED", [step.body for step in steps]
        assert [step.state for step in steps if step.state not in _STEPS] == FIXED
        return run

    async def refused(self, playbook: str, **labels: str) -> str:
        """Why an alert's run does nothing. It leaves no trace on the host."""
        before = state_of(self.lab.machine)
        run = await self.heal(playbook, **labels)
        assert run.state == "REFUSED", [step.body for step in await self.steps(run)]
        assert state_of(self.lab.machine) == before
        return run.reason


@asynccontextmanager
async def lab_rig(lab: MultipathLab, folder: Path, *, peer: str = "") -> AsyncIterator[LabRig]:
    """An engine over a pool of the lab's host, as long as the block runs.

    `peer` names another host, whose maps are for ever what the lab's are now: no second machine.
    """
    folder.mkdir(exist_ok=True)
    settings = replace(lab.settings(), connect_timeout=PATIENCE)
    expected = HostInventory(paths_per_map=2)
    names = filter(None, (HOSTNAME, peer))
    fleet = Fleet([Target(name, POOL, settings, expected) for name in names], time.time)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(fleet.close)
        journal = Journal.open(folder / "journal.db", time.time)
        stack.push_async_callback(journal.close)
        sight = FakeSight(pools={POOL: _quiet_pool()}, behind=FleetSight(fleet, lambda: BUDGET))
        rig = _rig(lab, fleet, journal, sight)
        await sight.ask(HOSTNAME, ("true",), PATIENCE)
        if peer:
            sight.reads = {(peer, "multipath"): await sight.read(HOSTNAME, "multipath")}
        await rig.engine.start()
        stack.push_async_callback(rig.engine.close)
        yield rig


def _rig(lab: MultipathLab, fleet: Fleet, journal: Journal, sight: Sight) -> LabRig:
    door = Door(lambda name: fleet.watch(name).host, journal.id, journal.epoch)
    clocks = Clocks()
    around = Surroundings(clocks, ClockWatch(clocks), History(), lambda: "", FakeAlerts())
    rules = {name: Rules(adjusted(name, book, PATIENT)) for name, book in playbooks().items()}
    parts = Parts(journal, tools(), rules, sight, door, around, Meter())
    return LabRig(lab, journal, parts, Engine(parts))


def _quiet_pool() -> PoolReading:
    """XAPI with an SR on the map, at work on nothing."""
    sr = Sr("sr", "LUN0", "lvmohba", "", True)
    pbd = Pbd("pbd", "sr", HOSTNAME, True, {"SCSIid": WWID})
    return PoolReading(PoolState(Pool("pool", POOL, HOSTNAME), srs=(sr,), pbds=(pbd,)), "", 0.0)
