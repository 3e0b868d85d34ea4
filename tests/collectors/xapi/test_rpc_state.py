"""A pool read by RPC, in the protocol of each generation, gives these records."""

import pytest

from collectors.xapi.records import Message, PathCount, Pbd, Pool, PoolHost, PoolState, Sr, Task, Vm
from collectors.xapi.socket_source import PATHS, SocketXapi
from tests.collectors.xapi.rpc_hosts import read, socket_host, state_of
from tests.collectors.xapi.rpc_peer import FakeXapi
from tests.collectors.xapi.rpc_tables import NULL, WWID, host, patch, ref, sr, tables, vm

MOMENT = 1742357784.0
"""2025-03-19 04:16:24 UTC."""

EXPECTED = PoolState(
    pool=Pool("pool", "modular", "host-a", True, 1, 1, False, True),
    hosts=(
        PoolHost(
            "host-a", "label of host-a", "host-a", "192.0.2.11", True, True, "XCP-ng 8.3.0", (), ()
        ),
        PoolHost(
            "host-b",
            "label of host-b",
            "host-b",
            "192.0.2.11",
            True,
            False,
            "XCP-ng 8.3.0",
            (),
            ("XS71E001",),
        ),
    ),
    srs=(
        Sr("sr-iso", "IMS LUN0", "iso", "iso", True),
        Sr("sr-lun", "IMS LUN0", "lvmohba", "", True, 100 * 2**30, 4096, 0, ("scan", "vdi_create")),
    ),
    pbds=tuple(
        Pbd(
            f"pbd-{name}",
            "sr-lun",
            name,
            True,
            {"SCSIid": WWID},
            True,
            {WWID: PathCount(1, 2)},
        )
        for name in ("host-a", "host-b")
    ),
    vms=(
        Vm("vm-dom0", "label of vm-dom0", "running", True, "host-b", 0, ("clean_shutdown",)),
        Vm("vm-web", "label of vm-web", "running", False, "host-b", 7, ("clean_shutdown",)),
    ),
    tasks=(Task("task", "Async.VM.clean_shutdown", "pending", 0.5, MOMENT),),
    messages=(Message("message", "BOND_STATUS_CHANGED", "Host", "host-a", MOMENT),),
)


@pytest.mark.parametrize("generation", ["json2", "json1", "xml"])
async def test_every_generation_gives_the_same_records(generation: str) -> None:
    assert await state_of(FakeXapi(generation)) == EXPECTED


async def test_one_read_is_ten_calls_and_the_next_one_nine() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as member:
        source = SocketXapi(member)
        await read(source)
        first = len(xapi.calls)
        await read(source)
        await source.close()
    assert (first, len(xapi.calls)) == (10, 19 + 1)
    assert xapi.connections == 1


async def test_the_old_socket_is_found_and_remembered() -> None:
    xapi = FakeXapi("xml", closes=True)
    async with socket_host(xapi.serve, PATHS[1]) as member:
        source = SocketXapi(member)
        await read(source)
        assert member.tried[:3] == [PATHS[0], PATHS[1], PATHS[1]]
        await source.close()


async def test_numbers_may_come_as_numbers() -> None:
    changed = tables()
    changed["VM"] = {ref("vm-web"): vm("vm-web", domid=7)}
    changed["SR"] = {ref("sr-lun"): sr("sr-lun", physical_size=107374182400)}
    state = await state_of(FakeXapi(tables=changed))
    assert (state.vms[0].domid, state.srs[0].size) == (7, 100 * 2**30)


async def test_a_halted_vm_has_no_domain() -> None:
    changed = tables()
    changed["VM"] = {ref("v"): vm("v", domid="-1", power_state="Halted", resident_on=NULL)}
    (one,) = (await state_of(FakeXapi(tables=changed))).vms
    assert (one.power_state, one.domid, one.resident_on) == ("halted", None, None)


async def test_a_host_without_a_brand_is_a_xenserver() -> None:
    changed = tables()
    changed["host"] = {ref("h"): host("h", software_version={"product_version": "6.0.2"})}
    (one,) = (await state_of(FakeXapi(tables=changed))).hosts
    assert one.product == "XenServer 6.0.2"


async def test_hotfixes_before_7_1_are_patches_of_hosts() -> None:
    changed = tables()
    del changed["pool_update"]
    patches = (("XS602E005", "host-a"), ("XS602E003", "host-a"), ("XS602E009", "host-b"))
    changed["host_patch"] = {ref(n + h): patch(n, h, applied=h == "host-a") for n, h in patches}
    xapi = FakeXapi("xml", changed)
    async with socket_host(xapi.serve) as member:
        source = SocketXapi(member)
        await read(source)
        state = (await read(source)).state
        await source.close()
    assert [one.hotfixes for one in state.hosts] == [("XS602E003", "XS602E005"), ()]
    assert xapi.calls.count("pool_update.get_all_records") == 1


async def test_hotfixes_are_not_known_where_neither_class_exists() -> None:
    changed = tables()
    del changed["pool_update"]
    state = await state_of(FakeXapi(tables=changed))
    assert [one.hotfixes for one in state.hosts] == [None, None]


async def test_messages_are_asked_for_from_a_moment_on() -> None:
    xapi = FakeXapi()
    assert (await state_of(xapi, MOMENT + 1)).messages == ()
    (asked,) = (p for c, p in zip(xapi.calls, xapi.parameters, strict=True) if "since" in c)
    assert asked[1] == "20250319T04:16:25Z"


async def test_messages_that_are_refused_spoil_nothing_else() -> None:
    xapi = FakeXapi(refusals={"message.get_since": ("RBAC_PERMISSION_DENIED", "message.get_since")})
    state = await state_of(xapi)
    assert state.messages is None
    assert state.vms == EXPECTED.vms
