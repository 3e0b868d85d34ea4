"""Tools with faults, hosts that do something else, and a configuration that forgot a playbook."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.door import Effect, Permit
from alerts.remediation.journal import Journal
from alerts.remediation.parts import Parts
from alerts.remediation.records import Diagnosis, Plan, Target
from alerts.remediation.sight import Sight
from alerts.remediation.states import State
from tests.alerts.remediation.rig import Bonds, FakeDoor, Rig
from tests.alerts.remediation.test_journal import verdict

TO_ETH1, TO_ETH0 = ("xs1", ("set", "bond0", "eth1")), ("xs1", ("set", "bond0", "eth0"))


@dataclass
class Faulty(Bonds):
    """A fault of its own on some hosts: of reading, of planning, or of what it says."""

    reading: set[str] = field(default_factory=set)
    planning: set[str] = field(default_factory=set)
    more: Callable[[], dict[str, Any]] = dict

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        if target.host in self.reading:
            raise KeyError("a column that is not there")
        found = await super().diagnose(target, sight)
        return replace(found, facts={**found.facts, **self.more()})

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        if target.host in self.planning:
            raise ZeroDivisionError
        return await super().plan(target, found, sight)


class Unkind(Rig):
    """A rig whose tool has faults."""

    def __init__(self, folder: Path, **faults: Any) -> None:
        super().__init__(folder)
        self.tool = self.faulty = Faulty(self.world, **faults)


@asynccontextmanager
async def rig_at(folder: Path, **faults: Any) -> AsyncIterator[Unkind]:
    """It runs; in the end its journal holds."""
    rig = Unkind(folder, **faults)
    async with rig.running():
        yield rig
    assert verdict(rig.path).holds


@pytest.mark.parametrize("fault", ["reading", "planning"])
async def test_a_fault_of_a_tool_stops_its_run_and_no_other(tmp_path: Path, fault: str) -> None:
    async with rig_at(tmp_path, **{fault: {"xs1"}}) as rig:
        await rig.engine.deliver([rig.firing("xs1"), rig.firing("xs2")])
        await rig.engine.idle()
        assert await rig.outcome(2) == ("FIXED", "")
        assert [host for host, _ in rig.world.effects] == ["xs2"]
        assert not {host for host, _ in rig.door.locks}
        await rig.alert("xs1")
        assert (await rig.decided())["coalesced"] == 1


async def test_a_run_that_such_a_fault_stopped_is_given_up_at_the_next_start(
    tmp_path: Path,
) -> None:
    async with rig_at(tmp_path, reading={"xs1"}) as rig:
        await rig.alert()
    async with rig_at(tmp_path) as again:
        assert await again.outcome() == ("ABORTED_RESTART", "restart")
        again.pass_time(120)
        await again.alert()
        assert await again.outcome(2) == ("FIXED", "")


async def test_a_fault_of_a_tool_after_a_crash_quarantines_its_run_and_stops_no_other(
    tmp_path: Path,
) -> None:
    async with rig_at(tmp_path) as rig:

        async def before_effect(host: str) -> None:
            rig.faulty.reading.add("xs1")

        rig.world.before_effect = before_effect
        await rig.alert()
        assert rig.states()[-1] == "VERIFYING"
    async with rig_at(tmp_path, reading={"xs1"}) as again:
        assert await again.outcome() == ("QUARANTINED", "fault")
        assert again.parts.around.quarantined
        assert not again.world.effects
        await again.alert("xs2")
        assert await again.outcome(2) == ("FIXED", "")


class Forgetful(Rig):
    """Its version of xenlens has no playbook any more."""

    def _parts(self, journal: Journal) -> Parts:
        return replace(super()._parts(journal), tools={}, rules={})


@pytest.mark.parametrize(
    ("state", "ended"),
    [
        (State.CONFIRMED, "ABORTED_RESTART"),
        (State.ARMED, "QUARANTINED"),
        (State.HOLDING, "QUARANTINED"),
    ],
)
async def test_an_open_run_of_a_playbook_that_is_no_more_is_ended_without_it(
    tmp_path: Path, state: State, ended: str
) -> None:
    async with rig_at(tmp_path) as rig:

        async def on(run: int, reached: State) -> None:
            if reached is state:
                raise asyncio.CancelledError

        rig.on = on
        await rig.alert()
        assert rig.states()[-1] == state
    again = Forgetful(tmp_path)
    async with again.running():
        assert await again.outcome() == (ended, "unknown_playbook")
        await again.alert("xs2")
        assert not again.world.effects
    assert verdict(again.path).holds
    later = Rig(tmp_path)
    async with later.running():
        later.pass_time(3600)
        await later.alert()
        outcome = ("REFUSED", "quarantined") if ended == "QUARANTINED" else ("FIXED", "")
        assert await later.outcome(2) == outcome


async def test_facts_that_cannot_be_written_down_refuse(tmp_path: Path) -> None:
    same = object()
    async with rig_at(tmp_path, more=lambda: {"seen": same}) as rig:
        await rig.alert()
        assert await rig.outcome() == ("REFUSED", "journal")
        assert not rig.world.effects


async def test_what_flaps_is_not_called_fixed(tmp_path: Path) -> None:
    async with rig_at(tmp_path) as rig:

        def flaps() -> dict[str, Any]:
            if rig.world.effects == [TO_ETH1] and rig.states()[-1] == "HOLDING":
                rig.world.active["xs1"] = "eth0" if rig.world.active["xs1"] == "eth1" else "eth1"
            return {}

        rig.faulty.more = flaps
        await rig.alert()
        assert await rig.outcome() == ("UNDONE", "")


class Other(FakeDoor):
    """Makes another member active than the one it was told to."""

    async def act(
        self, permit: Permit, host: str, step: str, argv: Sequence[str], deadline: float
    ) -> Effect:
        effect = await super().act(permit, host, step, argv, deadline)
        if argv[2] == "eth1":
            self.world.active[host] = "eth7"
        return effect


async def test_a_host_that_did_something_else_is_set_back(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.door = Other(rig.world)
    async with rig.running():
        await rig.alert()
        assert await rig.outcome() == ("UNDONE", "")
        assert rig.world.effects == [TO_ETH1, TO_ETH0]
        assert rig.world.active["xs1"] == "eth0"


async def test_what_is_closed_in_the_middle_of_an_effect_waits_for_it_and_goes_on_later(
    tmp_path: Path,
) -> None:
    rig = Rig(tmp_path)
    async with rig.running():
        begun = asyncio.Event()

        async def before_effect(host: str) -> None:
            begun.set()
            await asyncio.sleep(0.3)

        rig.world.before_effect = before_effect
        await rig.engine.deliver([rig.firing()])
        await begun.wait()
    assert rig.world.effects == [TO_ETH1]
    async with rig.running():
        assert await rig.outcome() == ("FIXED", "")
        assert rig.world.effects == [TO_ETH1]
