"""What the pool, the host, the SR or its server may have against plugging a PBD."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.remediation.records import Refusal, Target, Unreadable
from alerts.remediation.tools.replug_pbd import ReplugPbd
from collectors.xapi.records import Sr, Task
from tests.alerts.remediation.tools.storage_sight import (
    HOSTS,
    POOL,
    SCSI,
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
    unplugged,
    with_pbds,
    with_sr,
)

TOOL = ReplugPbd()


def target(sr: Sr = VHDS, host: str = "b") -> Target:
    return Target(TOOL.name, {"pool": "modular", "host": host, "sr": sr.uuid})


async def reason_of(storage: Storage, asked: Target) -> str:
    return await refused(TOOL, asked, storage)


HOST_B = HOSTS[1]
TASK = Task("66666666", "Async.PBD.plug", "pending")


@pytest.mark.parametrize(
    ("storage", "reason"),
    [
        (unplugged(hosts=(HOSTS[0], replace(HOST_B, live=False))), "host_not_live"),
        (unplugged(hosts=(HOSTS[0], replace(HOST_B, enabled=False))), "host_disabled"),
        (
            unplugged(hosts=(HOSTS[0], replace(HOST_B, current_operations=("evacuate",)))),
            "host_busy",
        ),
        (unplugged(pool=replace(POOL, rolling_upgrade=True)), "rolling_upgrade"),
        (unplugged(pool=replace(POOL, coordinator=None)), "coordinator_unknown"),
        (unplugged(hosts=(replace(HOSTS[0], live=False), HOST_B)), "coordinator_unreachable"),
        (unplugged(tasks=(TASK,)), "pbd_busy"),
        (unplugged(damaged_kinds=("task",)), "unreadable_task"),
        (unplugged(damaged_kinds=("pbd",)), "unreadable_pbd"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_the_pool_says_may_forbid_it(storage: Storage, reason: str) -> None:
    assert await reason_of(storage, target()) == reason


async def test_a_task_that_has_ended_forbids_nothing() -> None:
    assert await planned(TOOL, target(), unplugged(tasks=(replace(TASK, status="success"),)))


@pytest.mark.parametrize(
    ("operation", "reason"), [("unplug", "pbd_busy"), ("plug", "pbd_busy"), ("scan", "sr_busy")]
)
async def test_an_sr_that_is_at_work_is_left_alone(operation: str, reason: str) -> None:
    state = with_sr(unplugged().state, VHDS, current_operations=(operation,))
    assert await reason_of(Storage(state), target()) == reason


async def test_a_host_that_does_not_answer_is_not_live_though_xapi_says_so() -> None:
    storage = unplugged()
    storage.silent = ("b",)
    assert await reason_of(storage, target()) == "host_not_live"


@pytest.mark.parametrize(
    ("answers", "sr", "reason"),
    [
        ({"b": False}, VHDS, "backend_unreachable"),
        ({"b": None}, VHDS, "backend_unknown"),
        ({"b 192.0.2.22": False}, SCSI, "backend_unreachable"),
        ({"b 192.0.2.22": None}, SCSI, "backend_unknown"),
    ],
)
async def test_a_server_that_the_host_does_not_reach_forbids_it(
    answers: dict[str, bool | None], sr: Sr, reason: str
) -> None:
    storage = unplugged(sr)
    storage.answers = answers
    assert await reason_of(storage, target(sr)) == reason


async def test_only_the_hosts_own_way_to_the_server_counts() -> None:
    storage = unplugged()
    storage.answers = {"a": False}
    assert await planned(TOOL, target(), storage)


@pytest.mark.parametrize(
    ("sr", "facts"),
    [
        (TOOLS, {}),
        (VHDS, {"type": "gfs2"}),
        (VHDS, {"content_type": "disk"}),
        (VHDS, {"type": "lvmohba"}),
    ],
)
async def test_a_backend_that_cannot_be_proven_is_not_plugged(
    sr: Sr, facts: dict[str, str]
) -> None:
    storage = Storage(with_sr(unplugged(sr).state, sr, **facts))
    assert await reason_of(storage, target(sr)) == "sr_not_understood"


async def test_what_xapi_does_not_know_is_refused() -> None:
    for state, reason in (
        (replace(STATE, srs=()), "unknown_sr"),
        (replace(STATE, hosts=(HOSTS[0],)), "unknown_host"),
        (replace(STATE, pbds=(pbd(VHDS, A),)), "no_pbd"),
    ):
        with pytest.raises(Refusal) as refusal:
            await found(TOOL, target(), Storage(state))
        assert refusal.value.reason == reason


@pytest.mark.parametrize("torn", [replace(pbd(VHDS, B), host=None), replace(pbd(VHDS, B), sr=None)])
async def test_a_pbd_that_dangles_may_be_the_one(torn: Any) -> None:
    with pytest.raises(Unreadable):
        await found(TOOL, target(), Storage(with_pbds(STATE, torn)))


async def test_a_state_that_changed_since_the_diagnosis_is_not_planned_for() -> None:
    before = await found(TOOL, target(host="a"), unplugged(VHDS, A))
    with pytest.raises(Refusal) as refusal:
        await TOOL.plan(target(host="a"), before, unplugged(VHDS, A, B).sight)
    assert refusal.value.reason == "changed"
