"""The Open vSwitch lab with somebody listening wherever a flooded frame would come by.

    host(vif1.0, eth0 ─ sw1(third) ─┐
                 eth2 ─ sw2(third) ─┴ core(third) ─ gw)

`third` is one more machine at each switch, `vif1.0` a guest at the host's bridge. Neither sends.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors.onhost import program
from tests.labs.host import HOST
from tests.labs.netns import run
from tests.labs.ovs import MANAGEMENT, SWITCHES, OvsLab
from tests.labs.watching import Sniffed, Told, sniffing, watching_arp, watching_fdb

MODES = ("active-backup", "balance-slb")
ALL_SWITCHES = (*SWITCHES, "core")
SETTLE = 0.2
"""Seconds for the last frame to come through the userspace datapath."""
THIRD, GUEST = "third", "vif1.0"
NOBODY = "10.255.77.99"
"""An address that nobody has."""

Report = dict[str, Any]
"""What `xenlens_host.py probe` printed."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the listeners, the switches' MAC tables and two ARP tables noticed, by place."""

    sniffed: Mapping[str, Sniffed]
    fdb: Mapping[str, Told]
    arp: Mapping[str, Told]


class WatchedLab(OvsLab):
    """`OvsLab` with listeners, and bond0 in a mode of choice."""

    def __init__(self, folder: Path, mode: str = "active-backup") -> None:
        super().__init__(folder)
        self.mode = mode

    def build(self, undo: ExitStack) -> None:
        """As drawn, and without IPv6: each NIC would announce its own MAC at a time of its own."""
        for role in self.namespaces.roles:
            for scope in ("all", "default"):
                path = f"/proc/sys/net/ipv6/conf/{scope}/disable_ipv6"
                self.exec(role, "sh", "-c", f"echo 1 > {path}")
        super().build(undo)
        for switch in ALL_SWITCHES:
            self.namespaces.cable(switch, f"to-{THIRD}", switch, THIRD)
            self.namespaces.ip(switch, "link", "set", f"to-{THIRD}", "master", "br0")
        guest = ("add-port", MANAGEMENT.bridge, GUEST, "--", "set", "interface", GUEST)
        self.vswitch.vsctl(*guest, "type=internal")
        self.namespaces.ip(HOST, "link", "set", GUEST, "up")
        self.set_mode(self.mode)

    def set_mode(self, mode: str) -> None:
        """Change the mode of bond0."""
        self.vswitch.vsctl("set", "port", MANAGEMENT.bond, f"bond_mode={mode}")
        self.mode = mode

    def mac(self, device: str, role: str = HOST) -> str:
        """The MAC address of a device."""
        return self.exec(role, "cat", f"/sys/class/net/{device}/address").strip()

    def own_macs(self) -> tuple[str, ...]:
        """The MAC addresses that the host's traffic depends on."""
        return tuple(self.mac(each) for each in (MANAGEMENT.bridge, *MANAGEMENT.members))

    def probe_argv(
        self, way: str, address: str = MANAGEMENT.gateway, timeout: float = 1.0
    ) -> list[str]:
        """A round as production runs it, with the program on standard input."""
        net = MANAGEMENT
        members = [word for member in net.members for word in ("--member", member)]
        bond = ("--bond", net.bond, "--mode", self.mode, "--bridge", net.bridge)
        of_round = ("--way", way, "--timeout", str(timeout), "--rundir", str(self.rundir))
        argv = (*of_round, *bond, "--device", net.bridge, "--active", self.active(net.bond) or "")
        destination = ("--destination", f"{address},via={net.bridge}")
        python = (sys.executable, "-S", "-E", "-", "probe")
        return self.namespaces.argv(HOST, *python, *argv, *members, *destination)

    def probe(self, way: str, address: str = MANAGEMENT.gateway, timeout: float = 1.0) -> Report:
        """One round. Raises CalledProcessError."""
        argv = self.probe_argv(way, address, timeout)
        report: Report = json.loads(
            subprocess.run(
                argv, input=program(), stdout=subprocess.PIPE, text=True, check=True
            ).stdout
        )
        return report

    @contextmanager
    def watched(self) -> Iterator[Watched]:
        """Everything that a probe could disturb, during the block."""
        spaces, folder = self.namespaces, self._folder
        ports = {**dict.fromkeys(ALL_SWITCHES, THIRD), HOST: GUEST}
        arp = {"gw": "eth0", HOST: MANAGEMENT.bridge}
        with ExitStack() as all_of:
            watch = all_of.enter_context
            yield Watched(
                {role: watch(sniffing(spaces, role, port)) for role, port in ports.items()},
                {s: watch(watching_fdb(spaces, s, f"to-{THIRD}", folder)) for s in ALL_SWITCHES},
                {role: watch(watching_arp(spaces, role, nic, folder)) for role, nic in arp.items()},
            )
            time.sleep(SETTLE)

    def flows(self) -> list[str]:
        """The bridge's OpenFlow rules, without counters and ages."""
        management = str(self.rundir / f"{MANAGEMENT.bridge}.mgmt")
        shown = run("ovs-ofctl", "--no-stats", "dump-flows", management, **self.env)
        return [line.strip() for line in shown.splitlines() if "actions=" in line]

    def sockets(self) -> tuple[int, int]:
        """Packet sockets of the host's namespace, and connections to the bridge's OpenFlow."""
        raw = self.exec(HOST, "cat", "/proc/net/packet").splitlines()[1:]
        unix = self.exec(HOST, "cat", "/proc/net/unix")
        return len(raw), unix.count(f"{MANAGEMENT.bridge}.mgmt")

    def nics(self) -> str:
        """Flags, promiscuity and addresses received, of each NIC and the bridge."""
        devices = (MANAGEMENT.bridge, *MANAGEMENT.members)
        links = [self.namespaces.ip(HOST, "-d", "link", "show", each) for each in devices]
        received = run("bridge", "-n", self.namespaces.name(HOST), "fdb", "show")
        return "".join((*links, received))


def macs_by_member(reports: list[Report], *, private: bool = False) -> dict[str, str]:
    """The MAC addresses that probes were sent from, or only the probes' own among them."""
    rows = [row for report in reports for row in report["rows"]]
    return {r["member"]: r["mac"] for r in rows if not private or r["way"] != "bridge"}
