"""A bond is found on its host, of Open vSwitch or of Linux, with something to ping behind it."""

import pytest

from collectors.host import HostError
from collectors.inventory import Destination, ExpectedBond, HostInventory
from collectors.linux_bonds import LINUX_BONDS
from collectors.reachability_layout import LINUX_PORTS
from exporter.drill.bond import open_bond
from exporter.drill.record import State
from exporter.drill.subject import NoSubject
from tests.fakes import Answer, FakeHost, refused

ONE = """\
---- {bond} ----
bond_mode: active-backup
updelay: 31000 ms
downdelay: 200 ms
lacp_status: off

slave {active}: enabled
\tactive slave
\tmay_enable: true

slave {other}: disabled
\tmay_enable: false

"""
BOND0 = ONE.format(bond="bond0", active="eth0", other="eth2")
BOND1 = ONE.format(bond="bond1", active="eth1", other="eth3")
ROUTES = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
xapi1\t00000000\t0101000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
"""
CARRIERS = "/sys/class/net/eth0/carrier:1\n/sys/class/net/eth2/carrier:0\n"
OVS: dict[str, Answer] = {
    "ovs-appctl bond/show": BOND0,
    "cat /proc/net/route": ROUTES,
    "ovs-vsctl port-to-br bond0": "xapi1\n",
    "ovs-vsctl br-to-parent xapi1": "xapi1\n",
    "grep -H  /sys/class/net/eth0/carrier /sys/class/net/eth2/carrier": CARRIERS,
    "ovs-vswitchd --version": "ovs-vswitchd (Open vSwitch) 1.4.2\nCompiled Dec 2 2012\n",
}
LINUX: dict[str, Answer] = {
    " ".join(LINUX_BONDS): """\
==> /proc/net/bonding/bond0 <==
Ethernet Channel Bonding Driver: v3.7.1 (April 27, 2011)

Bonding Mode: fault-tolerance (active-backup)
Currently Active Slave: eth2
MII Status: up

Slave Interface: eth0
MII Status: down

Slave Interface: eth2
MII Status: up
""",
    " ".join(LINUX_PORTS): "/sys/class/net/bond0/brport/bridge ../../../xapi1\n",
    "cat /proc/net/route": ROUTES,
    "uname -r": "4.19.0+1\n",
}


def answering(*addresses: str) -> dict[str, Answer]:
    return {f"ping -n -c 1 -W 1 -- {address}": "" for address in addresses}


def inventory(*addresses: str | None) -> HostInventory:
    destinations = tuple(Destination(address) for address in addresses)
    return HostInventory(bonds={"bond0": ExpectedBond(destinations=destinations)})


async def test_the_only_bond_needs_no_name() -> None:
    subject = await open_bond(FakeHost(OVS), None)
    assert (subject.kind, subject.name, subject.collectors[0]) == ("bond", "bond0", "bonds")


async def test_of_several_bonds_one_must_be_named() -> None:
    host = FakeHost(OVS | {"ovs-appctl bond/show": BOND0 + BOND1})
    with pytest.raises(NoSubject, match="name one of: bond0, bond1"):
        await open_bond(host, None)
    assert (await open_bond(host, "bond0")).name == "bond0"


@pytest.mark.parametrize(
    ("answers", "says"), [(OVS, "no bond bond7 here, only bond0"), ({}, "no bond here")]
)
async def test_a_bond_that_is_not_there_is_told(answers: dict[str, Answer], says: str) -> None:
    with pytest.raises(NoSubject, match=says):
        await open_bond(FakeHost(answers), "bond7")


async def test_a_host_that_cannot_tell_its_bonds_is_no_host_without_bonds() -> None:
    denied = refused("ovs-appctl: cannot connect: Permission denied", 1)
    with pytest.raises(HostError):
        await open_bond(FakeHost({"ovs-appctl bond/show": denied}), None)


async def test_a_look_shows_members_with_their_carrier_and_the_active_one() -> None:
    sample = await (await open_bond(FakeHost(OVS), None)).sample()
    assert sample.serving == State("eth0", "good")
    assert sample.lanes["eth2"] == State("disabled", "bad")


async def test_a_bond_of_linux_is_asked_without_open_vswitch() -> None:
    host = FakeHost(LINUX)
    subject = await open_bond(host, None)
    host.asked.clear()
    assert (await subject.sample()).serving == State("eth2", "good")
    assert [line for line in host.asked if "ovs" in line] == []
    assert ("kernel", "4.19.0+1") in await subject.facts()


async def test_facts_are_what_decides_how_long_a_failover_takes() -> None:
    facts = dict(await (await open_bond(FakeHost(OVS), None)).facts())
    assert facts == {
        "Open vSwitch": "1.4.2",
        "mode": "active-backup",
        "members": "eth0, eth2",
        "LACP": "off",
        "updelay": "31000 ms",
        "downdelay": "200 ms",
    }


async def test_the_first_of_the_given_addresses_that_answers_is_pinged() -> None:
    host = FakeHost(OVS | answering("10.0.1.8", "10.0.1.9"))
    subject = await open_bond(host, None, ["10.0.1.7", "10.0.1.8", "10.0.1.9"], inventory("10.1"))
    assert subject.io_name == "pings to 10.0.1.8"


async def test_where_none_answers_the_first_is_pinged() -> None:
    subject = await open_bond(FakeHost(OVS), None, ["10.0.1.7", "10.0.1.8"])
    assert subject.io_name == "pings to 10.0.1.7"


@pytest.mark.parametrize(("wanted", "pinged"), [("10.0.1.5", "10.0.1.5"), (None, "10.0.1.1")])
async def test_without_an_address_the_inventorys_is_pinged(wanted: str | None, pinged: str) -> None:
    subject = await open_bond(FakeHost(OVS), None, (), inventory(wanted))
    assert subject.io_name == f"pings to {pinged}"


@pytest.mark.parametrize("answers", [OVS, LINUX], ids=["openvswitch", "linux"])
async def test_without_any_the_default_gateway_behind_the_bond_is_pinged(
    answers: dict[str, Answer],
) -> None:
    assert (await open_bond(FakeHost(answers), None)).io_name == "pings to 10.0.1.1"


async def test_a_gateway_behind_another_bond_is_not_pinged() -> None:
    host = FakeHost(OVS | {"ovs-vsctl port-to-br bond0": "xapi0\n"})
    with pytest.raises(NoSubject, match="name an address to ping"):
        await open_bond(host, None)
