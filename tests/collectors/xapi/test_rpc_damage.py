"""Records that cannot be read beyond doubt are left out and counted; the others stay."""

from dataclasses import replace
from typing import Any

import pytest

from collectors.xapi.records import PoolHost
from tests.collectors.xapi.rpc_hosts import state_of
from tests.collectors.xapi.rpc_peer import FakeXapi
from tests.collectors.xapi.rpc_tables import NULL, host, pbd, ref, sr, tables, vm


async def test_a_reference_to_nothing_known_is_none() -> None:
    changed = tables()
    changed["PBD"] = {ref("p"): pbd("host-gone", SR=NULL)}
    (one,) = (await state_of(FakeXapi(tables=changed))).pbds
    assert (one.sr, one.host) == (None, None)


async def test_fields_that_an_old_version_lacks_have_defaults() -> None:
    changed = tables()
    changed["host"] = {ref("h"): {"uuid": "h", "enabled": False}}
    changed["host_metrics"] = {}
    (one,) = (await state_of(FakeXapi(tables=changed))).hosts
    assert one == PoolHost("h", "", "", "", False, None, hotfixes=())


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("host", "no record"),
        ("host", host("x", uuid=None)),
        ("host", host("x", enabled="true")),
        ("host_metrics", {"live": "yes"}),
        ("SR", sr("x", physical_size="1e3")),
        ("SR", sr("x", current_operations=["scan"])),
        ("SR", {"uuid": "x", "name_label": "shared or not?"}),
        ("PBD", pbd("x", device_config={"SCSIid": 1})),
        ("PBD", pbd("x", currently_attached=None)),
        ("VM", vm("x", domid="9" * 30)),
        ("VM", vm("x", power_state=3)),
        ("VM", vm("x", uuid="")),
        ("task", {"uuid": "x", "status": "pending", "created": "yesterday"}),
        ("task", {"uuid": "x", "status": "pending", "progress": 1e999}),
        ("message", {"uuid": "x", "name": "VM_CRASHED", "cls": "VM"}),
        ("pool_update", {"name_label": "XS71E002", "hosts": "all"}),
    ],
)
async def test_a_damaged_record_is_left_out_and_counted(kind: str, record: Any) -> None:
    changed = tables()
    changed[kind][ref("damaged")] = record
    state = await state_of(FakeXapi(tables=changed))
    assert (state.damaged, state.damaged_kinds) == (1, (kind.lower(),))
    sound = await state_of(FakeXapi())
    assert (state.vms, state.srs, state.pbds) == (sound.vms, sound.srs, sound.pbds)


async def test_text_that_no_page_can_carry_is_replaced() -> None:
    changed = tables()
    changed["VM"] = {ref("v"): vm("v", name_label="a\ud800b: c; \n日本")}
    (one,) = (await state_of(FakeXapi(tables=changed))).vms
    assert one.name == "a?b: c; \n日本"


async def test_two_thousand_srs_are_read() -> None:
    changed = tables()
    changed["SR"] = {ref(f"sr-{n:04}"): sr(f"sr-{n:04}") for n in range(2000)}
    state = await state_of(FakeXapi(tables=changed))
    assert [one.uuid for one in state.srs] == [f"sr-{n:04}" for n in range(2000)]


@pytest.mark.parametrize("kind", ["host", "SR", "PBD", "VM", "task", "message", "pool_update"])
async def test_of_two_records_with_the_same_uuid_the_second_is_left_out(kind: str) -> None:
    changed = tables()
    changed[kind][ref("twin")] = dict(next(iter(changed[kind].values())))
    state = await state_of(FakeXapi(tables=changed))
    assert (state.damaged, state.damaged_kinds) == (1, (kind.lower(),))
    sound = await state_of(FakeXapi())
    if kind == "pool_update":
        sound = replace(sound, hosts=tuple(replace(one, hotfixes=None) for one in sound.hosts))
    assert replace(state, damaged=0, damaged_kinds=()) == sound


async def test_what_refers_to_the_second_record_of_a_uuid_refers_to_nothing_known() -> None:
    changed = tables()
    changed["host"][ref("twin")] = host("host-a")
    changed["PBD"] = {ref("p"): pbd("host-a"), ref("q"): pbd("twin")}
    pbds = (await state_of(FakeXapi(tables=changed))).pbds
    assert [one.host for one in pbds] == ["host-a", None]


async def test_with_a_damaged_hotfix_no_host_is_said_to_lack_it() -> None:
    changed = tables()
    changed["pool_update"][ref("damaged")] = {"name_label": "XS71E002", "hosts": "all"}
    state = await state_of(FakeXapi(tables=changed))
    assert [one.hotfixes for one in state.hosts] == [None, None]
