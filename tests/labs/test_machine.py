"""The emulated machine, and what the kernel does to frames on the members of a bond.

Each fact here is one that reachability probing rests on. The standby member is eth2.
"""

import json
import os
import subprocess
from functools import partial
from pathlib import Path

import pytest

from collectors.bond_show import parse_bond_show
from collectors.proc_bonding import parse_proc_bonding
from tests.labs.machine import Machine, MachineGone
from tests.labs.machine_dom0 import LinuxDom0, MachineDom0, OvsDom0
from tests.labs.machine_network import (
    GATEWAY,
    STRANGE_GATEWAY,
    STRANGE_VLAN,
    TAGGED_GATEWAY,
    VLAN,
    MachineNetwork,
)
from tests.labs.machine_qemu import CHECKOUT, prepared

pytestmark = pytest.mark.machine

PRIVATE_MAC = "02:78:00:00:00:07"
ARP = Path(__file__).parent / "guest" / "arp.py"
LINUX = pytest.mark.parametrize("machine_dom0", [LinuxDom0], indirect=True, ids=["linux"])
OVS = pytest.mark.parametrize("machine_dom0", [OvsDom0], indirect=True, ids=["openvswitch"])


def ask(
    network: MachineNetwork,
    nic: str,
    *,
    hear: str = "all",
    want: str = "nothing",
    address: str = GATEWAY,
    vlan: int = 0,
) -> list[dict[str, object]]:
    """The replies heard on `nic` to three unicast ARP requests from the private MAC address."""
    words = (nic, hear, want, PRIVATE_MAC, address, network.gateway_mac)
    heard: list[dict[str, object]] = json.loads(network.machine.run_script(ARP, *words, str(vlan)))
    return heard


def own_account(dom0: MachineDom0) -> str:
    """What the bond tells of itself."""
    if isinstance(dom0, OvsDom0):
        return dom0.machine.run("ovs-appctl", "bond/show", "bond0")
    return dom0.machine.run("cat", "/proc/net/bonding/bond0")


def test_the_machine_runs_the_prepared_kernel_over_the_files_of_this_one(machine: Machine) -> None:
    assert [machine.kernel] == os.listdir(prepared() / "lib" / "modules")
    assert machine.run("uname", "-r").strip() == machine.kernel
    assert machine.run("cat", str(CHECKOUT / "LICENSE")) == (CHECKOUT / "LICENSE").read_text()


def test_what_is_written_in_the_machine_stays_there(machine: Machine) -> None:
    written = CHECKOUT / "written-in-the-machine"
    machine.shell(f"echo here > {written}")
    assert machine.run("cat", str(written)) == "here\n"
    assert not written.exists()


def test_a_command_reads_its_standard_input_and_its_failure_says_why(machine: Machine) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        machine.run("sh", "-c", "cat; echo sorry >&2; exit 3", stdin="grüße\n")
    assert (failed.value.returncode, failed.value.stdout) == (3, "grüße\n")
    assert failed.value.stderr == "sorry\n"
    assert failed.value.__notes__ == ["sorry"]


def test_a_command_that_is_not_there_is_told_as_a_shell_tells_it(machine: Machine) -> None:
    assert machine.call("no-such-program").returncode == 127


def test_a_command_past_its_timeout_is_killed_with_its_children(machine: Machine) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        machine.run("sh", "-c", "sleep 987 & sleep 987", timeout=0.5)
    assert "sleep\0987" not in machine.run("sh", "-c", "cat /proc/[0-9]*/cmdline; true")


def test_what_a_command_leaves_running_holds_nobody_up(machine: Machine) -> None:
    assert machine.run("sh", "-c", "sleep 5 & echo done", timeout=4) == "done\n"


def test_a_machine_that_does_not_start_tells_why(tmp_path: Path) -> None:
    with (
        pytest.raises(MachineGone, match="'no-such-device' is not a valid device"),
        Machine(tmp_path, "-device", "no-such-device"),
    ):
        pass


def test_a_veth_filters_nothing(machine_network: MachineNetwork) -> None:
    machine_network.machine.shell("""
        ip link add spare up type veth peer spare netns core
        ip -n core link set spare up master br0
    """)
    assert len(ask(machine_network, "spare")) == 3


@LINUX
def test_a_real_linux_bond_is_read_from_proc(healed_dom0: MachineDom0) -> None:
    (bond,) = parse_proc_bonding(own_account(healed_dom0)).records
    assert (bond.mode_number, bond.active_member) == (1, "eth0")
    assert [(member.name, member.mii_up) for member in bond.members] == [
        ("eth0", True),
        ("eth2", True),
    ]


@OVS
def test_a_real_kernel_datapath_carries_the_bond(healed_dom0: MachineDom0) -> None:
    assert "system@ovs-system" in healed_dom0.machine.run("ovs-appctl", "dpif/show")
    (bond,) = parse_bond_show(own_account(healed_dom0)).records
    assert (bond.mode, bond.active_member) == ("active-backup", "eth0")


def test_a_cut_uplink_cuts_the_host_off_and_its_bond_sees_nothing(healed_dom0: MachineDom0) -> None:
    healed_dom0.network.cut_uplink("sw1")
    assert not healed_dom0.network.reaches_gateway()
    assert healed_dom0.active() == "eth0"
    assert healed_dom0.members_enabled()
    healed_dom0.set_active("eth2")
    assert healed_dom0.network.reaches_gateway()


def test_asking_from_the_standby_leaves_the_bond_as_it_was(healed_dom0: MachineDom0) -> None:
    before = own_account(healed_dom0)
    assert len(ask(healed_dom0.network, "eth2", want="unicast")) == 3
    assert own_account(healed_dom0) == before
    assert healed_dom0.network.reaches_gateway()


@OVS
def test_open_vswitch_learns_nothing_from_a_unicast_question(healed_dom0: MachineDom0) -> None:
    assert len(ask(healed_dom0.network, "eth2")) == 3
    assert PRIVATE_MAC not in healed_dom0.machine.run("ovs-appctl", "fdb/show", "xenbr0")


@LINUX
def test_the_standby_nic_of_a_linux_bond_drops_what_is_for_a_private_mac(
    healed_dom0: MachineDom0,
) -> None:
    assert ask(healed_dom0.network, "eth2") == []
    answer = {"mac": healed_dom0.network.gateway_mac, "tagged": False}
    assert ask(healed_dom0.network, "eth2", want="unicast") == [answer] * 3


@OVS
def test_a_member_of_open_vswitch_hears_what_is_for_a_private_mac(
    healed_dom0: MachineDom0,
) -> None:
    answer = {"mac": healed_dom0.network.gateway_mac, "tagged": False}
    assert ask(healed_dom0.network, "eth2") == [answer] * 3


@OVS
def test_a_socket_for_arp_only_hears_nothing_on_a_member_of_open_vswitch(
    healed_dom0: MachineDom0,
) -> None:
    assert ask(healed_dom0.network, "eth2", hear="arp", want="unicast") == []


@LINUX
def test_a_socket_for_arp_only_hears_on_the_standby_of_a_linux_bond(
    healed_dom0: MachineDom0,
) -> None:
    assert len(ask(healed_dom0.network, "eth2", hear="arp", want="unicast")) == 3


def test_a_tagged_reply_comes_without_its_tag(healed_dom0: MachineDom0) -> None:
    heard = ask(healed_dom0.network, "eth2", want="unicast", address=TAGGED_GATEWAY, vlan=VLAN)
    assert heard == [{"mac": healed_dom0.network.gateway_mac, "tagged": False}] * 3


@LINUX
def test_the_standby_nic_of_a_linux_bond_drops_what_is_in_a_vlan_the_host_has_not(
    healed_dom0: MachineDom0,
) -> None:
    strange = partial(ask, healed_dom0.network, "eth2", address=STRANGE_GATEWAY, vlan=STRANGE_VLAN)
    assert strange(want="unicast") == []
    assert len(strange(want="promiscuous")) == 3


@OVS
def test_a_member_of_open_vswitch_hears_every_vlan(healed_dom0: MachineDom0) -> None:
    network = healed_dom0.network
    assert len(ask(network, "eth2", address=STRANGE_GATEWAY, vlan=STRANGE_VLAN)) == 3
