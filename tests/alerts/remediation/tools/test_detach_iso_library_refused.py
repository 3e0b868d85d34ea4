"""What the pool, the library, its users or its mounts may have against detaching it."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.remediation.records import Refusal, Target
from alerts.remediation.tools.detach_iso_library import DetachIsoLibrary
from collectors.host import Output
from collectors.xapi.records import Sr, Task
from tests.alerts.remediation.tools.storage_library_sight import (
    DISCS_LINE,
    PBD_LINE,
    POOL_LINE,
    SR_LINE,
    VBD_LINE,
    VDI_LINE,
    VM_LINE,
    library,
    sr_text,
    vbd_text,
    vm_text,
)
from tests.alerts.remediation.tools.storage_sight import (
    DISC,
    HOSTS,
    ISOS,
    LUN,
    POOL,
    STATE,
    TOOLS,
    VHDS,
    Storage,
    found,
    mounts_text,
    planned,
    printed,
    refused,
    with_sr,
)

TOOL = DetachIsoLibrary()
TARGET = Target(TOOL.name, {"pool": "modular", "sr": ISOS.uuid})


async def reason_of(storage: Storage, target: Target = TARGET) -> str:
    return await refused(TOOL, target, storage)


@pytest.mark.parametrize(
    ("sr", "facts", "reason"),
    [
        (VHDS, {}, "not_iso_library"),
        (LUN, {}, "not_iso_library"),
        (ISOS, {"content_type": "user"}, "not_iso_library"),
        (ISOS, {"shared": False}, "not_shared"),
        (TOOLS, {}, "tools_sr"),
    ],
)
async def test_only_a_shared_iso_library_on_a_server_is_ever_touched(
    sr: Sr, facts: dict[str, Any], reason: str
) -> None:
    target = Target(TOOL.name, {"pool": "modular", "sr": sr.uuid})
    storage = library(state=with_sr(STATE, sr, **facts))
    with pytest.raises(Refusal) as refusal:
        await found(TOOL, target, storage)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "facts", [{"is_tools_sr": "true"}, {"other_config": "xenserver_tools_sr: true"}]
)
async def test_the_tools_library_is_left_alone_even_on_a_server(facts: dict[str, str]) -> None:
    assert await reason_of(library(asks={SR_LINE: sr_text(**facts)})) == "tools_sr"


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        ({VBD_LINE: vbd_text()}, "disc_inserted"),
        ({VBD_LINE: vbd_text(), VM_LINE: vm_text("restart")}, "ha_user"),
        ({VBD_LINE: vbd_text(), VM_LINE: vm_text("", "true")}, "ha_user"),
        (
            {POOL_LINE: printed({"uuid": STATE.pool.uuid, "ha-statefiles": DISC})},
            "ha_statefile",
        ),
    ],
)
async def test_what_is_used_is_not_detached(asks: dict[str, str], reason: str) -> None:
    assert await reason_of(library(asks=asks)) == reason


async def test_a_priority_means_nothing_while_ha_is_off() -> None:
    state = replace(STATE, pool=replace(POOL, ha_enabled=False))
    asks = {VBD_LINE: vbd_text(), VM_LINE: vm_text("restart")}
    assert await reason_of(library(state=state, asks=asks)) == "disc_inserted"


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (SR_LINE, "sr"),
        (PBD_LINE, "pbd"),
        (DISCS_LINE, "vdi"),
        (VDI_LINE, "vdi"),
        (POOL_LINE, "pool"),
        (VBD_LINE, "vbd"),
    ],
)
@pytest.mark.parametrize(
    "answer",
    [
        Output((), stderr="Lost connection to the server.\n", exit_status=1),
        "no list of records\n",
        "uuid ( RO)    : cut off\n",
    ],
    ids=["failed", "garbage", "cut"],
)
async def test_a_list_that_cannot_be_read_whole_forbids_it(
    command: str, kind: str, answer: str | Output
) -> None:
    assert await reason_of(library(asks={command: answer})) == f"unreadable_{kind}"


async def test_who_is_protected_must_be_readable() -> None:
    broken = Output((), stderr="Lost connection to the server.\n", exit_status=1)
    asks = {VBD_LINE: vbd_text(), VM_LINE: broken}
    assert await reason_of(library(asks=asks)) == "unreadable_vm"


@pytest.mark.parametrize(
    ("mounts", "reason"),
    [
        (mounts_text("192.0.2.9:/export/vhd"), "other_mount"),
        (mounts_text("/dev/sdb1", "ext3"), "other_mount"),
        (mounts_text().removesuffix("\n"), "unreadable_mounts"),
    ],
)
async def test_only_the_librarys_own_mount_is_taken_off(mounts: str, reason: str) -> None:
    assert await reason_of(library(mounts=mounts)) == reason


async def test_mounts_that_cannot_be_read_forbid_it() -> None:
    failed = Output((), stderr="cat: no", exit_status=1)
    assert await reason_of(library(asks={"cat /proc/mounts": failed})) == "unreadable_mounts"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"pool": replace(POOL, rolling_upgrade=True)}, "rolling_upgrade"),
        ({"pool": replace(POOL, coordinator="someone")}, "coordinator_unknown"),
        ({"hosts": (HOSTS[0], replace(HOSTS[1], live=False))}, "host_not_live"),
        ({"tasks": (Task("66666666", "PBD.unplug", "pending"),)}, "pbd_busy"),
        ({"damaged_kinds": ("host",)}, "unreadable_host"),
        ({"srs": ()}, "unknown_sr"),
        ({"srs": (), "damaged_kinds": ("sr",)}, "unreadable_sr"),
    ],
)
async def test_what_the_pool_says_may_forbid_it(facts: dict[str, Any], reason: str) -> None:
    assert await reason_of(library(state=replace(STATE, **facts))) == reason


async def test_a_host_that_nobody_watches_may_have_it_mounted() -> None:
    assert await reason_of(library(watched=("a",))) == "host_not_watched"


@pytest.mark.parametrize(("operation", "reason"), [("unplug", "pbd_busy"), ("vdi_copy", "sr_busy")])
async def test_somebody_elses_work_on_the_library_forbids_it(operation: str, reason: str) -> None:
    state = with_sr(STATE, ISOS, current_operations=(operation,))
    assert await reason_of(library(state=state)) == reason


async def test_the_scan_that_hangs_on_every_dead_library_does_not_forbid_it() -> None:
    state = with_sr(STATE, ISOS, current_operations=("scan",))
    assert await planned(TOOL, TARGET, library(state=state))
