"""What may happen in any order, and what the journal and the hosts say of it afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection

from alerts.remediation.door import Effect, Permit
from alerts.remediation.journal import StepRow, reading
from alerts.remediation.records import Mode, Refusal
from alerts.remediation.states import State
from tests.alerts.remediation.rig import HOSTS, TOOL, FakeDoor, Rig, World

Happening = tuple[str, str, float]
"""What happens, to which host, and a number where it takes one."""


class SeenDoor(FakeDoor):
    """Notes every effect together with what the journal has of its run at that moment."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.history: Callable[[int], Awaitable[list[StepRow]]]
        self.seen: list[tuple[str, tuple[str, ...], list[StepRow]]] = []
        self.asked: list[str] = []
        """Every step that was asked for, whether it happened or not."""

    async def act(
        self, permit: Permit, host: str, step: str, argv: Sequence[str], deadline: float
    ) -> Effect:
        before = len(self.world.effects)
        self.asked.append(step)
        known = await self.history(permit.run)
        effect = await super().act(permit, host, step, argv, deadline)
        if len(self.world.effects) > before:
            self.seen.append((step, tuple(argv), known))
        return effect


class Chance:
    """A rig to which things happen; one of its hosts only acts after an approval."""

    def __init__(self, folder: Path) -> None:
        caps = {"per_host": 1, "per_pool": 1, "per_hour": 6}
        self.rig = Rig(folder, caps=caps, attempts={"most": 20, "within": "24h"})
        self.door = self.rig.door = SeenDoor(self.rig.world)
        self.door.history = self.rig.steps
        self.rig.on = self._on
        self._breaks: set[str] = set()
        self._stack = AsyncExitStack()

    async def play(self, happenings: Sequence[Happening]) -> list[StepRow]:
        """Let it all happen, then leave the world alone; every step of the journal."""
        async with self._stack:
            await self._start()
            for name, host, number in happenings:
                await getattr(self, name)(host, number)
            await self._leave_alone()
            assert "pending" not in await self.rig.decided()
            return await self.rig.parts.journal.read(all_steps)

    async def _start(self) -> None:
        await self._stack.enter_async_context(self.rig.running())
        self.rig.allow(Mode.SUGGEST, host="xs3")

    async def _leave_alone(self) -> None:
        """Nothing disturbs any more, and nobody approves what still waits."""
        self.rig.world.silent.clear()
        self.rig.stop = ""
        idle = asyncio.create_task(self.rig.engine.idle())
        while not idle.done():
            await self.reject("", 0.0)
            await asyncio.wait([idle], timeout=0.005)

    async def _on(self, run: int, state: State) -> None:
        if state is State.HOLDING and self._breaks:
            broken = {(await self.rig.row(run)).target.host} & self._breaks
            self.rig.world.active.update(dict.fromkeys(broken, "eth7"))

    async def alert(self, host: str, number: float) -> None:
        await self.rig.engine.deliver([self.rig.firing(host)])
        await self.moment(host, number)

    async def again(self, host: str, number: float) -> None:
        """The same fault, after a cooldown."""
        self.rig.pass_time(601)
        self.rig.world.active[host] = "eth0"
        await self.alert(host, number)

    async def all_hosts(self, host: str, number: float) -> None:
        """Every host has the fault."""
        self.rig.world.active.update(dict.fromkeys(HOSTS, "eth0"))
        await self.rig.engine.deliver([self.rig.firing(each) for each in HOSTS])

    async def resolved(self, host: str, number: float) -> None:
        await self.rig.engine.deliver([self.rig.firing(host, "resolved")])

    async def order(self, host: str, number: float) -> None:
        labels = {"pool": "modular", "host": host, "bond": "bond0"}
        try:
            await self.rig.engine.order(TOOL, labels, "anna", dry_run=False)
        except Refusal as refusal:
            if refusal.reason != "coalesced":
                raise

    async def fault(self, host: str, number: float) -> None:
        self.rig.world.active[host] = "eth0" if number < 0.7 else "eth7"

    async def breaks(self, host: str, number: float) -> None:
        """From now on, or no more, it breaks while it is held."""
        self._breaks ^= {host}

    async def silence(self, host: str, number: float) -> None:
        self.rig.world.silent = {host} if number < 0.5 else set()

    async def lie(self, host: str, number: float) -> None:
        self.rig.world.lies ^= {host}

    async def kill_switch(self, host: str, number: float) -> None:
        self.rig.stop = "it is there" if number < 0.3 else ""

    async def pause(self, host: str, number: float) -> None:
        if number < 0.3:
            await self.rig.engine.pause("anna", "switch upgrade")
        else:
            await self.rig.engine.resume("anna")

    async def time(self, host: str, number: float) -> None:
        self.rig.pass_time(number * 3600)

    async def moment(self, host: str, number: float) -> None:
        await asyncio.sleep(number * 0.08)

    async def approve(self, host: str, number: float) -> None:
        for run in self._awaiting():
            await self.rig.engine.approve(run, "anna", self.rig.engine.run(run).hash)

    async def reject(self, host: str, number: float) -> None:
        for run in self._awaiting():
            await self.rig.engine.reject(run, "anna")

    async def release(self, host: str, number: float) -> None:
        rows = await self.rig.parts.journal.read(reading.runs_of)
        for row in rows:
            if row.target.key in self.rig.parts.around.quarantined:
                await self.rig.engine.release(row.number, "anna")

    async def restart(self, host: str, number: float) -> None:
        """It is cut off in the middle of whatever it does."""
        await self.rig.engine.close(patience=0.0)
        await self._stack.aclose()
        await self._start()

    def _awaiting(self) -> list[int]:
        runs = self.rig.engine.runs.items()
        return [
            number
            for number, run in runs
            if run.state is State.AWAITING_APPROVAL and not run.approval.done()
        ]


def all_steps(connection: Connection) -> list[StepRow]:
    """Every step of every run, in their order."""
    rows = reading.runs_of(connection, limit=1000)
    steps = [step for row in rows for step in reading.steps_of(connection, row.number)]
    return sorted([*steps, *reading.engine_steps(connection, 1000)], key=lambda step: step.seq)


def states_of(steps: Sequence[StepRow]) -> dict[int, list[State]]:
    """Through which states each run went."""
    moves = [step for step in steps if step.state in State.__members__]
    moves.sort(key=lambda step: (step.run, step.seq))
    return {
        run: [State(step.state) for step in group]
        for run, group in groupby(moves, lambda step: step.run)
    }
