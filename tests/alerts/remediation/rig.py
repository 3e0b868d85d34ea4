"""An engine over a made-up bond: real journal, real guards, hosts and Alertmanager from tables."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alerts.remediation.clock import Clocks, ClockWatch
from alerts.remediation.door import Effect, Permit, check_effect
from alerts.remediation.engine import Engine
from alerts.remediation.guards import Surroundings
from alerts.remediation.history import History
from alerts.remediation.journal import Journal, NewAlert, RunRow, StepRow, reading
from alerts.remediation.meter import Meter
from alerts.remediation.parts import Parts
from alerts.remediation.playbook import Allowance, Playbook, Rules, Watching, read_playbook
from alerts.remediation.records import (
    Diagnosis,
    Mode,
    Plan,
    Refusal,
    Step,
    Target,
    Unreadable,
)
from alerts.remediation.sight import Sight
from alerts.remediation.states import State
from alerts.remediation.tool import NAME, Shape, Tool
from collectors.inventory import HostInventory
from tests.alerts.remediation.fakes import FakeSight
from tests.fakes import FakeClock

HOSTS = ("xs1", "xs2", "xs3")
TOOL = "set-active-member"
DOCUMENT: Mapping[str, Any] = {
    "summary": "Makes another member the active one.",
    "target": ["pool", "host", "bond"],
    "mode": "auto",
    "confirm": {"reads": 2, "interval": 0.001},
    "cooldown": "10m",
    "pause": "1m",
    "attempts": {"most": 3, "within": "24h"},
    "caps": {"per_host": 1, "per_pool": 1, "per_hour": 12},
    "storm": {"hosts": 8, "within": "10m"},
    "verify": {"time": 0.02, "every": 0.005},
    "hold": {"time": 0.01, "every": 0.005},
    "approval": "1h",
}


def playbook(**changes: Any) -> Playbook:
    """The playbook of the made-up bond, with other limits."""
    return read_playbook(TOOL, {**DOCUMENT, **changes})


@dataclass
class World:
    """Which member is active on each host's bond0, and what happens when that is changed."""

    active: dict[str, str] = field(default_factory=lambda: dict.fromkeys(HOSTS, "eth0"))
    good: dict[str, str] = field(default_factory=lambda: dict.fromkeys(HOSTS, "eth1"))
    """The member that should be active; `` where nobody can tell."""
    silent: set[str] = field(default_factory=set)
    """Hosts that cannot be read."""
    lies: set[str] = field(default_factory=set)
    """Hosts that say `done` and do nothing."""
    effects: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Every effect that happened, in order."""
    at_work: int = 0
    most_at_work: int = 0
    before_effect: Callable[[str], Awaitable[None]] | None = None


@dataclass
class Bonds:
    """The tool of the made-up bond."""

    world: World
    name: str = TOOL
    target: tuple[str, ...] = ("pool", "host", "bond")
    most: Mode = Mode.AUTO
    by_alert: bool = True
    effects: Sequence[Shape] = (("set", NAME, NAME),)
    evidence: Mapping[str, Any] = field(default_factory=lambda: {"answers": 3})

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        world, host = self.world, target.host
        if host in world.silent:
            raise Unreadable("host", f"{host} does not answer")
        facts = {"active": world.active[host], "good": world.good[host]}
        if not world.good[host]:
            return Diagnosis("unclear", "nothing tells", facts, "unproven")
        ok = world.active[host] == world.good[host]
        return Diagnosis("healthy" if ok else "faulty", f"{world.active[host]} is active", facts)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        old, new = found.facts["active"], found.facts["good"]
        if new == "eth9":
            raise Refusal("bond_primary_set", "other_config:bond-primary names another member")
        step = Step(
            f"Make {new} the active member.",
            target.host,
            ("set", target.labels["bond"], new),
            5.0,
            {"active": new},
            ("set", target.labels["bond"], old),
        )
        return Plan(step.what, (step,), {"active": new}, self.evidence, target.host)


class FakeDoor:
    """Does to the world what the effects say; keeps to locks, and to each step once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.locks: dict[tuple[str, str], int] = {}
        self.done: set[str] = set()
        self.refuses: Refusal | None = None
        self.refuses_lock: Refusal | None = None

    async def take(self, host: str, object: str, run: int, lease: float) -> None:
        if self.refuses_lock is not None:
            raise self.refuses_lock
        if host in self.world.silent:
            raise Unreadable("gate", f"{host} does not answer")
        if self.locks.get((host, object), run) != run:
            raise Refusal("gate_held", f"{host}: held by another run")
        self.locks[host, object] = run

    async def release(self, host: str, object: str, run: int) -> str:
        self.locks.pop((host, object), None)
        return ""

    async def act(
        self, permit: Permit, host: str, step: str, argv: Sequence[str], deadline: float
    ) -> Effect:
        check_effect(permit, argv)
        if self.refuses is not None:
            raise self.refuses
        if self.locks.get((host, permit.object)) != permit.run:
            raise Refusal("gate_not_held", f"{host}: no lock")
        if step in self.done:
            return Effect(None, unknown="this step was begun before")
        self.done.add(step)
        world = self.world
        world.at_work += 1
        world.most_at_work = max(world.most_at_work, world.at_work)
        if world.before_effect is not None:
            await world.before_effect(host)
        await asyncio.sleep(0)
        world.effects.append((host, tuple(argv)))
        if host not in world.lies:
            world.active[host] = argv[2]
        world.at_work -= 1
        return Effect(0, "done\n")


@dataclass
class FakeAlerts:
    """An Alertmanager: every alert is firing unless it is said not to be."""

    ended: bool = False
    silence: str = ""
    down: bool = False

    async def is_firing(self, labels: Mapping[str, str]) -> bool:
        self._ask()
        return not self.ended

    async def silenced_by(self, labels: Mapping[str, str]) -> str:
        self._ask()
        return self.silence

    def _ask(self) -> None:
        if self.down:
            raise Unreadable("alertmanager", "connection refused")


class Rig:
    """The engine and everything around it. `clock` is Unix time, `ticks` the monotonic clock."""

    def __init__(self, folder: Path, world: World | None = None, **limits: Any) -> None:
        self.world = world or World()
        self.clock = FakeClock()
        self.ticks = FakeClock(1000.0)
        self.alerts = FakeAlerts()
        self.stop = ""
        self.tool: Tool = Bonds(self.world)
        self.door = FakeDoor(self.world)
        self.path = folder / "journal.db"
        self.playbook = playbook(**limits)
        self.again = 0.005
        """Seconds between two looks at what cannot be read after a crash."""
        self.seen: list[tuple[int, State]] = []
        self.on: Callable[[int, State], Awaitable[None]] | None = None
        self.last_moment = 0.0
        """Unix time of the journal's last step before this start."""
        self.engine: Engine
        self.parts: Parts

    def pass_time(self, seconds: float) -> None:
        """Both clocks go on."""
        self.clock.now += seconds
        self.ticks.now += seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Rig"]:
        """A started engine until the block ends."""
        journal = Journal.open(self.path, self.clock)
        try:
            self.last_moment = await journal.read(reading.last_moment)
            self.parts = self._parts(journal)
            self.engine = Engine(self.parts)
            await self.engine.start()
            yield self
        finally:
            await self.engine.close()
            await journal.close()

    def _parts(self, journal: Journal) -> Parts:
        clocks = Clocks(self.clock, self.ticks)
        watch = ClockWatch(clocks, self.last_moment)
        around = Surroundings(clocks, watch, History(), lambda: self.stop, self.alerts)
        return Parts(
            journal,
            {TOOL: self.tool},
            {TOOL: Rules(self.playbook)},
            FakeSight({name: HostInventory() for name in HOSTS}),
            self.door,
            around,
            Meter(),
            observe=self._observe,
            again=self.again,
        )

    async def _observe(self, run: int, state: State) -> None:
        self.seen.append((run, state))
        if self.on is not None:
            await self.on(run, state)

    def allow(self, mode: Mode, **labels: str) -> None:
        """Another mode for some objects."""
        rules = Rules(self.playbook, (Allowance(mode, labels),))
        self.parts.rules = {TOOL: rules}

    async def alert(self, host: str = "xs1", status: str = "firing", **more: Any) -> None:
        """Deliver an alert, and wait until everything has ended."""
        await self.engine.deliver([self.firing(host, status, **more)])
        await self.engine.idle()

    def firing(self, host: str = "xs1", status: str = "firing", **more: Any) -> NewAlert:
        """An alert for the machine."""
        labels = {"alertname": "BondWrongActiveMember", "audience": "machine", "playbook": TOOL}
        labels |= {"pool": "modular", "host": host, "bond": "bond0"}
        starts = more.pop("starts_at", self.clock.now - 30)
        return NewAlert(status, labels | more, starts)

    def states(self, run: int = 1) -> list[str]:
        """Through which states a run went."""
        return [str(state) for number, state in self.seen if number == run]

    async def outcome(self, run: int = 1) -> tuple[str, str]:
        """How a run ended, and the reason that was given."""
        row = await self.row(run)
        return str(row.state), row.reason

    async def decided(self) -> dict[str, int]:
        """What became of the delivered alerts, and of how many."""
        return dict(await self.parts.journal.read(reading.dispositions))

    async def row(self, run: int = 1) -> RunRow:
        """A run as the journal has it."""
        row = await self.parts.journal.read(lambda c: reading.run(c, run))
        assert row is not None
        return row

    async def steps(self, run: int = 1) -> list[StepRow]:
        """The steps of a run."""
        return await self.parts.journal.read(lambda c: reading.steps_of(c, run))


__all__ = ["HOSTS", "TOOL", "Bonds", "FakeAlerts", "FakeDoor", "Rig", "Watching", "World"]
