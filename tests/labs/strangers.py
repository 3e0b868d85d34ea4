"""The lab of tests/labs/ovs.py with somebody else's box behind each switch, and odd gateways."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.labs.host import HOST
from tests.labs.ovs import MANAGEMENT, SWITCHES, UPLINK, OvsLab

STRANGER = "stranger"
"""A box with a NIC `sw1` on sw1 and a NIC `sw2` on sw2, between which it forwards nothing."""
VLAN, VLAN_GATEWAY, VLAN_ADDRESS, VLAN_DEVICE = 20, "10.255.79.1", "10.255.79.2", "xapi3"
VLAN_GATEWAY_MAC = "5a:00:00:00:00:20"
FORWARDING = "3"
"""BR_STATE_FORWARDING of linux/if_bridge.h."""
_HERE = Path(__file__).parent


class StrangerLab(OvsLab):
    """A dom0 whose bond's switches have a stranger on them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, STRANGER)

    def build(self, undo: ExitStack) -> None:
        """The lab's network, then the stranger's cables."""
        super().build(undo)
        for switch in SWITCHES:
            self.namespaces.cable(STRANGER, switch, switch, "to-stranger")
            self.namespaces.ip(switch, "link", "set", "to-stranger", "master", "br0")

    def cut_uplink(self, switch: str) -> None:
        """Cut it inside the switch: no other box sees a link go, and nobody waits for one."""
        self.namespaces.ip(switch, "link", "set", UPLINK, "nomaster")

    def restore_uplink(self, switch: str) -> None:
        """Undo `cut_uplink`."""
        self.namespaces.ip(switch, "link", "set", UPLINK, "master", "br0")

    def heal(self) -> None:
        """As before, and nobody remembers what a stranger claimed."""
        self.forget()
        self.namespaces.ip("gw", "neigh", "flush", "all")
        super().heal()
        self.wait_for(self._forwards)

    def _forwards(self) -> bool:
        """Whether every port of the switches does: the kernel may take a second to see a link."""
        look = ("sh", "-c", "cat /sys/class/net/*/brport/state")
        states = (self.exec(switch, *look).split() for switch in (*SWITCHES, "core"))
        return all(state == FORWARDING for ports in states for state in ports)

    def activate(self, member: str) -> None:
        """Make a member the active one, and wait until the network has learned it.

        For up to 0.5 s Open vSwitch may have the host's own MAC in its table as one behind the
        bond: its own broadcasts came back by the other member while that changed its role.
        """
        self.set_active(MANAGEMENT.bond, member)
        self.wait_for(self.reaches)

    def forget(self) -> None:
        """Empty the host's ARP table."""
        self.namespaces.ip(HOST, "neigh", "flush", "all")

    def neighbour(self, address: str = MANAGEMENT.gateway) -> str | None:
        """The MAC that the host's ARP table has for an address."""
        words = self.namespaces.ip(HOST, "neigh", "show", address).split()
        return words[words.index("lladdr") + 1] if "lladdr" in words else None

    def mac(self, role: str, nic: str) -> str:
        """The MAC of a NIC."""
        return self.exec(role, "cat", f"/sys/class/net/{nic}/address").strip()

    @property
    def gateway_mac(self) -> str:
        """The MAC of the true gateway."""
        return self.mac("gw", "eth0")

    def vsctl(self, *words: str) -> str:
        """Run `ovs-vsctl`, which returns once ovs-vswitchd has done it."""
        return self.vswitch.vsctl(*words)

    def flows(self, bridge: str = MANAGEMENT.bridge) -> list[str]:
        """The lines of `ovs-ofctl dump-flows` but for the rule that every bridge begins with."""
        target = str(self.rundir / f"{bridge}.mgmt")
        lines = self.exec(HOST, "ovs-ofctl", "dump-flows", target).splitlines()[1:]
        return [line for line in lines if "actions=NORMAL" not in line]

    @contextmanager
    def running(self, role: str, program: str, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A program of this folder in a namespace, from its first line on until the end."""
        argv = self.namespaces.argv(role, sys.executable, str(_HERE / program), *words)
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline(), f"{program} ended"
                yield process
            finally:
                process.kill()

    @contextmanager
    def liar(self, nic: str = "sw1", *words: str) -> Iterator[str]:
        """A stranger behind a switch who claims to be the gateway; gives its MAC."""
        claim = (nic, "--address", MANAGEMENT.gateway, *words)
        with self.running(STRANGER, "responder.py", *claim):
            yield self.mac(STRANGER, nic)

    @contextmanager
    def odd_gateway(self, *words: str) -> Iterator[None]:
        """The gateway answers as `responder.py` is told to, not by its kernel."""
        self._answer_arp(False)
        claim = ("eth0", "--address", MANAGEMENT.gateway, *words)
        try:
            with self.running("gw", "responder.py", *claim):
                yield
        finally:
            self._answer_arp(True)

    def _answer_arp(self, yes: bool) -> None:
        # 8: no answer for any address (Linux, Documentation/networking/ip-sysctl.rst).
        value = "0" if yes else "8"
        self.exec("gw", "sh", "-c", f"echo {value} > /proc/sys/net/ipv4/conf/all/arp_ignore")

    @contextmanager
    def vlan_gateway(self) -> Iterator[None]:
        """A gateway on VLAN 20. A kernel may lack VLAN devices, so this one is a process."""
        claim = ("--address", VLAN_GATEWAY, "--mac", VLAN_GATEWAY_MAC, "--vlan", str(VLAN))
        with self.running("gw", "responder.py", "eth0", *claim):
            yield

    @contextmanager
    def vlan_bridge(self) -> Iterator[None]:
        """The host's VLAN network as XenServer makes it: a fake bridge, here with an address."""
        self.vsctl("add-br", VLAN_DEVICE, MANAGEMENT.bridge, str(VLAN))
        try:
            self.namespaces.ip(HOST, "addr", "add", f"{VLAN_ADDRESS}/24", "dev", VLAN_DEVICE)
            self.namespaces.ip(HOST, "link", "set", VLAN_DEVICE, "up")
            yield
        finally:
            self.vsctl("del-br", VLAN_DEVICE)

    @contextmanager
    def guest_port(self) -> Iterator[str]:
        """A port of the host's bridge as a guest's VIF is one; gives its name."""
        nic, bridge = "vif1", MANAGEMENT.bridge
        self.vsctl("add-port", bridge, nic, "--", "set", "interface", nic, "type=internal")
        try:
            self.namespaces.ip(HOST, "link", "set", nic, "up")
            yield nic
        finally:
            self.vsctl("del-port", bridge, nic)
