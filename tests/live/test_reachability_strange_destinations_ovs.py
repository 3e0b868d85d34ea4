"""Destinations that prove nothing of what lies behind a switch: unknown, never a wrong verdict."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from collectors.inventory import Destination
from tests.labs.host import HOST
from tests.labs.lacp import LacpLab
from tests.labs.ovs import MANAGEMENT
from tests.labs.strangers import STRANGER, StrangerLab
from tests.live.reachability_lab import BOTH, GATEWAY, Verdicts, prober, reasons_of, verdicts_of

pytestmark = pytest.mark.ovs

UNKNOWN: Verdicts = {"eth0": None, "eth2": None}
GUEST = "10.255.77.9"


@contextmanager
def guest(lab: StrangerLab) -> Iterator[None]:
    """A guest of the host that answers as GUEST: a port of the bridge in another namespace."""
    spaces = lab.namespaces
    # Its other NICs, on the switches, are not to answer for it.
    lab.exec(STRANGER, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore")
    with lab.guest_port() as vif:
        spaces.ip(HOST, "link", "set", vif, "netns", spaces.name(STRANGER))
        spaces.ip(STRANGER, "addr", "add", f"{GUEST}/24", "dev", vif)
        spaces.ip(STRANGER, "link", "set", vif, "up")
        try:
            lab.wait_for(lambda: lab.reaches(GUEST))
            yield
        finally:
            spaces.ip(STRANGER, "link", "set", vif, "netns", spaces.name(HOST))


@pytest.mark.parametrize("cut", [(), ("sw1",), ("sw2",), ("sw1", "sw2")], ids=str)
async def test_a_guest_of_the_host_answers_the_bridge_and_proves_no_uplink(
    lab: StrangerLab, cut: tuple[str, ...]
) -> None:
    with guest(lab):
        for switch in cut:
            lab.cut_uplink(switch)
        async with prober(lab, Destination(GUEST)) as probe:
            reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN
    assert reasons_of(reading) == dict.fromkeys(BOTH, "not_behind_bond")


@pytest.mark.parametrize("way", ["raw", "openflow"])
async def test_the_hosts_own_address_is_not_asked_for(lab: StrangerLab, way: str) -> None:
    async with prober(lab, Destination(MANAGEMENT.address), way=way) as probe:
        reading = await probe.read()
    assert reasons_of(reading) == dict.fromkeys(BOTH, "own_address")
    assert verdicts_of(reading) == UNKNOWN


async def test_an_address_behind_the_gateway_is_not_asked_for(lab: StrangerLab) -> None:
    lab.namespaces.ip(HOST, "route", "replace", "default", "via", MANAGEMENT.gateway)
    try:
        async with prober(lab, GATEWAY, Destination("192.0.2.77")) as probe:
            reading = await probe.read()
    finally:
        lab.namespaces.ip(HOST, "route", "del", "default")
    assert verdicts_of(reading, MANAGEMENT.gateway) == BOTH
    assert verdicts_of(reading, "192.0.2.77") == UNKNOWN
    beyond = [reach for reach in reading.records if reach.destination == "192.0.2.77"]
    assert {reach.text for reach in beyond} == {
        f"lies behind the gateway {MANAGEMENT.gateway}, and ARP is not routed"
    }


async def test_balance_slb_with_lacp_is_not_probed(lacp_lab: LacpLab) -> None:
    """What XenServer makes of LACP with `hashing-algorithm=src_mac`."""
    lacp_lab.vswitch.vsctl("set", "port", "bond0", "bond_mode=balance-slb")
    try:
        lacp_lab.wait_for(lambda: "bond_mode: balance-slb" in lacp_lab.appctl("bond/show"))
        async with prober(lacp_lab) as probe:
            reading = await probe.read()
    finally:
        lacp_lab.vswitch.vsctl("set", "port", "bond0", "bond_mode=balance-tcp")
    assert reasons_of(reading) == dict.fromkeys(BOTH, "mode")
