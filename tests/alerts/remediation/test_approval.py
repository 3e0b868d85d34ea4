"""Plans that wait for a person: what an approval binds, and what ends the waiting."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.records import Mode, Refusal, Target
from alerts.remediation.states import State
from tests.alerts.remediation.rig import TOOL, Bonds, Rig

LABELS: Mapping[str, str] = {"pool": "modular", "host": "xs1", "bond": "bond0"}


@asynccontextmanager
async def waiting(folder: Path, mode: str = "suggest", **limits: Any) -> AsyncIterator[Rig]:
    """A rig whose run 1 awaits approval."""
    async with Rig(folder, mode=mode, **limits).running() as rig:
        await rig.engine.deliver([rig.firing()])
        await until(rig, State.AWAITING_APPROVAL)
        yield rig


async def until(rig: Rig, state: State, run: int = 1) -> None:
    async with asyncio.timeout(10):
        while (run, state) not in rig.seen:  # noqa: ASYNC110 - the rig tells nobody
            await asyncio.sleep(0.001)


async def approve(rig: Rig, person: str = "anna") -> None:
    await rig.engine.approve(1, person, rig.engine.run(1).hash)
    await rig.engine.idle()


@pytest.mark.parametrize("mode", ["suggest", "approve"])
async def test_a_plan_waits_until_a_person_approves_and_is_then_looked_at_anew(
    tmp_path: Path, mode: str
) -> None:
    async with waiting(tmp_path, mode) as rig:
        await asyncio.sleep(0.05)
        assert not rig.world.effects
        assert not rig.door.locks
        await approve(rig)
        assert rig.states()[6:12] == [
            *("AWAITING_APPROVAL", "LOCKED", "CONFIRMED", "PLANNED", "ARMED", "ACTING")
        ]
        assert await rig.outcome() == ("FIXED", "")


async def test_who_approved_what_is_written_down(tmp_path: Path) -> None:
    async with waiting(tmp_path) as rig:
        hash_ = rig.engine.run(1).hash
        await approve(rig)
        steps = {step.state: step.body for step in await rig.steps()}
        assert steps["APPROVED"] == {"person": "anna", "hash": hash_}
        assert steps["AWAITING_APPROVAL"]["hash"] == steps["PLANNED"]["hash"] == hash_
        assert steps["ARMED"]["person"] == "anna"


async def test_the_approval_of_another_plan_is_refused_and_the_run_waits_on(
    tmp_path: Path,
) -> None:
    async with waiting(tmp_path) as rig:
        with pytest.raises(Refusal) as refusal:
            await rig.engine.approve(1, "anna", "0" * 64)
        assert refusal.value.reason == "another_plan"
        assert rig.engine.run(1).state is State.AWAITING_APPROVAL
        assert "APPROVED" not in [step.state for step in await rig.steps()]
        await approve(rig)
        assert await rig.outcome() == ("FIXED", "")


async def test_what_changed_since_it_was_planned_is_not_done(tmp_path: Path) -> None:
    async with waiting(tmp_path) as rig:
        rig.world.good["xs1"] = "eth2"
        await approve(rig)
        assert await rig.outcome() == ("REFUSED", "state_changed")
        assert not rig.world.effects


async def test_what_healed_by_itself_meanwhile_is_left_alone(tmp_path: Path) -> None:
    async with waiting(tmp_path) as rig:
        rig.world.active["xs1"] = "eth1"
        await approve(rig)
        assert await rig.outcome() == ("ALREADY_OK", "")
        assert not rig.world.effects


async def test_a_plan_that_nobody_approves_expires(tmp_path: Path) -> None:
    async with waiting(tmp_path, approval="1s") as rig:
        await rig.engine.idle()
        assert await rig.outcome() == ("EXPIRED", "")
        assert not rig.world.effects


async def test_a_plan_is_rejected_by_a_person_and_for_a_reason(tmp_path: Path) -> None:
    async with waiting(tmp_path) as rig:
        await rig.engine.reject(1, "boris", "switch upgrade tonight")
        await rig.engine.idle()
        assert await rig.outcome() == ("REJECTED", "rejected")
        (*_, last) = await rig.steps()
        assert last.body["person"] == "boris"
        assert last.body["text"] == "boris rejected it: switch upgrade tonight"
        assert not rig.world.effects


async def test_only_one_word_counts(tmp_path: Path) -> None:
    async with waiting(tmp_path) as rig:
        hash_ = rig.engine.run(1).hash
        await rig.engine.approve(1, "anna", hash_)
        with pytest.raises(Refusal) as late:
            await rig.engine.reject(1, "boris")
        with pytest.raises(Refusal) as twice:
            await rig.engine.approve(1, "boris", hash_)
        assert (late.value.reason, twice.value.reason) == ("not_waiting", "not_waiting")
        await rig.engine.idle()
        assert await rig.outcome() == ("FIXED", "")
        with pytest.raises(Refusal) as over:
            await rig.engine.approve(1, "anna", hash_)
        assert over.value.reason == "no_open_run"


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("kill_switch", lambda rig: setattr(rig, "stop", "it is there")),
        ("paused", lambda rig: setattr(rig.parts.around, "paused", "by boris")),
        ("silenced", lambda rig: setattr(rig.alerts, "silence", "by boris")),
        ("not_firing", lambda rig: setattr(rig.alerts, "ended", True)),
        ("unreadable_alertmanager", lambda rig: setattr(rig.alerts, "down", True)),
        ("mode", lambda rig: rig.allow(Mode.OBSERVE)),
    ],
)
async def test_an_approval_overrules_no_guard(tmp_path: Path, reason: str, change: Any) -> None:
    async with waiting(tmp_path) as rig:
        change(rig)
        await approve(rig)
        assert await rig.outcome() == ("REFUSED", reason)
        assert not rig.world.effects


async def test_it_waits_also_where_a_person_ordered_what_may_lose_data(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.tool = Bonds(rig.world, most=Mode.APPROVE)
    async with rig.running():
        await rig.engine.order(TOOL, LABELS, "anna", dry_run=False)
        await until(rig, State.AWAITING_APPROVAL)
        assert not rig.world.effects
        await approve(rig)
        assert await rig.outcome() == ("FIXED", "")


class Told:
    """Alertmanager, as far as people are told."""

    def __init__(self) -> None:
        self.log: list[str] = []

    @asynccontextmanager
    async def at_work(self, target: Target) -> AsyncIterator[None]:
        self.log.append(f"at work on {target}")
        yield
        self.log.append("no more")

    @asynccontextmanager
    async def awaits_approval(self, run: int, target: Target) -> AsyncIterator[None]:
        self.log.append(f"run {run} awaits approval")
        try:
            yield
        finally:
            self.log.append("nothing awaits approval")


@pytest.mark.parametrize(("mode", "asked"), [("approve", True), ("suggest", False)])
async def test_people_are_asked_by_an_alert_only_in_the_mode_approve(
    tmp_path: Path, mode: str, asked: bool
) -> None:
    async with Rig(tmp_path, mode=mode).running() as rig:
        told = Told()
        rig.parts.tell = told
        await rig.engine.deliver([rig.firing()])
        await until(rig, State.AWAITING_APPROVAL)
        await rig.engine.reject(1, "anna")
        await rig.engine.idle()
        expected = ["run 1 awaits approval", "nothing awaits approval"]
        assert told.log == (expected if asked else [])
