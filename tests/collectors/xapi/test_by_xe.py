"""XAPI asked by xe: the same records as from any other way, and no damaged one."""

from dataclasses import replace

import pytest

from collectors.xapi.records import PathCount
from collectors.xapi.source import XapiFailed
from tests.collectors.xapi.xe_pool import (
    DOM0,
    FIRST,
    GUEST,
    ISO,
    LUN,
    SECOND,
    lists,
    state_of,
)
from tests.collectors.xe_printer import printed


async def test_the_pool_and_its_hosts_are_read() -> None:
    state = await state_of(lists())
    assert (state.pool.name, state.pool.coordinator) == ("modular", FIRST)
    assert (state.pool.ha_enabled, state.pool.ha_failures_to_tolerate) == (True, 1)
    assert (state.pool.ha_plan_exists_for, state.pool.ha_overcommitted) == (1, False)
    first, second = state.hosts
    assert (first.uuid, second.uuid) == (FIRST, SECOND)
    assert (first.product, first.live, first.enabled) == ("XCP-ng 8.3.0", True, True)
    assert (first.hotfixes, second.hotfixes) == (("XS602E005",), ())
    assert (state.messages, state.damaged) == (None, 0)


async def test_storage_is_read_with_its_path_counts() -> None:
    state = await state_of(lists())
    lun, iso = state.srs
    assert (lun.size, lun.utilisation, lun.virtual_allocation) == (100, 40, 30)
    assert (iso.size, iso.utilisation, iso.virtual_allocation) == (None, None, None)
    assert iso.current_operations == ("pbd_create", "scan")
    lun_pbd, iso_pbd = state.pbds
    assert lun_pbd.device_config == {"SCSIid": "222be000155b3f1c2"}
    assert (lun_pbd.multipathed, lun_pbd.path_counts) == (
        True,
        {"222be000155b3f1c2": PathCount(1, 2)},
    )
    assert iso_pbd.device_config == {"location": "192.0.2.9:/export/iso", "type": "nfs_iso"}
    assert (iso_pbd.sr, iso_pbd.host, iso_pbd.attached) == (ISO, FIRST, True)


async def test_vms_and_tasks_are_read() -> None:
    state = await state_of(lists())
    dom0, guest = state.vms
    assert (dom0.uuid, dom0.domid, dom0.is_control_domain) == (DOM0, 0, True)
    assert (guest.uuid, guest.name, guest.power_state) == (GUEST, "web: a; b", "running")
    assert (guest.resident_on, guest.domid) == (FIRST, 7)
    assert guest.current_operations == ("hard_shutdown",)
    (task,) = state.tasks
    assert (task.status, task.progress, task.created) == ("pending", 0.25, 1742357784.0)


async def test_placeholders_are_no_values() -> None:
    pool = lists()
    pool["vm"][0] |= {"resident-on": "<not in database>", "dom-id": "-1", "power-state": "halted"}
    pool["host"][0]["host-metrics-live"] = "<not in database>"
    pool["pool"][0]["master"] = "OpaqueRef:NULL"
    pool["task"][0] |= {"created": "<unknown time>", "progress": "1."}
    state = await state_of(pool)
    assert (state.vms[1].resident_on, state.vms[1].domid) == (None, None)
    assert (state.hosts[1].live, state.pool.coordinator) == (None, None)
    assert (state.tasks[0].created, state.tasks[0].progress) == (None, 1.0)


async def test_empty_lists_are_a_pool_without_storage_or_guests() -> None:
    state = await state_of(lists() | {"sr": [], "pbd": [], "vm": [], "task": []})
    assert (state.srs, state.pbds, state.vms, state.tasks, state.damaged) == ((), (), (), (), 0)


async def test_names_with_newlines_and_what_looks_like_a_field_are_read_exactly() -> None:
    name = "a: b; c\n\n\nuuid ( RO): 1\n    type ( RO): nfs\n"
    pool = lists()
    pool["sr"][0]["name-label"] = name
    assert (await state_of(pool)).srs[0].name == name


async def test_two_thousand_srs_are_read() -> None:
    pool = lists()
    pool["sr"] = [pool["sr"][0] | {"uuid": f"{LUN[:-4]}{n:04x}"} for n in range(2000)]
    assert len((await state_of(pool)).srs) == 2000


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("host", "enabled", "perhaps"),
        ("sr", "physical-size", "many"),
        ("sr", "shared", "<not in database>"),
        ("pbd", "currently-attached", ""),
        ("pbd", "sr-uuid", "two words"),
        ("vm", "dom-id", "7.5"),
        ("vm", "uuid", "<invalid reference>"),
        ("task", "created", "yesterday"),
        ("task", "created", "20251319T04:16:24Z"),
        ("task", "progress", "nan"),
    ],
)
async def test_a_record_that_cannot_be_is_left_out_counted_and_its_kind_named(
    kind: str, name: str, value: str
) -> None:
    pool = lists()
    whole = len(pool[kind])
    pool[kind][0][name] = value
    state = await state_of(pool)
    found = {"host": state.hosts, "sr": state.srs, "pbd": state.pbds, "vm": state.vms}
    assert len(found.get(kind, state.tasks)) == whole - 1
    assert (state.damaged, state.damaged_kinds) == (1, (kind,))


@pytest.mark.parametrize("kind", ["host", "sr", "pbd", "vm", "task"])
async def test_of_two_records_with_the_same_uuid_the_second_is_left_out(kind: str) -> None:
    pool = lists()
    pool[kind].append(dict(pool[kind][0]))
    state = await state_of(pool)
    assert (state.damaged, state.damaged_kinds) == (1, (kind,))
    assert replace(state, damaged=0, damaged_kinds=()) == await state_of(lists())


async def test_two_records_of_the_pool_are_no_pool() -> None:
    pool = lists()["pool"] * 2
    with pytest.raises(XapiFailed, match="expected one whole pool, found 1 and 1 damaged"):
        await state_of(lists() | {"pool": pool})


async def test_a_record_with_a_field_twice_is_left_out_and_hides_no_other() -> None:
    pool = lists()
    column = printed(pool["vm"]).index(": ")
    pool["vm"][0]["name-label"] = "x\n" + "dom-id ( RO)".rjust(column) + ": 9"
    state = await state_of(pool)
    assert [vm.uuid for vm in state.vms] == [DOM0]
    assert state.damaged_kinds == ("vm",)
