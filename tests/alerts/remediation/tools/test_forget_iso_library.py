"""When an ISO library is forgotten, which nobody can undo."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.remediation.records import Mode, Refusal, Target
from alerts.remediation.tools.forget_iso_library import ForgetIsoLibrary
from tests.alerts.remediation.tools.storage_library_sight import (
    UNMOUNTED,
    VBD_LINE,
    library,
    vbd_text,
)
from tests.alerts.remediation.tools.storage_sight import (
    ISOS,
    POOL,
    STATE,
    TOOLS,
    VHDS,
    A,
    B,
    Storage,
    found,
    pbd,
    planned,
    refused,
    with_pbds,
    with_sr,
)
from tests.alerts.remediation.tools.vm_shapes import assert_allowed

TOOL = ForgetIsoLibrary()
TARGET = Target(TOOL.name, {"pool": "modular", "sr": ISOS.uuid})
NOWHERE = with_pbds(STATE, pbd(ISOS, A, attached=False), pbd(ISOS, B, attached=False))


def detached(**facts: Any) -> Storage:
    """The pool with a library that is detached everywhere."""
    return library(**{"state": NOWHERE, "mounts": UNMOUNTED, **facts})


async def reason_of(storage: Storage) -> str:
    return await refused(TOOL, TARGET, storage)


async def test_only_a_person_has_a_library_forgotten() -> None:
    assert (TOOL.most, TOOL.by_alert) == (Mode.APPROVE, False)


async def test_a_detached_library_is_forgotten_and_what_is_lost_is_said_and_kept() -> None:
    plan = await planned(TOOL, TARGET, detached())
    (step,) = plan.steps
    assert (step.host, step.argv) == ("a", ("xe", "sr-forget", f"uuid={ISOS.uuid}"))
    assert step.undo == ()
    assert "its records of 1 discs" in plan.summary
    commands = [command.split()[1] for command in plan.evidence["saved"]["introduce"]]
    assert commands == ["sr-introduce", "pbd-create", "pbd-create"]
    assert_allowed(TOOL, plan)


async def test_a_library_that_xapi_no_longer_knows_is_healthy() -> None:
    plan = await planned(TOOL, TARGET, detached())
    before = await found(TOOL, TARGET, detached())
    after = await found(TOOL, TARGET, detached(state=replace(NOWHERE, srs=(), pbds=())))
    assert (before.verdict, after.verdict) == ("faulty", "healthy")
    assert after.has(plan.expected)
    assert not before.has(plan.expected)


@pytest.mark.parametrize(
    "facts",
    [{"state": STATE}, {"mounts": library().mounts}, {"state": with_pbds(NOWHERE, pbd(ISOS, B))}],
    ids=["attached", "mounted", "attached on one"],
)
async def test_a_library_that_any_host_still_has_is_not_forgotten(facts: dict[str, Any]) -> None:
    storage = detached(**facts)
    assert (await found(TOOL, TARGET, storage)).verdict == "unclear"
    assert await reason_of(storage) == "still_attached"


async def test_what_forbids_to_detach_forbids_to_forget() -> None:
    upgrade = replace(NOWHERE, pool=replace(POOL, rolling_upgrade=True))
    lost = replace(NOWHERE, pool=replace(POOL, coordinator=None))
    for facts, reason in (
        ({"asks": {VBD_LINE: vbd_text()}}, "disc_inserted"),
        ({"state": upgrade}, "rolling_upgrade"),
        ({"state": lost}, "coordinator_unknown"),
        ({"state": with_sr(NOWHERE, ISOS, current_operations=("scan",))}, "sr_busy"),
        ({"state": replace(NOWHERE, damaged_kinds=("sr",), srs=())}, "unreadable_sr"),
        ({"watched": ("a",)}, "host_not_watched"),
        ({"silent": ("b",)}, "host_not_live"),
    ):
        assert await reason_of(detached(**facts)) == reason


async def test_data_and_tools_are_never_forgotten() -> None:
    for sr, reason in ((VHDS, "not_iso_library"), (TOOLS, "tools_sr")):
        with pytest.raises(Refusal) as refusal:
            await found(TOOL, Target(TOOL.name, {"pool": "modular", "sr": sr.uuid}), detached())
        assert refusal.value.reason == reason


async def test_a_state_that_changed_since_the_diagnosis_is_not_planned_for() -> None:
    before = replace(await found(TOOL, TARGET, detached()), facts={"known": True})
    with pytest.raises(Refusal) as refusal:
        await TOOL.plan(TARGET, before, detached().sight)
    assert refusal.value.reason == "changed"
