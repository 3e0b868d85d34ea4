"""An alert that resolves: it cancels what has done nothing yet, and is written down after that."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.states import State
from tests.alerts.remediation.rig import Rig


async def resolve(rig: Rig, starts_at: float | None = None) -> None:
    """Deliver that the alert resolved, and wait until that is decided upon."""
    more: dict[str, Any] = {} if starts_at is None else {"starts_at": starts_at}
    await rig.engine.deliver([rig.firing(status="resolved", **more)])
    while "resolved" not in await rig.decided():  # noqa: ASYNC110 - the journal tells nobody
        await asyncio.sleep(0.001)


HARMLESS = ["RECEIVED", "MATCHED", "ADMITTED", "LOCKED", "CONFIRMED", "PLANNED"]


@pytest.mark.parametrize("state", [*HARMLESS, "AWAITING_APPROVAL"])
async def test_what_resolves_before_it_is_armed_is_cancelled(tmp_path: Path, state: str) -> None:
    async with Rig(tmp_path, mode="suggest" if state[0] == "A" else "auto").running() as rig:

        async def on(run: int, reached: State) -> None:
            if reached == state:
                await resolve(rig)

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == ("CANCELLED", "resolved")
        assert rig.states()[-2:] == [state, "CANCELLED"]
        assert not rig.world.effects
        assert not rig.door.locks


@pytest.mark.parametrize("state", ["ARMED", "ACTING", "APPLIED", "VERIFYING", "HOLDING"])
async def test_from_arming_on_it_is_only_written_down_that_it_resolved(
    tmp_path: Path, state: str
) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, reached: State) -> None:
            if reached == state:
                await resolve(rig)

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == ("FIXED", "")
        assert await rig.decided() == {"run": 1, "resolved": 1}


async def test_an_earlier_fault_that_resolves_late_does_not_cancel_the_run_of_a_later_one(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, reached: State) -> None:
            if reached is State.PLANNED:
                await resolve(rig, starts_at=rig.clock.now - 600)

        rig.on = on
        await rig.alert()
        assert await rig.outcome() == ("FIXED", "")


async def test_that_an_alert_resolved_does_not_end_what_a_person_ordered(tmp_path: Path) -> None:
    async with Rig(tmp_path).running() as rig:

        async def on(run: int, reached: State) -> None:
            if reached is State.CONFIRMED:
                await resolve(rig)

        rig.on = on
        labels = {"pool": "modular", "host": "xs1", "bond": "bond0"}
        await rig.engine.order("set-active-member", labels, "anna", dry_run=False)
        await rig.engine.idle()
        assert await rig.outcome() == ("FIXED", "")


async def test_what_resolves_while_a_person_orders_a_run_is_written_down_too(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path).running() as rig:
        await rig.engine.deliver([rig.firing(status="resolved")])
        labels = {"pool": "modular", "host": "xs1", "bond": "bond0"}
        await rig.engine.order("set-active-member", labels, "anna", dry_run=False)
        await rig.engine.idle()
        assert await rig.decided() == {"resolved": 1}
        assert await rig.outcome() == ("FIXED", "")
