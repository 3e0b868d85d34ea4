"""What the storage collector finds wrong with SRs and LUNs, in sentences."""

from dataclasses import replace
from typing import Any

import pytest

from collectors.inventory import ExpectedMap, HostInventory
from collectors.registry import View
from collectors.storage import Storage
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import PathCount, PoolState
from tests.collectors.pool_readings import (
    LUN,
    SHARED,
    STATE,
    look_at,
    members,
    own,
    own_maps,
    pbd,
    reading,
    with_pbd,
)

WELL = own_maps("ready", "ready")
SEEN_ONCE = own_maps("ready", "ready", seen=1)


async def found(told: PoolReading, view: View | None = None) -> list[tuple[str, str, str]]:
    storage = Storage()
    facts = await look_at(storage, told)
    return [(f.severity, f.subject, f.text) for f in storage.findings(facts, view or View())]


def everywhere(**facts: Any) -> PoolState:
    return replace(STATE, pbds=tuple(pbd(name, name, **facts) for name in "abc"))


async def test_nothing_is_wrong_with_a_sound_pool() -> None:
    assert await found(reading(), own(a=WELL, b=WELL, c=WELL)) == []


async def test_a_pbd_unplugged_on_one_host_is_a_warning_that_names_it() -> None:
    assert await found(reading(with_pbd(attached=False))) == [
        ("warning", "IMS LUN0 (sr-1)", "PBD unplugged on c: no VM there can use it")
    ]


async def test_an_sr_that_is_attached_nowhere_is_critical() -> None:
    text = "PBD unplugged on a, b, c: attached on no host, its disks cannot be used"
    assert await found(reading(everywhere(attached=False))) == [
        ("critical", "IMS LUN0 (sr-1)", text)
    ]


async def test_an_sr_that_may_be_attached_on_a_silent_host_is_not_called_attached_nowhere() -> None:
    told = reading(everywhere(attached=False), members=members(c=MemberAnswer("uuid-c", False)))
    assert [f[0] for f in await found(told)] == ["warning"]


async def test_a_plug_under_way_is_named() -> None:
    busy = replace(SHARED, current_operations=("plug", "scan"))
    state = replace(with_pbd(attached=False), srs=(busy,))
    assert [f[2] for f in await found(reading(state))] == [
        "PBD unplugged on c: no VM there can use it (plug under way)"
    ]


async def test_a_host_without_a_pbd_of_a_shared_sr_is_named() -> None:
    assert await found(reading(replace(STATE, pbds=STATE.pbds[:2]))) == [
        ("warning", "IMS LUN0 (sr-1)", "PBD missing on c: no VM there can use this shared SR")
    ]


async def test_an_sr_without_any_pbd_is_detached_unless_pbds_could_not_be_read() -> None:
    state = replace(STATE, pbds=())
    assert await found(reading(state)) == [
        ("warning", "IMS LUN0 (sr-1)", "detached: no host has a PBD of this SR")
    ]
    assert await found(reading(replace(state, damaged=1, damaged_kinds=("pbd",)))) == []
    for stray in (pbd("x", "c", host=None), pbd("x", "c", sr=None)):
        assert await found(reading(replace(state, pbds=(stray,)))) == []


@pytest.mark.parametrize(
    ("facts", "texts"),
    [
        ({"size": 100 * 2**30, "utilisation": 90 * 2**30}, ["90 % full: 90.0 of 100.0 GiB"]),
        ({"size": 100 * 2**30, "utilisation": 90 * 2**30 - 1}, []),
        ({"size": 100, "utilisation": 100, "content_type": "iso"}, []),
        ({"size": 100, "utilisation": 100, "type": "iso"}, []),
        ({"size": 100, "utilisation": 100, "type": "udev"}, []),
        ({"size": None, "utilisation": 100}, []),
        ({"size": 100, "utilisation": None}, []),
        ({"size": 0, "utilisation": 0}, []),
    ],
)
async def test_an_sr_is_nearly_full_from_nine_tenths_of_a_size_that_means_something(
    facts: dict[str, Any], texts: list[str]
) -> None:
    state = replace(STATE, srs=(replace(SHARED, **facts),))
    assert [f[2] for f in await found(reading(state))] == texts


async def test_fewer_paths_than_xapis_maximum_are_told_once_with_every_host() -> None:
    state = everywhere(path_counts={LUN: PathCount(1, 2)})
    assert await found(reading(state)) == [("warning", LUN, "XAPI counts 1 of 2 paths on a, b, c")]


DEGRADED = with_pbd(path_counts={LUN: PathCount(1, 1)})


@pytest.mark.parametrize(
    ("view", "source"),
    [
        (View(), "XAPI's maximum on its peers"),
        (own(c=own_maps("ready", seen=2)), "seen there within a day"),
        (own(a=WELL, c=own_maps("ready", seen=2)), "seen on its peers"),
        (own(a=SEEN_ONCE, c=own_maps("ready", seen=2)), "seen there within a day"),
        (own(a=own_maps("ready", "ready", seen=2)), "seen on its peers"),
        (View(HostInventory(paths_per_map=2)), "config"),
        (View(HostInventory(maps={LUN: ExpectedMap(2)})), "config"),
    ],
)
async def test_a_pbd_replugged_while_degraded_is_told_with_who_expects_more(
    view: View, source: str
) -> None:
    text = (
        f"XAPI counts 1 path of at most 1 [1, 1] on c, but 2 are expected ({source}): "
        "the PBD was plugged while a path was gone (a degraded replug)"
    )
    assert await found(reading(DEGRADED), view) == [("warning", LUN, text)]


async def test_the_inventory_may_say_that_one_path_is_right() -> None:
    assert await found(reading(DEGRADED), View(HostInventory(maps={LUN: ExpectedMap(1)}))) == []


async def test_a_key_that_is_gone_is_told_where_another_host_has_one() -> None:
    state = with_pbd(path_counts={})
    text = (
        "mpath key gone: SM counts no paths of this LUN on c, "
        "so XAPI cannot notice a path that is lost"
    )
    assert await found(reading(state)) == [("warning", LUN, text)]
    nowhere = everywhere(path_counts={})
    assert await found(reading(nowhere)) == []
    assert await found(reading(nowhere), own(c=WELL)) == [("warning", LUN, text)]


@pytest.mark.parametrize("facts", [{"multipathed": False}, {"attached": False}])
async def test_a_pbd_that_needs_no_key_misses_none(facts: dict[str, Any]) -> None:
    texts = [f[2] for f in await found(reading(with_pbd(path_counts={}, **facts)))]
    assert not [text for text in texts if "mpath key" in text]


async def test_a_map_that_is_gone_is_critical_and_told_once() -> None:
    text = "multipath map missing on c, though the PBD is attached: its paths are gone"
    for state in (STATE, with_pbd(path_counts={})):
        view = own(a=WELL, c=own_maps())
        assert await found(reading(state), view) == [("critical", LUN, text)]


async def test_two_counts_that_differ_are_told_with_both_numbers() -> None:
    view = own(a=WELL, c=own_maps("ready", "faulty"))
    assert [f[2] for f in await found(reading(), view)] == [
        "XAPI counts 2 paths up, multipath 1 healthy on c: "
        "XAPI's count is stale or does not see the fault"
    ]


async def test_a_map_of_unknown_health_contradicts_nobody() -> None:
    assert await found(reading(), own(c=own_maps("ready", "undef"))) == []


async def test_of_a_host_that_does_not_answer_no_path_is_told() -> None:
    told = reading(
        with_pbd(path_counts={LUN: PathCount(0, 2)}, attached=False),
        members=members(c=MemberAnswer("uuid-c", False)),
    )
    assert await found(told, own(c=own_maps())) == []
