"""Bridges, VLAN devices and routes of a host: what is asked, and what is made of it."""

from collections.abc import Mapping

import pytest

from collectors.bond_show import Bond, Member
from collectors.bond_state import BondState
from collectors.host import Output, Unreachable, loop_time
from collectors.inventory import HostInventory
from collectors.parsing import ParseError
from collectors.reachability_layout import LINUX_PORTS, Layout, Place, ask_layout
from collectors.registry import CollectorFailed, Look
from tests.fakes import Answer, FakeHost, refused

HEADER = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
NETWORK = "{}\t{}\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
ON_XAPI0, ON_XAPI3, ON_ETH9 = (
    NETWORK.format(device, network)
    for device, network in [("xapi0", "004DFF0A"), ("xapi3", "004EFF0A"), ("eth9", "004FFF0A")]
)
NO_BRIDGE = refused("ovs-vsctl: no bridge named eth9\n", 1)
OVS: Mapping[str, Answer] = {
    "cat /proc/net/route": HEADER + ON_XAPI0 + ON_XAPI3 + ON_ETH9,
    "ovs-vsctl port-to-br bond0": "xapi0\n",
    "ovs-vsctl port-to-br bond1": "xapi1\n",
    "ovs-vsctl br-to-parent xapi0": "xapi0\n",
    "ovs-vsctl br-to-parent xapi3": "xapi0\n",
    "ovs-vsctl br-to-vlan xapi3": "20\n",
    "ovs-vsctl br-to-parent eth9": NO_BRIDGE,
}


def bond(name: str, backend: str = "openvswitch") -> BondState:
    members = tuple(Member(nic, True, nic == "eth0", True) for nic in ("eth0", "eth2"))
    return BondState(Bond(name, "active-backup", "off", 0, 0, "eth0", None, members), backend)


async def layout(answers: Mapping[str, Answer], *bonds: BondState, **facts: str) -> Layout:
    return await asked(FakeHost(answers), *bonds, **facts)


async def asked(host: FakeHost, *bonds: BondState, **facts: str) -> Layout:
    look = Look(host, loop_time() + 5, HostInventory(ovs_rundir=facts.get("ovs_rundir")))
    return await ask_layout(look, bonds)


async def test_bridges_and_vlan_bridges_of_open_vswitch_belong_to_their_bonds() -> None:
    found = await layout(OVS, bond("bond0"), bond("bond1"))
    assert found.bridges == {"bond0": "xapi0", "bond1": "xapi1"}
    assert found.places == {
        "xapi0": Place("bond0"),
        "xapi1": Place("bond1"),
        "xapi3": Place("bond0", 20),
    }
    assert [route.device for route in found.routes] == ["xapi0", "xapi3", "eth9"]


async def test_only_devices_with_routes_are_asked_for_and_bridges_of_bonds_are_known() -> None:
    host = FakeHost(OVS)
    await asked(host, bond("bond0"))
    assert host.asked == [
        "cat /proc/net/route",
        "ovs-vsctl port-to-br bond0",
        "ovs-vsctl br-to-parent eth9",
        "ovs-vsctl br-to-parent xapi3",
        "ovs-vsctl br-to-vlan xapi3",
    ]


async def test_a_vlan_bridge_of_a_network_without_bond_has_no_place() -> None:
    found = await layout({**OVS, "ovs-vsctl br-to-parent xapi3": "xapi7\n"}, bond("bond0"))
    assert "xapi3" not in found.places


async def test_a_bond_that_is_no_port_has_no_bridge() -> None:
    unknown = {"ovs-vsctl port-to-br bond0": refused("ovs-vsctl: no port named bond0\n", 1)}
    found = await layout({**OVS, **unknown}, bond("bond0"), bond("bond1"))
    assert found.bridges == {"bond1": "xapi1"}


async def test_another_run_directory_is_named_in_every_question() -> None:
    prefix = "env OVS_RUNDIR=/run/ovs "
    elsewhere = {prefix + line if "vsctl" in line else line: OVS[line] for line in OVS}
    found = await layout(elsewhere, bond("bond0"), ovs_rundir="/run/ovs")
    assert found.places["xapi3"] == Place("bond0", 20)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "ovs-vsctl is not there: bash: ovs-vsctl: command not found"),
        (
            refused("ovs-vsctl: unix:/var/run/openvswitch/db.sock: connection failed\n", 1),
            "ovs-vsctl port-to-br bond0: ovs-vsctl: unix:/var/run/openvswitch/db.sock: "
            "connection failed",
        ),
    ],
)
async def test_a_switch_that_does_not_answer_is_a_failure_and_not_an_absence(
    answer: Answer | None, said: str
) -> None:
    without = {line: OVS[line] for line in OVS if line != "ovs-vsctl port-to-br bond0"}
    answers = without if answer is None else {**OVS, "ovs-vsctl port-to-br bond0": answer}
    with pytest.raises(CollectorFailed) as failure:
        await layout(answers, bond("bond0"))
    assert (failure.value.reason, str(failure.value)) == ("tool_error", said)


@pytest.mark.parametrize("vlan", ["", "0\n", "twenty\n", "\u00b2\n"])
async def test_a_vlan_that_is_none_makes_no_tag(vlan: str) -> None:
    found = await layout({**OVS, "ovs-vsctl br-to-vlan xapi3": vlan}, bond("bond0"))
    assert found.places.get("xapi3") in (None, Place("bond0"))


async def test_routes_that_cannot_be_had_are_a_failure() -> None:
    gone = refused("cat: /proc/net/route: No such file or directory\n", 1)
    with pytest.raises(CollectorFailed, match=r"^cat /proc/net/route: cat: /proc/net/route: No"):
        await layout({**OVS, "cat /proc/net/route": gone}, bond("bond0"))
    with pytest.raises(CollectorFailed, match=r"^cat /proc/net/route: 1$"):
        await layout({**OVS, "cat /proc/net/route": Output((), exit_status=1)}, bond("bond0"))
    with pytest.raises(ParseError):
        await layout({**OVS, "cat /proc/net/route": HEADER + "xapi0\tGG\n"}, bond("bond0"))
    with pytest.raises(Unreachable):
        await layout({**OVS, "cat /proc/net/route": Unreachable("gone")}, bond("bond0"))


async def test_ports_of_linux_bridges_place_a_bond_and_its_vlans() -> None:
    ports = (
        "/sys/class/net/bond0/brport/bridge ../../../xenbr0\n"
        "/sys/class/net/bond0.20/brport/bridge ../../../xapi3\n"
        "/sys/class/net/bond1.30/brport/bridge ../../../xapi4\n"
        "/sys/class/net/vif1.0/brport/bridge ../../../xenbr0\n"
    )
    host = FakeHost({"cat /proc/net/route": HEADER + ON_XAPI3, " ".join(LINUX_PORTS): ports})
    found = await asked(host, bond("bond0", "linux"))
    assert found.bridges == {"bond0": "xenbr0"}
    assert found.places == {
        "bond0": Place("bond0"),
        "xenbr0": Place("bond0"),
        "xapi3": Place("bond0", 20),
    }


async def test_a_linux_bond_without_a_bridge_is_its_own_device() -> None:
    host = FakeHost({"cat /proc/net/route": HEADER, " ".join(LINUX_PORTS): ""})
    found = await asked(host, bond("bond0", "linux"))
    assert (found.bridges, found.places) == ({}, {"bond0": Place("bond0")})
