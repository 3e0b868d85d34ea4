"""When a PBD is plugged, and everything that forbids it."""

from dataclasses import replace

import pytest

from alerts.remediation.records import Target
from alerts.remediation.tools.replug_pbd import ReplugPbd
from collectors.inventory import HostInventory
from collectors.multipathd import RAW_PATHS, ask
from collectors.xapi.records import PathCount, Sr
from tests.alerts.remediation.tools.storage_sight import (
    ISOS,
    LUN,
    SCSI,
    STATE,
    VHDS,
    WWID,
    A,
    B,
    Storage,
    found,
    own_map,
    pbd,
    planned,
    refused,
    unplugged,
    with_pbds,
)
from tests.alerts.remediation.tools.vm_shapes import assert_allowed

TOOL = ReplugPbd()


def target(sr: Sr = VHDS, host: str = "b") -> Target:
    return Target(TOOL.name, {"pool": "modular", "host": host, "sr": sr.uuid})


async def reason_of(storage: Storage, asked: Target) -> str:
    return await refused(TOOL, asked, storage)


async def test_an_unplugged_pbd_is_plugged_on_the_coordinator_and_can_be_unplugged_again() -> None:
    storage = unplugged()
    plan = await planned(TOOL, target(), storage)
    (step,) = plan.steps
    uuid = f"uuid={pbd(VHDS, B).uuid}"
    assert (step.host, step.argv) == ("a", ("xe", "pbd-plug", uuid))
    assert step.undo == ("xe", "pbd-unplug", uuid)
    assert plan.evidence == {"servers": {"b": ["192.0.2.9:2049: open"]}}
    assert_allowed(TOOL, plan)
    assert not (await found(TOOL, target(), storage)).has(plan.expected)
    after = await found(TOOL, target(), Storage())
    assert after.verdict == "healthy"
    assert after.has(plan.expected)


async def test_two_reads_of_a_pbd_at_rest_are_equal() -> None:
    storage = unplugged(LUN)
    first, second = [await found(TOOL, target(LUN), storage) for _ in range(2)]
    assert first == second
    assert first.facts != (await found(TOOL, target(LUN), Storage())).facts


async def test_an_attached_pbd_is_healthy_and_has_no_plan() -> None:
    assert await reason_of(Storage(), target()) == "not_faulty"


async def test_a_lun_is_plugged_where_its_map_has_all_paths() -> None:
    plan = await planned(TOOL, target(LUN), unplugged(LUN))
    assert plan.expected == {"attached": True, "paths": "whole"}
    paths = {"lun": WWID, "paths": 2, "expected": 2, "by": "multipath map"}
    assert plan.evidence == {"paths": paths}


async def test_a_lun_is_plugged_where_every_portal_answers() -> None:
    storage = unplugged(SCSI)
    storage.maps = own_map()
    plan = await planned(TOOL, target(SCSI), storage)
    assert plan.evidence["paths"]["by"] == "portals"


@pytest.mark.parametrize(("second", "reason"), [("running", ""), ("offline", "paths_missing")])
async def test_paths_of_a_lun_without_a_map_are_counted_by_multipathd(
    second: str, reason: str
) -> None:
    storage = unplugged(LUN)
    storage.maps = own_map()
    rows = [
        f"0:0:{n}:0|sd{n}|8:{n}|undef|undef|{state}|1|{WWID}|[orphan]|100G"
        for n, state in enumerate(("running", second))
    ]
    storage.asks[" ".join(ask(*RAW_PATHS))] = "\n".join(rows) + "\n"
    if reason:
        assert await reason_of(storage, target(LUN)) == reason
    else:
        assert (await planned(TOOL, target(LUN), storage)).evidence["paths"]["paths"] == 2


async def test_an_old_multipathd_that_cannot_tell_refuses() -> None:
    storage = unplugged(LUN)
    storage.maps = own_map()
    assert await reason_of(storage, target(LUN)) == "paths_unknown"


@pytest.mark.parametrize("checkers", [("ready",), ("ready", "faulty")])
async def test_a_plug_with_a_path_away_is_refused(checkers: tuple[str, ...]) -> None:
    storage = unplugged(LUN)
    storage.maps = own_map(*checkers)
    assert await reason_of(storage, target(LUN)) == "paths_missing"


async def test_a_path_of_unknown_health_refuses() -> None:
    storage = unplugged(LUN)
    storage.maps = own_map("ready", "i/o pending")
    assert await reason_of(storage, target(LUN)) == "paths_unknown"


async def test_the_operators_number_of_paths_counts() -> None:
    storage = unplugged(LUN)
    storage.inventory = HostInventory(paths_per_map=4)
    assert await reason_of(storage, target(LUN)) == "paths_missing"


async def test_nothing_is_plugged_while_nobody_knows_how_many_paths_there_should_be() -> None:
    state = with_pbds(STATE, replace(pbd(LUN, A), path_counts={}), pbd(LUN, B, attached=False))
    storage = Storage(state, maps=replace(own_map("ready"), seen={}))
    assert await reason_of(storage, target(LUN)) == "paths_unknown"


async def test_a_degraded_plug_is_not_called_healed() -> None:
    degraded = await found(TOOL, target(LUN), Storage(with_pbds(STATE, pbd(LUN, B, paths=(1, 1)))))
    assert (degraded.verdict, degraded.reason) == ("unclear", "paths_missing")
    uncounted = replace(pbd(LUN, B), path_counts={})
    silent = await found(TOOL, target(LUN), Storage(with_pbds(STATE, uncounted)))
    assert (silent.verdict, silent.reason) == ("unclear", "paths_unknown")


async def test_a_path_more_than_expected_is_whole() -> None:
    more = replace(pbd(LUN, B), path_counts={WWID: PathCount(3, 3)})
    assert (await found(TOOL, target(LUN), Storage(with_pbds(STATE, more)))).verdict == "healthy"


async def test_the_coordinators_own_pbd_is_plugged_though_no_host_has_it() -> None:
    plan = await planned(TOOL, target(host="a"), unplugged(VHDS, A, B))
    assert plan.steps[0].argv[-1] == f"uuid={pbd(VHDS, A).uuid}"


async def test_the_coordinator_comes_first() -> None:
    assert await reason_of(unplugged(VHDS, A, B), target()) == "coordinator_first"


async def test_an_iso_library_that_is_attached_nowhere_was_detached_on_purpose() -> None:
    diagnosis = await found(TOOL, target(ISOS, "a"), unplugged(ISOS, A, B))
    assert (diagnosis.verdict, diagnosis.reason) == ("unclear", "detached")
    assert await reason_of(unplugged(ISOS, A, B), target(ISOS, "a")) == "detached"
