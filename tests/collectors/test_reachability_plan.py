"""What is asked of a host: which address, through which device, in which words."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from collectors.bond_show import Bond, Member
from collectors.bond_state import BondState
from collectors.inventory import Destination, ExpectedBond, HostInventory, Probing
from collectors.reachability_layout import Layout, Place
from collectors.reachability_plan import BondPlan, Target, Unresolved, plan_of, words_of
from collectors.routes import Route

GATEWAY, FAR, TAGGED = "10.255.77.1", "192.0.2.9", "10.255.78.5"
MAC, HINT = "5a:00:00:00:00:01", "5a:00:00:00:00:02"
DEFAULT = Route("xapi0", IPv4Network("0.0.0.0/0"), IPv4Address(GATEWAY), 0)
ON_XAPI0 = Route("xapi0", IPv4Network("10.255.77.0/24"), None, 0)
ON_XAPI3 = Route("xapi3", IPv4Network("10.255.78.0/24"), None, 0)
PLACES = {"xapi0": Place("bond0"), "xapi3": Place("bond0", 20), "xapi1": Place("bond1")}
LAYOUT = Layout({"bond0": "xapi0", "bond1": "xapi1"}, PLACES, (DEFAULT, ON_XAPI0, ON_XAPI3))


def state(name: str = "bond0", backend: str = "openvswitch", **facts: Any) -> BondState:
    members = tuple(Member(nic, True, nic == "eth0", True) for nic in ("eth0", "eth2"))
    usual = Bond(name, "active-backup", "off", 0, 0, "eth0", None, members)
    return BondState(replace(usual, **facts), backend)


def plan(*destinations: Destination, layout: Layout = LAYOUT, **facts: Any) -> BondPlan:
    """The plan of bond0."""
    known = HostInventory({"bond0": ExpectedBond(("eth0", "eth2"), None, destinations)})
    (only,) = plan_of([state(**facts)], layout, known)
    return only


def words(made: BondPlan, **facts: Any) -> list[str]:
    """The options of the bond alone, each with its value."""
    usual: dict[str, Any] = {"probing": Probing(), "rundir": None, "hints": {}}
    _, *rest = words_of([made], **(usual | facts))
    pairs = [" ".join(pair) for pair in zip(rest[::2], rest[1::2], strict=True)]
    return pairs[pairs.index("--bond bond0") :]


def test_the_gateway_is_asked_by_the_device_of_the_default_route() -> None:
    assert plan(Destination()).targets == (Target(GATEWAY, None, None, "xapi0"),)


def test_an_address_in_a_network_of_the_host_is_asked_there_on_its_vlan() -> None:
    assert plan(Destination(TAGGED, mac=MAC)).targets == (Target(TAGGED, 20, MAC, "xapi3"),)
    assert plan(Destination(TAGGED, 20)).targets == (Target(TAGGED, 20, None, "xapi3"),)


@pytest.mark.parametrize(
    "wanted",
    [Destination(FAR, 30), Destination(TAGGED, 30), Destination(GATEWAY, 7, MAC)],
)
def test_an_address_where_the_host_has_none_is_asked_as_configured(wanted: Destination) -> None:
    assert plan(wanted).targets == (Target(wanted.address or "", wanted.vlan, wanted.mac),)


def test_an_address_behind_the_gateway_is_not_asked_since_arp_is_not_routed() -> None:
    found = plan(Destination(FAR))
    assert found.targets == ()
    (unresolved,) = found.unresolved
    assert unresolved == Unresolved(
        FAR, f"lies behind the gateway {GATEWAY}, and ARP is not routed"
    )


def test_of_two_bonds_in_one_network_each_asks_by_its_own_device() -> None:
    twin = Route("xapi1", ON_XAPI0.network, None, 0)
    found = plan(Destination(GATEWAY), layout=Layout(LAYOUT.bridges, PLACES, (twin, ON_XAPI0)))
    assert found.targets == (Target(GATEWAY, None, None, "xapi0"),)


def test_a_bond_without_members_cannot_be_probed() -> None:
    found = plan(Destination(), members=())
    assert found.targets == ()
    assert found.unresolved == (Unresolved("auto", "the bond has no members", "no_members"),)


def test_an_address_in_the_network_of_another_bond_is_asked_as_configured() -> None:
    other = Route("xapi1", IPv4Network("192.0.2.0/24"), None, 0)
    found = plan(Destination(FAR), layout=Layout(LAYOUT.bridges, PLACES, (other,)))
    assert found.targets == (Target(FAR),)


@pytest.mark.parametrize(
    ("routes", "text"),
    [
        ((ON_XAPI0,), "the host has no default route"),
        (
            (Route("xapi1", DEFAULT.network, DEFAULT.gateway, 0),),
            "the default route leaves by xapi1, not through bond0",
        ),
        (
            (Route("eth9", DEFAULT.network, DEFAULT.gateway, 0),),
            "the default route leaves by eth9, not through bond0",
        ),
    ],
)
def test_a_gateway_that_is_not_behind_the_bond_is_not_asked_through_it(
    routes: tuple[Route, ...], text: str
) -> None:
    found = plan(Destination(), Destination(FAR), layout=Layout(LAYOUT.bridges, PLACES, routes))
    assert found.unresolved == (Unresolved("auto", text),)
    assert found.targets == (Target(FAR),)


def test_a_bond_without_a_bridge_cannot_be_probed() -> None:
    text = "Open vSwitch knows no bridge with the port bond0"
    found = plan(Destination(), Destination(FAR), layout=Layout({}, {}, (DEFAULT,)))
    assert found.targets == ()
    assert found.unresolved == (
        Unresolved("auto", text, "no_bridge"),
        Unresolved(FAR, text, "no_bridge"),
    )


def test_an_address_named_twice_is_asked_once_and_in_the_order_named() -> None:
    found = plan(Destination(), Destination(TAGGED), Destination(GATEWAY, mac=MAC))
    assert found.targets == (
        Target(GATEWAY, None, MAC, "xapi0"),
        Target(TAGGED, 20, None, "xapi3"),
    )


def test_only_bonds_with_destinations_are_planned() -> None:
    bare = HostInventory({"bond0": ExpectedBond(("eth0", "eth2"), "eth0")})
    assert plan_of([state(), state("bond7")], LAYOUT, bare) == ()


def test_the_words_tell_pace_bond_members_and_destinations_in_order() -> None:
    made = plan(Destination(), Destination(TAGGED, mac=MAC))
    assert words_of([made], Probing(1.5, 4, 0.05, "raw"), None, {("bond0", GATEWAY): HINT}) == (
        *("probe", "--timeout", "1.500", "--count", "4", "--interval", "0.050", "--way", "raw"),
        *("--rundir", "/var/run/openvswitch", "--bond", "bond0", "--mode", "active-backup"),
        *("--backend", "openvswitch", "--bridge", "xapi0", "--device", "xapi0"),
        *("--active", "eth0", "--member", "eth0", "--member", "eth2"),
        *("--destination", f"{GATEWAY},hint={HINT},via=xapi0"),
        *("--destination", f"{TAGGED},vlan=20,mac={MAC},via=xapi3"),
    )


def test_a_hint_for_another_bond_or_address_is_not_given() -> None:
    hints = {("bond1", GATEWAY): HINT, ("bond0", FAR): HINT}
    assert words(plan(Destination()), hints=hints)[-1] == f"--destination {GATEWAY},via=xapi0"


def test_no_member_is_called_active_where_none_is() -> None:
    told = words(plan(Destination(FAR, 30), active_member=None))
    assert not [word for word in told if word.startswith("--active")]
    assert told[-3:] == ["--member eth0", "--member eth2", f"--destination {FAR},vlan=30"]


def test_a_mode_that_is_not_told_is_called_unknown() -> None:
    assert "--mode unknown" in words(plan(Destination(), mode=None))


@pytest.mark.parametrize("status", ["negotiated", "configured", "active"])
def test_a_bond_that_uses_lacp_is_called_so_whatever_its_mode(status: str) -> None:
    assert "--mode lacp" in words(plan(Destination(), mode="balance-slb", lacp_status=status))
    assert "--mode balance-slb" in words(plan(Destination(), mode="balance-slb", lacp_status=None))


def test_a_linux_bond_is_its_own_device_and_has_no_bridge_of_open_vswitch() -> None:
    layout = Layout({"bond0": "xenbr0"}, {"xenbr0": Place("bond0")}, ())
    told = words(plan(Destination(FAR), layout=layout, backend="linux"))
    assert told[2:4] == ["--backend linux", "--device bond0"]


def test_a_bond_with_nothing_to_ask_is_not_mentioned() -> None:
    nothing = plan(Destination(), layout=Layout({}, {}, ()))
    assert words_of([nothing], Probing(), "/run/ovs", {})[-2:] == ("--rundir", "/run/ovs")
