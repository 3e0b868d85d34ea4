"""When a dead ISO library is detached, and everything that forbids it."""

from dataclasses import replace

import pytest

from alerts.remediation.records import Refusal, Target
from alerts.remediation.tools.detach_iso_library import DetachIsoLibrary
from tests.alerts.remediation.tools.storage_library_sight import (
    PBD_LINE,
    UNMOUNTED,
    library,
    pbd_text,
)
from tests.alerts.remediation.tools.storage_sight import (
    DISC,
    ISOS,
    STATE,
    A,
    B,
    Storage,
    found,
    mounts_text,
    pbd,
    planned,
    refused,
    with_pbds,
)
from tests.alerts.remediation.tools.vm_shapes import assert_allowed

TOOL = DetachIsoLibrary()
TARGET = Target(TOOL.name, {"pool": "modular", "sr": ISOS.uuid})
NOWHERE = with_pbds(STATE, pbd(ISOS, A, attached=False), pbd(ISOS, B, attached=False))


async def reason_of(storage: Storage, target: Target = TARGET) -> str:
    return await refused(TOOL, target, storage)


async def test_mounts_go_first_and_the_coordinators_pbd_last() -> None:
    plan = await planned(TOOL, TARGET, library())
    point = f"/run/sr-mount/{ISOS.uuid}"
    assert [(step.host, *step.argv) for step in plan.steps] == [
        ("b", "umount", "-l", "-f", point),
        ("a", "umount", "-l", "-f", point),
        ("a", "xe", "pbd-unplug", f"uuid={pbd(ISOS, B).uuid}"),
        ("a", "xe", "pbd-unplug", f"uuid={pbd(ISOS, A).uuid}"),
    ]
    assert [dict(step.expected) for step in plan.steps] == [
        {"mounted b": ""},
        {"mounted a": ""},
        {"attached b": False},
        {"attached a": False},
    ]
    assert not any(step.undo for step in plan.steps)
    assert_allowed(TOOL, plan)


async def test_a_detached_library_is_healthy_and_fits_what_the_plan_expected() -> None:
    plan = await planned(TOOL, TARGET, library())
    before = await found(TOOL, TARGET, library())
    after = await found(TOOL, TARGET, library(state=NOWHERE, mounts=UNMOUNTED))
    assert (before.verdict, after.verdict) == ("faulty", "healthy")
    assert after.has(plan.expected)
    assert not before.has(plan.expected)
    assert before.facts == (await found(TOOL, TARGET, library())).facts


async def test_what_is_already_done_is_not_done_again() -> None:
    half = with_pbds(STATE, pbd(ISOS, B, attached=False))
    plan = await planned(TOOL, TARGET, library(state=half, mounts=UNMOUNTED))
    assert [step.argv[-1] for step in plan.steps] == [f"uuid={pbd(ISOS, A).uuid}"]


async def test_the_plan_keeps_what_is_needed_to_plug_or_introduce_the_library_again() -> None:
    kept = (await planned(TOOL, TARGET, library())).evidence["saved"]
    assert kept["introduce"][0] == (
        f"xe sr-introduce uuid={ISOS.uuid} type=iso content-type=iso shared=true name-label=ISOs "
        "'name-description=it'\"'\"'s old'"
    )
    keys = "device-config:location=192.0.2.9:/export/iso device-config:type=nfs_iso"
    assert kept["introduce"][2] == f"xe pbd-create host-uuid={B} sr-uuid={ISOS.uuid} {keys}"
    assert kept["discs"] == [{"uuid": DISC, "name-label": "cd.iso", "location": "cd.iso"}]


async def test_no_password_is_kept() -> None:
    config = "cifspassword: geheim; location: //192.0.2.9/iso; type: cifs; username: u"
    kept = (await planned(TOOL, TARGET, library(asks={PBD_LINE: pbd_text(config)}))).evidence
    assert "geheim" not in str(kept)
    for key in ("'device-config:cifspassword=***'", "device-config:location=192.0.2.9:/export/iso"):
        assert key in kept["saved"]["introduce"][1]


async def test_an_smb_library_is_detached_in_the_same_way() -> None:
    location = "//192.0.2.9/iso"
    config = {"location": location, "type": "cifs"}
    pbds = [replace(pbd(ISOS, host), device_config=config) for host in (A, B)]
    mounts = mounts_text(location, "cifs")
    plan = await planned(TOOL, TARGET, library(state=with_pbds(STATE, *pbds), mounts=mounts))
    assert len(plan.steps) == 4


async def test_a_library_whose_server_answers_everywhere_is_healthy() -> None:
    assert (await found(TOOL, TARGET, library(answers={}))).verdict == "healthy"
    assert await reason_of(library(answers={})) == "not_faulty"


async def test_one_host_that_reaches_the_server_forbids_it() -> None:
    storage = library(answers={"a": False})
    diagnosis = await found(TOOL, TARGET, storage)
    assert (diagnosis.verdict, diagnosis.reason) == ("unclear", "server_answers")
    assert await reason_of(storage) == "server_answers"


async def test_a_server_that_came_back_to_a_half_detached_library_forbids_it() -> None:
    assert await reason_of(library(answers={}, mounts=UNMOUNTED)) == "server_answers"


async def test_a_host_that_cannot_tell_forbids_it() -> None:
    assert await reason_of(library(answers={"a": False, "b": None})) == "server_unknown"


async def test_a_host_without_a_pbd_cannot_tell_either() -> None:
    state = replace(STATE, pbds=tuple(p for p in STATE.pbds if p.uuid != pbd(ISOS, B).uuid))
    assert await reason_of(library(state=state)) == "server_unknown"


async def test_a_server_that_answers_only_after_the_diagnosis_forbids_it() -> None:
    before = await found(TOOL, TARGET, library())
    with pytest.raises(Refusal) as refusal:
        await TOOL.plan(TARGET, before, library(answers={"a": False}).sight)
    assert refusal.value.reason == "server_answers"


async def test_a_state_that_changed_since_the_diagnosis_is_not_planned_for() -> None:
    before = await found(TOOL, TARGET, library())
    with pytest.raises(Refusal) as refusal:
        await TOOL.plan(TARGET, before, library(mounts=UNMOUNTED).sight)
    assert refusal.value.reason == "changed"
