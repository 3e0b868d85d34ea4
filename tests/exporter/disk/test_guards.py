"""May a probe run now? No, when anything is wrong with what it would measure, or unknown."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from collectors.disk_records import DiskProbe
from collectors.host import Unreachable
from collectors.xapi.records import PathCount, PoolState, Sr
from collectors.xapi.source import XapiFailed
from exporter.disk.guards import objection
from tests.collectors.disk_standings import probe
from tests.collectors.pool_readings import HOSTS, LUN, SHARED, STATE, host, pbd, with_pbd
from tests.exporter.disk.pools import GUEST, LIST, ONE_FAILED, WRONG_CONTROLLER, Machines, target_of
from tests.fakes import Answer, refused

ON_A = probe(host="a", sr=SHARED.name)
ON_B = probe(host="b", sr=SHARED.name)
IN_GUEST = probe(host=GUEST, sr=SHARED.name)
EVERYWHERE = (ON_A, ON_B, IN_GUEST)
DEGRADED: dict[str, Answer] = {LIST: ONE_FAILED}
BUDGET = 2.0


async def said(
    of: DiskProbe, state: PoolState | XapiFailed | None = STATE, **answers: Mapping[str, Answer]
) -> tuple[str, str]:
    """Reason and text of the objection; both empty where there is none."""
    found = await objection(Machines(state, **answers).fleet, of, BUDGET)
    return (found.reason, str(found)) if found else ("", "")


def in_pool(**facts: Any) -> PoolState:
    """The pool with this host b."""
    return replace(STATE, hosts=(HOSTS[0], host("uuid-b", **facts), HOSTS[2]))


@pytest.mark.parametrize("of", EVERYWHERE, ids=lambda p: p.host)
async def test_where_all_is_well_nothing_is_said(of: DiskProbe) -> None:
    assert await said(of) == ("", "")
    assert await said(replace(of, sr=SHARED.uuid)) == ("", "")
    assert await said(replace(of, sr="")) == ("", "")


@pytest.mark.parametrize(
    ("listing", "text"),
    [(ONE_FAILED, "path sdb"), (WRONG_CONTROLLER, "wrong controller")],
)
async def test_a_map_of_the_host_itself_that_is_not_whole(listing: str, text: str) -> None:
    reason, message = await said(ON_B, b={LIST: listing})
    assert (reason, message.startswith(f"{LUN}: {text}")) == ("paths_degraded", True)


async def test_a_host_is_not_kept_from_measuring_by_the_paths_of_another() -> None:
    assert await said(ON_A, b=DEGRADED) == ("", "")


@pytest.mark.parametrize("degraded", ["a", "b", "c"])
async def test_a_guest_may_be_on_any_host_so_the_paths_of_each_count(degraded: str) -> None:
    machines = Machines()
    machines.hosts[degraded].answers = DEGRADED
    found = await objection(machines.fleet, IN_GUEST, BUDGET)
    assert found is not None
    assert found.reason == "paths_degraded"


@pytest.mark.parametrize(
    "trouble", [Unreachable("no route"), "garbage\n", refused("segmentation fault", -11)]
)
async def test_a_host_whose_paths_cannot_be_read_is_not_measured(trouble: Answer) -> None:
    reason, text = await said(ON_B, b={LIST: trouble})
    assert reason == "state_unknown"
    assert text.startswith("multipath could not be read: ")


async def test_a_host_without_multipathing_is_measured() -> None:
    machines = Machines(_without_multipath())
    machines.hosts["b"].answers = {}
    found = await objection(machines.fleet, ON_B, BUDGET)
    assert found is None


def _without_multipath() -> PoolState:
    plain = {"multipathed": False, "path_counts": {}, "device_config": {}}
    return replace(STATE, pbds=tuple(pbd(name, name, **plain) for name in "abc"))


async def test_a_guest_may_be_on_a_host_whose_paths_cannot_be_read() -> None:
    reason, text = await said(IN_GUEST, b={LIST: Unreachable("no route")})
    assert (reason, "no route" in text) == ("state_unknown", True)


async def test_no_guest_is_on_a_host_that_xapi_calls_dead() -> None:
    gone = {LIST: Unreachable("no route")}
    assert await said(IN_GUEST, in_pool(live=False), b=gone) == ("", "")


@pytest.mark.parametrize("of", [ON_B, IN_GUEST], ids=lambda p: p.host)
@pytest.mark.parametrize("sr", [SHARED.name, SHARED.uuid, ""])
async def test_the_sr_is_unplugged(of: DiskProbe, sr: str) -> None:
    state = replace(STATE, pbds=(pbd("a", "a"), pbd("b", "b", attached=False), pbd("c", "c")))
    assert await said(replace(of, sr=sr), state) == (
        "storage_degraded",
        "the PBD of IMS LUN0 is unplugged or missing on b",
    )


@pytest.mark.parametrize("of", [ON_B, IN_GUEST], ids=lambda p: p.host)
async def test_the_sr_has_no_pbd_on_the_host(of: DiskProbe) -> None:
    state = replace(STATE, pbds=(pbd("a", "a"), pbd("c", "c")))
    assert await said(of, state) == (
        "storage_degraded",
        "the PBD of IMS LUN0 is unplugged or missing on b",
    )


async def test_a_host_is_measured_though_the_sr_is_unplugged_on_another() -> None:
    assert await said(ON_A, with_pbd(attached=False)) == ("", "")


def _with(sr: Sr, attached: bool = False) -> PoolState:
    """The pool with another SR, on all hosts."""
    plain: dict[str, Any] = {"device_config": {}, "path_counts": {}, "multipathed": False}
    more = tuple(pbd(f"x{on}", on, sr=sr.uuid, attached=attached, **plain) for on in "abc")
    return replace(STATE, srs=(SHARED, sr), pbds=(*STATE.pbds, *more))


OTHER = Sr("sr-2", "SAS storage", "lvmohba", "", True)


@pytest.mark.parametrize("of", EVERYWHERE, ids=lambda p: p.host)
async def test_another_sr_counts_only_where_the_probe_names_none(of: DiskProbe) -> None:
    assert await said(of, _with(OTHER)) == ("", "")
    reason, text = await said(replace(of, sr=""), _with(OTHER))
    assert (reason, "SAS storage" in text) == ("storage_degraded", True)


@pytest.mark.parametrize(
    "library",
    [Sr("sr-2", "ISOs", "iso", "iso", True), Sr("sr-2", "ISOs", "nfs", "iso", True)],
)
async def test_a_dead_iso_library_says_nothing_of_the_disks(library: Sr) -> None:
    assert await said(replace(ON_A, sr=""), _with(library)) == ("", "")


async def test_a_local_sr_counts_only_where_it_is_named() -> None:
    local = Sr("sr-2", "Local storage", "ext", "", False)
    assert await said(replace(ON_A, sr=""), _with(local)) == ("", "")
    reason, _ = await said(replace(ON_A, sr="Local storage"), _with(local))
    assert reason == "storage_degraded"


@pytest.mark.parametrize("of", EVERYWHERE, ids=lambda p: p.host)
async def test_a_lun_of_the_sr_of_which_xapi_counts_too_few_paths(of: DiskProbe) -> None:
    state = with_pbd(path_counts={LUN: PathCount(1, 2)})
    reason, text = await said(of, state)
    assert (reason, text.startswith(f"LUN {LUN}: ")) == ("storage_degraded", True)


async def test_a_lun_of_another_sr_does_not_count() -> None:
    state = _with(OTHER, attached=True)
    far = "22202000100000000"
    lame = tuple(
        replace(one, device_config={"SCSIid": far}, path_counts={far: PathCount(1, 2)})
        if one.sr == OTHER.uuid
        else one
        for one in state.pbds
    )
    assert await said(ON_A, replace(state, pbds=lame)) == ("", "")
    reason, text = await said(replace(ON_A, sr=OTHER.name), replace(state, pbds=lame))
    assert (reason, far in text) == ("storage_degraded", True)


@pytest.mark.parametrize("of", EVERYWHERE, ids=lambda p: p.host)
async def test_an_sr_that_the_pool_does_not_have(of: DiskProbe) -> None:
    assert await said(replace(of, sr="SSD strage")) == (
        "state_unknown",
        "the pool has no SR of the name or uuid SSD strage",
    )


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"enabled": False}, "XAPI calls b disabled"),
        ({"live": False}, "XAPI calls b not live"),
        ({"enabled": False, "live": False}, "XAPI calls b not live"),
    ],
)
async def test_a_host_in_maintenance_is_not_measured_and_others_are(
    facts: dict[str, bool], text: str
) -> None:
    assert await said(ON_B, in_pool(**facts)) == ("host_in_maintenance", text)
    assert await said(ON_A, in_pool(enabled=False)) == ("", "")
    assert await said(IN_GUEST, in_pool(enabled=False)) == ("", "")


async def test_a_host_of_which_xapi_does_not_say_whether_it_is_live() -> None:
    assert (await said(ON_B, in_pool(live=None)))[0] == "state_unknown"


@pytest.mark.parametrize("of", EVERYWHERE, ids=lambda p: p.host)
async def test_in_a_pool_that_is_being_upgraded_nothing_is_measured(of: DiskProbe) -> None:
    state = replace(STATE, pool=replace(STATE.pool, rolling_upgrade=True))
    assert await said(of, state) == ("host_in_maintenance", "the pool is being upgraded")


@pytest.mark.parametrize("of", EVERYWHERE, ids=lambda p: p.host)
@pytest.mark.parametrize(
    "trouble", [XapiFailed("unreachable", "no route"), XapiFailed("starting", "not up"), None]
)
async def test_where_xapi_does_not_answer_nothing_is_measured(
    of: DiskProbe, trouble: XapiFailed | None
) -> None:
    assert (await said(of, trouble))[0] == "state_unknown"


async def test_a_host_that_xapi_does_not_have() -> None:
    state = replace(STATE, hosts=(HOSTS[0], HOSTS[2]), pbds=(pbd("a", "a"), pbd("c", "c")))
    assert await said(ON_B, state) == ("state_unknown", "XAPI knows no host b")


async def test_of_several_objections_the_nearest_to_the_disk_is_said() -> None:
    state = replace(in_pool(enabled=False), pool=replace(STATE.pool, rolling_upgrade=True))
    assert (await said(ON_B, state, b=DEGRADED))[0] == "paths_degraded"


async def test_every_question_is_asked_anew() -> None:
    machines = Machines()
    assert await objection(machines.fleet, ON_B, BUDGET) is None
    machines.hosts["b"].answers = DEGRADED
    found = await objection(machines.fleet, ON_B, BUDGET)
    assert found is not None
    assert found.reason == "paths_degraded"
    assert machines.hosts["b"].asked.count(LIST) == 2


async def test_a_guest_of_a_pool_without_hosts_is_measured() -> None:
    machines = Machines()
    machines.fleet.follow([target_of(GUEST)])
    assert await objection(machines.fleet, replace(IN_GUEST, sr=""), BUDGET) is None
