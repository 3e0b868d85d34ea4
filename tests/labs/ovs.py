"""A dom0 with Open vSwitch bonds over two switches and a gateway behind both.

    host(eth0 ─ sw1 ─┐
         eth2 ─ sw2 ─┴ core ─ gw)      and, with two bonds, eth1 ─ sw1 and eth3 ─ sw2

Every box is a network namespace, every line a veth pair; the switches are Linux bridges.
An active-backup bond drops what comes in on its standby member, so there is no loop.
"""

import json
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from tests.labs.host import HOST, HostLab

SWITCHES = ("sw1", "sw2")
UPLINK = "uplink"
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Network:
    """A bond on its bridge. The first member is cabled to sw1, the second to sw2."""

    bond: str
    bridge: str
    members: tuple[str, str]
    address: str
    gateway: str


MANAGEMENT = Network("bond0", "xenbr0", ("eth0", "eth2"), "10.255.77.2", "10.255.77.1")
STORAGE = Network("bond1", "xenbr1", ("eth1", "eth3"), "10.255.78.2", "10.255.78.1")


@dataclass(frozen=True, slots=True)
class Pings:
    """Round-trip seconds of pings sent every `interval` seconds, None where no reply came."""

    replies: tuple[float | None, ...]
    interval: float

    @property
    def loss(self) -> float:
        """Unanswered pings, as a ratio."""
        return self.replies.count(None) / len(self.replies)

    @property
    def longest_gap(self) -> float:
        """Seconds of the longest run of unanswered pings."""
        runs = (len(list(run)) for lost, run in groupby(x is None for x in self.replies) if lost)
        return max(runs, default=0) * self.interval


class OvsLab(HostLab):
    """The lab of the module's drawing. Delays are in milliseconds, as in the database."""

    def __init__(
        self,
        folder: Path,
        *more_namespaces: str,
        two_bonds: bool = False,
        updelay: int = 200,
        downdelay: int = 100,
    ) -> None:
        super().__init__(folder, *SWITCHES, "core", "gw", *more_namespaces)
        self.networks = (MANAGEMENT, STORAGE) if two_bonds else (MANAGEMENT,)
        self._delays = (f"bond_updelay={updelay}", f"bond_downdelay={downdelay}")

    def build(self, undo: ExitStack) -> None:
        """Cable everything, then make the bonds."""
        self._cable()
        # Both bridges hear the same switches; each may answer ARP for its own address only.
        self._host_sysctl("net/ipv4/conf/all/arp_ignore", "1")
        for network in self.networks:
            self._make_bond(network)

    def _cable(self) -> None:
        spaces = self.namespaces
        for switch in SWITCHES:
            spaces.cable(switch, UPLINK, "core", switch)
        spaces.cable("gw", "eth0", "core", "gw")
        self.exec("gw", sys.executable, str(_HERE / "checksums.py"), "eth0")
        for network in self.networks:
            spaces.ip("gw", "addr", "add", f"{network.gateway}/24", "dev", "eth0")
            for nic, switch in zip(network.members, SWITCHES, strict=True):
                self.cable_nic(nic, switch)
        for switch, number in zip(SWITCHES, (0, 1), strict=True):
            nics = (f"to-{network.members[number]}" for network in self.networks)
            spaces.bridge(switch, UPLINK, *nics)
        spaces.bridge("core", *SWITCHES, "gw")

    def _make_bond(self, network: Network) -> None:
        bridge, bond = network.bridge, network.bond
        self.vswitch.vsctl(
            *("add-br", bridge, "--", "set", "bridge", bridge, "datapath_type=netdev"),
            *("--", "add-bond", bridge, bond, *network.members, "bond_mode=active-backup"),
            *self._delays,
            "other_config:bond-detect-mode=carrier",
        )
        self.namespaces.ip(HOST, "addr", "add", f"{network.address}/24", "dev", bridge)
        self.namespaces.ip(HOST, "link", "set", bridge, "up")
        self.set_active(bond, network.members[0])

    def _host_sysctl(self, key: str, value: str) -> None:
        self.exec(HOST, "sh", "-c", f"echo {value} > /proc/sys/{key}")

    def cut_uplink(self, switch: str) -> None:
        """Cut what is behind a switch; the host's carrier stays."""
        self.namespaces.ip(switch, "link", "set", UPLINK, "down")

    def restore_uplink(self, switch: str) -> None:
        """Undo `cut_uplink`."""
        self.namespaces.ip(switch, "link", "set", UPLINK, "up")

    def heal(self) -> None:
        """Everything connected, each bond on its first member, the gateway answering there."""
        for switch in SWITCHES:
            self.restore_uplink(switch)
        for network in self.networks:
            for nic in network.members:
                self.carrier(nic, up=True)
        for network in self.networks:
            self.wait_for(partial(self.all_enabled, network.bond))
            self.set_active(network.bond, network.members[0])
            self.wait_for(partial(self.reaches, network.gateway))

    def reaches(self, address: str = MANAGEMENT.gateway) -> bool:
        """Whether three pings in a row are answered, so the switches know the way back too."""
        return self.ping(3, address=address).loss == 0

    def ping(
        self, count: int, interval: float = 0.05, *, address: str = MANAGEMENT.gateway
    ) -> Pings:
        """Ping from the host, every `interval` seconds; returns 0.5 s after the last at most."""
        pinger = (sys.executable, str(_HERE / "pinger.py"), address, str(count), str(interval))
        return Pings(tuple(json.loads(self.exec(HOST, *pinger))), interval)
