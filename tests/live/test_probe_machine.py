"""Reachability on a real Linux bond and on Open vSwitch's kernel datapath.

Both are in an emulated machine, whose NICs filter frames as real ones do.
"""

import asyncio
from typing import Literal

import pytest

from collectors.host import loop_time
from collectors.inventory import Destination, ExpectedBond, HostInventory, Probing
from collectors.reachability import Reachability
from collectors.reachability_record import ReachReading
from collectors.registry import Look
from tests.labs.machine_dom0 import MachineDom0, OvsDom0
from tests.labs.machine_host import MachineHost
from tests.labs.machine_network import (
    GATEWAY,
    STRANGE_GATEWAY,
    STRANGE_VLAN,
    TAGGED_GATEWAY,
    VLAN,
)

pytestmark = pytest.mark.machine

OVS = pytest.mark.parametrize("machine_dom0", [OvsDom0], indirect=True, ids=["openvswitch"])
THE_GATEWAY = Destination(GATEWAY)
BOTH = {"eth0": True, "eth2": True}


async def look(
    dom0: MachineDom0,
    destination: Destination = THE_GATEWAY,
    way: Literal["auto", "openflow"] = "auto",
) -> ReachReading:
    """What the real collector finds in the machine, by a collector that knows nothing yet."""
    bond = ExpectedBond(("eth0", "eth2"), "eth0", (destination,))
    inventory = HostInventory({"bond0": bond}, probing=Probing(timeout=1.5, way=way))
    collector = Reachability()
    try:
        return await collector.read(Look(MachineHost(dom0.machine), loop_time() + 40, inventory))
    finally:
        await collector.close()


def verdicts(reading: ReachReading) -> dict[str, bool | None]:
    """By member."""
    return {reach.member: reach.reachable for reach in reading.records}


async def test_both_members_reach_the_gateway_and_the_bond_stays_as_it_was(
    healed_dom0: MachineDom0,
) -> None:
    reading = await look(healed_dom0)
    assert verdicts(reading) == BOTH
    assert [(reach.member, reach.active, reach.way) for reach in reading.records] == [
        ("eth0", True, "bridge"),
        ("eth2", False, "raw"),
    ]
    assert healed_dom0.active() == "eth0"
    assert healed_dom0.network.reaches_gateway()


@pytest.mark.parametrize(
    ("switch", "truth"),
    [("sw1", {"eth0": False, "eth2": True}), ("sw2", {"eth0": True, "eth2": False})],
)
async def test_the_member_behind_a_cut_uplink_reaches_nothing(
    healed_dom0: MachineDom0, switch: str, truth: dict[str, bool]
) -> None:
    healed_dom0.network.cut_uplink(switch)
    assert verdicts(await look(healed_dom0)) == truth
    assert healed_dom0.members_enabled()


async def test_the_other_member_active_is_probed_as_such(healed_dom0: MachineDom0) -> None:
    healed_dom0.set_active("eth2")
    reading = await look(healed_dom0)
    assert verdicts(reading) == BOTH
    assert {reach.member: reach.way for reach in reading.records} == {
        "eth0": "raw",
        "eth2": "bridge",
    }


async def test_a_host_that_never_spoke_to_the_gateway_learns_its_address(
    healed_dom0: MachineDom0,
) -> None:
    healed_dom0.machine.run("ip", "neigh", "flush", "all")
    assert verdicts(await look(healed_dom0)) == BOTH


async def test_the_gateway_of_a_vlan_is_reached_through_both_members(
    healed_dom0: MachineDom0,
) -> None:
    tagged = Destination(TAGGED_GATEWAY, vlan=VLAN)
    assert verdicts(await look(healed_dom0, tagged)) == BOTH


async def test_a_vlan_the_host_is_not_in_is_reached_through_both_members(
    healed_dom0: MachineDom0,
) -> None:
    strange = Destination(STRANGE_GATEWAY, vlan=STRANGE_VLAN)
    assert verdicts(await look(healed_dom0, strange)) == BOTH


@OVS
async def test_through_open_flow_alone_the_kernel_datapath_tells_the_same(
    healed_dom0: MachineDom0,
) -> None:
    assert verdicts(await look(healed_dom0, way="openflow")) == BOTH
    healed_dom0.network.cut_uplink("sw1")
    assert verdicts(await look(healed_dom0, way="openflow")) == {"eth0": False, "eth2": True}


@OVS
async def test_no_rule_is_left_behind(healed_dom0: MachineDom0) -> None:
    def rules() -> str:
        return healed_dom0.machine.run("ovs-ofctl", "--no-stats", "dump-flows", "xenbr0")

    before = rules()
    await look(healed_dom0, way="openflow")
    assert rules() == before


@OVS
async def test_a_balance_slb_bond_is_probed_through_each_member(
    healed_dom0: MachineDom0,
) -> None:
    assert isinstance(healed_dom0, OvsDom0)
    healed_dom0.set_mode("balance-slb")
    try:
        await asyncio.to_thread(healed_dom0.heal)
        assert verdicts(await look(healed_dom0)) == BOTH
        healed_dom0.network.cut_uplink("sw1")
        assert verdicts(await look(healed_dom0)) == {"eth0": False, "eth2": True}
    finally:
        healed_dom0.set_mode("active-backup")
