"""The bond collector: which way it asks, and what its samples say."""

import pytest

from collectors.bonds import Bonds
from collectors.host import DeadlineExceeded, Unreachable
from collectors.inventory import ExpectedBond, HostInventory
from collectors.linux_bonds import LINUX_BONDS
from collectors.parsing import ParseError
from collectors.registry import CollectorFailed, NotPresent, View
from tests.collectors.reading import read, samples
from tests.fakes import Answer, FakeHost, refused

NEW = """\
---- bond0 ----
bond_mode: active-backup
bond may use recirculation: no, Recirc-ID : -1
bond-hash-basis: 0
lb_output action: disabled, bond-id: -1
updelay: 31000 ms
downdelay: 200 ms
lacp_status: off
lacp_fallback_ab: false
active-backup primary: <none>
active member mac: 00:25:90:aa:bb:cc(eth2)

member eth0: disabled
  updelay expires in 30012 ms
  may_enable: true

member eth2: enabled
  active member
  may_enable: true

"""
OLD = (
    "bond_mode: active-backup\nlacp: off\nbond-detect-mode: carrier\nupdelay: 31000 ms\n"
    "downdelay: 200 ms\n\nslave {standby}: enabled\n\nslave {active}: enabled\n\tactive slave\n"
)
LIST = (
    "bridge\tbond\ttype\tslaves\nxenbr0\tbond0\tactive-backup\teth0, eth2\n"
    "xenbr1\tbond1\tactive-backup\teth3, eth1\n"
)
OLD_HOST: dict[str, Answer] = {
    "ovs-appctl bond/show": refused(
        "no such bond\novs-appctl: ovs-vswitchd: server returned reply code 501\n"
    ),
    "ovs-appctl bond/list": LIST,
    "ovs-appctl bond/show bond0": OLD.format(standby="eth2", active="eth0"),
    "ovs-appctl bond/show bond1": OLD.format(standby="eth3", active="eth1"),
}
NOT_RUNNING = refused(
    "2026-01-01T00:00:00Z|00001|daemon_unix|WARN|/var/run/openvswitch/ovs-vswitchd.pid: open: "
    "No such file or directory\novs-appctl: cannot read pidfile "
    '"/var/run/openvswitch/ovs-vswitchd.pid" (No such file or directory)\n',
    exit_status=1,
)
LINUX = """\
==> /proc/net/bonding/bond0 <==
Ethernet Channel Bonding Driver: v3.7.1 (April 27, 2011)

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: eth0 (primary_reselect always)
Currently Active Slave: eth1
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0

Slave Interface: eth0
MII Status: down
Speed: Unknown
Duplex: Unknown
Link Failure Count: 1
Permanent HW addr: 00:16:3e:00:00:01
Slave queue ID: 0

Slave Interface: eth1
MII Status: up
Speed: 1000 Mbps
Duplex: full
Link Failure Count: 0
Permanent HW addr: 00:16:3e:00:00:02
Slave queue ID: 0
"""


async def test_samples_say_which_member_is_active_and_which_should_be() -> None:
    bonds, inventory = Bonds(), HostInventory({"bond0": ExpectedBond(("eth0", "eth2"), "eth0")})
    reading = await read(bonds, FakeHost({"ovs-appctl bond/show": NEW}))
    seen = samples(bonds, reading, View(inventory))
    assert seen['xenlens_bond_member_active{bond="bond0",member="eth2"}'] == 1
    assert seen['xenlens_bond_member_active{bond="bond0",member="eth0"}'] == 0
    assert seen['xenlens_bond_member_preferred{bond="bond0",member="eth0"}'] == 1
    assert seen['xenlens_bond_member_enabled{bond="bond0",member="eth0"}'] == 0
    assert seen['xenlens_bond_members_expected{bond="bond0",source="config"}'] == 2
    assert seen['xenlens_bond_updelay_seconds{bond="bond0"}'] == 31


async def test_without_an_inventory_nothing_is_called_preferred_or_expected() -> None:
    bonds = Bonds()
    seen = samples(bonds, await read(bonds, FakeHost({"ovs-appctl bond/show": NEW})))
    assert not [name for name in seen if "preferred" in name or "expected" in name]


async def test_a_host_that_wants_a_name_is_asked_for_its_list_first_and_only_once() -> None:
    bonds, host = Bonds(), FakeHost(OLD_HOST)
    first = await read(bonds, host)
    host.asked.clear()
    second = await read(bonds, host)
    assert [(s.name, s.bond.active_member) for s in first.records] == [
        ("bond0", "eth0"),
        ("bond1", "eth1"),
    ]
    assert second.records == first.records
    assert host.asked == [
        "ovs-appctl bond/list",
        "ovs-appctl bond/show bond0",
        "ovs-appctl bond/show bond1",
    ]


async def test_a_bond_deleted_between_list_and_show_hides_no_other() -> None:
    gone = refused("no such bond\novs-appctl: ovs-vswitchd: server returned an error\n")
    host = FakeHost(OLD_HOST | {"ovs-appctl bond/show bond0": gone})
    reading = await read(Bonds(), host)
    assert [state.name for state in reading.records] == ["bond1"]


async def test_linux_bonds_are_read_where_open_vswitch_is_not_installed() -> None:
    bonds = Bonds()
    reading = await read(bonds, FakeHost({" ".join(LINUX_BONDS): LINUX}))
    seen = samples(bonds, reading)
    assert reading.via == "/proc/net/bonding"
    assert seen['xenlens_bond_member_enabled{bond="bond0",member="eth0"}'] == 0
    assert seen['xenlens_bond_member_active{bond="bond0",member="eth1"}'] == 1
    assert seen['xenlens_bond_member_preferred{bond="bond0",member="eth0"}'] == 1


async def test_a_host_with_neither_kind_of_bond_is_no_failure() -> None:
    with pytest.raises(NotPresent):
        await read(Bonds(), FakeHost({" ".join(LINUX_BONDS): ""}))


async def test_a_stopped_vswitchd_is_a_failure_where_it_is_the_backend() -> None:
    host = FakeHost(
        {
            "ovs-appctl bond/show": NOT_RUNNING,
            " ".join(LINUX_BONDS): "",
            "cat /etc/xensource/network.conf": "openvswitch\n",
        }
    )
    with pytest.raises(CollectorFailed) as failed:
        await read(Bonds(), host)
    assert failed.value.reason == "not_running"


async def test_a_stopped_vswitchd_is_no_failure_under_the_bridge_backend() -> None:
    host = FakeHost(
        {
            "ovs-appctl bond/show": NOT_RUNNING,
            " ".join(LINUX_BONDS): "",
            "cat /etc/xensource/network.conf": "bridge\n",
        }
    )
    with pytest.raises(NotPresent):
        await read(Bonds(), host)


async def test_an_unreachable_host_is_not_mistaken_for_one_without_bonds() -> None:
    with pytest.raises(Unreachable):
        await read(
            Bonds(), FakeHost({"cat /var/run/openvswitch/ovs-vswitchd.pid": Unreachable("x")})
        )


async def test_a_bond_of_the_inventory_that_the_host_lacks_has_no_members_and_is_named() -> None:
    bonds = Bonds()
    view = View(HostInventory({"bond7": ExpectedBond(("eth4", "eth5"))}))
    reading = await read(bonds, FakeHost({"ovs-appctl bond/show": NEW}))
    assert samples(bonds, reading, view)['xenlens_bond_members{bond="bond7"}'] == 0
    found = [finding for finding in bonds.findings(reading, view) if finding.subject == "bond7"]
    assert [(f.severity, f.text) for f in found] == [
        ("critical", "bond missing; the host has bond0")
    ]


async def test_lacp_is_asked_only_where_a_bond_uses_it() -> None:
    lacp = NEW.replace("lacp_status: off", "lacp_status: configured")
    host = FakeHost(
        {
            "ovs-appctl bond/show": lacp,
            "ovs-appctl lacp/show": "---- bond0 ----\n  status: active\n\n"
            "member: eth0: defaulted detached\n  port_id: 1\n",
        }
    )
    bonds = Bonds()
    reading = await read(bonds, host)
    seen = samples(bonds, reading)
    assert seen['xenlens_bond_lacp_negotiated{bond="bond0"}'] == 0
    assert seen['xenlens_bond_member_lacp_attached{bond="bond0",member="eth0"}'] == 0
    assert ("warning", "LACP is not negotiated") in [
        (f.severity, f.text) for f in bonds.findings(reading, View())
    ]


async def test_without_a_list_the_bonds_of_the_inventory_are_asked_by_name() -> None:
    missing = refused("not recorded", exit_status=1)
    host = FakeHost(
        {
            "ovs-appctl bond/show": missing,
            "ovs-appctl bond/list": missing,
            "ovs-appctl bond/show bond0": OLD.format(standby="eth2", active="eth0"),
        }
    )
    reading = await read(Bonds(), host, HostInventory({"bond0": ExpectedBond()}))
    assert [state.bond.active_member for state in reading.records] == ["eth0"]


async def test_a_strange_exit_without_an_inventory_is_a_failure_with_its_text() -> None:
    crash = refused("Segmentation fault", exit_status=-11)
    host = FakeHost({"ovs-appctl bond/show": crash, "ovs-appctl bond/list": crash})
    with pytest.raises(CollectorFailed, match="exited -11: Segmentation fault"):
        await read(Bonds(), host)


async def test_a_bond_that_cannot_be_read_hides_no_other() -> None:
    host = FakeHost(OLD_HOST | {"ovs-appctl bond/show bond0": "garbage\nmore of it\n"})
    reading = await read(Bonds(), host)
    assert [state.name for state in reading.records] == ["bond1"]
    assert reading.damaged == 1


async def test_when_no_bond_can_be_read_the_first_reason_is_given() -> None:
    garbage = dict.fromkeys(("ovs-appctl bond/show bond0", "ovs-appctl bond/show bond1"), "x\n")
    with pytest.raises(ParseError):
        await read(Bonds(), FakeHost(OLD_HOST | garbage))


async def test_a_damaged_record_makes_no_bond_missing() -> None:
    bonds = Bonds()
    view = View(HostInventory({"bond0": ExpectedBond(("eth0", "eth2"))}))
    host = FakeHost(OLD_HOST | {"ovs-appctl bond/show bond0": "garbage\n"})
    reading = await read(bonds, host, view.inventory)
    assert 'xenlens_bond_members{bond="bond0"}' not in samples(bonds, reading, view)
    assert not [f for f in bonds.findings(reading, view) if f.severity == "critical"]


async def test_lacp_that_cannot_be_asked_costs_no_bond() -> None:
    lacp = NEW.replace("lacp_status: off", "lacp_status: negotiated")
    for trouble in (refused("segmentation fault"), DeadlineExceeded("late"), "garbage\n"):
        host = FakeHost({"ovs-appctl bond/show": lacp, "ovs-appctl lacp/show": trouble})
        bonds = Bonds()
        seen = samples(bonds, await read(bonds, host))
        assert seen['xenlens_bond_lacp_negotiated{bond="bond0"}'] == 1


async def test_lacp_that_is_not_negotiated_is_seen_on_versions_that_do_not_tell_it_from_off() -> (
    None
):
    text = (
        "bond_mode: balance-tcp\nbond-hash-basis: 0\nupdelay: 0 ms\ndowndelay: 0 ms\n"
        "lacp_negotiated: false\n\nslave eth0: enabled\n\tmay_enable: true\n"
    )
    host = FakeHost(
        {
            "ovs-appctl bond/show": refused("no such bond\n"),
            "ovs-appctl bond/list": "bond\ttype\tslaves\nbond0\tbalance-tcp\teth0\n",
            "ovs-appctl bond/show bond0": text,
            "ovs-appctl lacp/show": "---- bond0 ----\n\tstatus: active\n\n"
            "slave: eth0: defaulted detached\n\tport_id: 1\n",
        }
    )
    bonds = Bonds()
    seen = samples(bonds, await read(bonds, host))
    assert seen['xenlens_bond_lacp_negotiated{bond="bond0"}'] == 0


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (NEW.replace("  active member\n", ""), ("critical", "no active member")),
        (NEW.replace(": enabled", ": disabled"), ("critical", "no member enabled")),
        (NEW.partition("member eth0")[0], ("critical", "the bond has no members")),
        (
            NEW.replace("eth2: enabled", "eth2: half"),
            ("unknown", "state of member eth2 is unknown"),
        ),
    ],
)
async def test_a_bond_that_carries_nothing_is_a_finding(
    text: str, finding: tuple[str, str]
) -> None:
    bonds = Bonds()
    reading = await read(bonds, FakeHost({"ovs-appctl bond/show": text}))
    assert finding in [(f.severity, f.text) for f in bonds.findings(reading, View())]


async def test_bonds_the_inventory_names_are_missing_where_there_is_no_bonding_at_all() -> None:
    bonds, inventory = Bonds(), HostInventory({"bond0": ExpectedBond(("eth0", "eth2"))})
    reading = await read(bonds, FakeHost({" ".join(LINUX_BONDS): ""}), inventory)
    assert samples(bonds, reading, View(inventory))['xenlens_bond_members{bond="bond0"}'] == 0


async def test_a_linux_bond_that_cannot_be_read_is_not_passed_over() -> None:
    unreadable = LINUX + "==> /proc/net/bonding/bond1 <==\n"
    reading = await read(Bonds(), FakeHost({" ".join(LINUX_BONDS): unreadable}))
    assert ([state.name for state in reading.records], reading.damaged) == (["bond0"], 1)
    with pytest.raises(CollectorFailed):
        await read(Bonds(), FakeHost({" ".join(LINUX_BONDS): refused("", exit_status=-9)}))
