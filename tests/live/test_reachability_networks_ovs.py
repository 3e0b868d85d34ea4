"""Reachability on a real Open vSwitch: VLANs, balance-slb, several destinations, `auto`."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from collectors.inventory import Destination
from tests.labs.host import HOST
from tests.labs.ovs import MANAGEMENT
from tests.labs.strangers import (
    VLAN,
    VLAN_DEVICE,
    VLAN_GATEWAY,
    VLAN_GATEWAY_MAC,
    StrangerLab,
)
from tests.live.reachability_lab import BOTH, GATEWAY, prober, reasons_of, verdicts_of

pytestmark = pytest.mark.ovs

WAYS = pytest.mark.parametrize("way", ["raw", "openflow"])
AUTO = Destination()
SECOND_DEAD = {"eth0": True, "eth2": False}


@WAYS
async def test_a_destination_on_a_vlan_is_asked_from_the_hosts_own_device_there(
    lab: StrangerLab, way: str
) -> None:
    with lab.vlan_gateway(), lab.vlan_bridge():
        assert lab.ping(1, address=VLAN_GATEWAY).loss == 1  # It answers ARP and nothing else.
        async with prober(lab, Destination(VLAN_GATEWAY), way=way) as probe:
            assert await probe.verdicts() == BOTH
            assert f"{VLAN_GATEWAY},vlan={VLAN},via={VLAN_DEVICE}" in probe.words
            lab.cut_uplink("sw2")
            assert await probe.verdicts() == SECOND_DEAD


@WAYS
async def test_a_vlan_in_which_the_host_has_no_device_is_probed_with_a_tag(
    lab: StrangerLab, way: str
) -> None:
    gateway = Destination(VLAN_GATEWAY, VLAN, VLAN_GATEWAY_MAC)
    with lab.vlan_gateway():
        async with prober(lab, gateway, way=way) as probe:
            assert await probe.verdicts() == BOTH
            lab.cut_uplink("sw2")
            assert await probe.verdicts() == SECOND_DEAD


async def test_what_answers_on_a_vlan_never_answers_without_the_tag(lab: StrangerLab) -> None:
    with lab.vlan_gateway():
        async with prober(lab, Destination(VLAN_GATEWAY)) as probe:
            reading = await probe.read()
    assert verdicts_of(reading) == {"eth0": None, "eth2": None}
    assert reasons_of(reading) == dict.fromkeys(BOTH, "never_answered")


@contextmanager
def balance_slb(lab: StrangerLab) -> Iterator[None]:
    """bond0 balances by source MAC, so that both members carry traffic."""
    lab.vsctl("set", "port", "bond0", "bond_mode=balance-slb")
    try:
        lab.wait_for(lab.reaches)
        yield
    finally:
        lab.vsctl("set", "port", "bond0", "bond_mode=active-backup")


@WAYS
@pytest.mark.parametrize("cut", ["sw1", "sw2"])
async def test_with_balance_slb_each_member_has_its_verdict_and_no_guest_sees_a_frame(
    lab: StrangerLab, way: str, cut: str
) -> None:
    with (
        balance_slb(lab),
        lab.guest_port() as nic,
        lab.running(HOST, "eavesdropper.py", nic) as guest,
    ):
        lab.cut_uplink(cut)
        async with prober(lab, way=way) as probe:
            verdicts = await probe.verdicts()
        lab.forget()
        lab.ping(1)
        guest.kill()
        heard, _ = guest.communicate()
    assert verdicts == {"eth0": cut != "sw1", "eth2": cut != "sw2"}
    assert f"{lab.mac(HOST, MANAGEMENT.bridge)} > ff:ff:ff:ff:ff:ff" in heard
    assert "02:78:" not in heard


@WAYS
async def test_one_of_several_destinations_may_be_dead(lab: StrangerLab, way: str) -> None:
    other = "10.255.77.99"
    async with prober(lab, Destination(other), GATEWAY, way=way) as probe:
        lab.namespaces.ip("gw", "addr", "add", f"{other}/24", "dev", "eth0")
        try:
            lab.ping(1, address=other)
            healthy = await probe.read()
        finally:
            lab.namespaces.ip("gw", "addr", "del", f"{other}/24", "dev", "eth0")
        reading = await probe.read()
    assert verdicts_of(healthy, other) == verdicts_of(healthy, MANAGEMENT.gateway) == BOTH
    assert verdicts_of(reading, other) == {"eth0": False, "eth2": False}
    assert verdicts_of(reading, MANAGEMENT.gateway) == BOTH


@contextmanager
def default_route(lab: StrangerLab, gateway: str) -> Iterator[None]:
    """A default route of the host."""
    lab.namespaces.ip(HOST, "route", "add", "default", "via", gateway)
    try:
        yield
    finally:
        lab.namespaces.ip(HOST, "route", "del", "default", "via", gateway)


async def test_auto_asks_for_the_gateway_of_the_default_route(lab: StrangerLab) -> None:
    with default_route(lab, MANAGEMENT.gateway):
        lab.cut_uplink("sw2")
        async with prober(lab, AUTO) as probe:
            reading = await probe.read()
    assert verdicts_of(reading, MANAGEMENT.gateway) == SECOND_DEAD


async def test_auto_is_unknown_where_the_default_route_leaves_by_another_device(
    lab: StrangerLab,
) -> None:
    ip = lab.namespaces.ip
    ip(HOST, "link", "add", "other", "type", "veth", "peer", "other-end")
    ip(HOST, "link", "set", "other", "up")
    ip(HOST, "link", "set", "other-end", "up")
    ip(HOST, "addr", "add", "10.255.99.2/24", "dev", "other")
    try:
        with default_route(lab, "10.255.99.1"):
            async with prober(lab, AUTO) as probe:
                reading = await probe.read()
    finally:
        ip(HOST, "link", "del", "other")
    assert verdicts_of(reading) == {"eth0": None, "eth2": None}
    assert reasons_of(reading) == {"eth0": "no_route", "eth2": "no_route"}
    assert reading.records[0].text == "the default route leaves by other, not through bond0"


async def test_auto_is_unknown_without_a_default_route(lab: StrangerLab) -> None:
    async with prober(lab, AUTO) as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == {"eth0": None, "eth2": None}
    assert reading.records[0].text == "the host has no default route"
