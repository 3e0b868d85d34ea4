"""bond0 of a made-up host as its collectors would read it, and what its Open vSwitch answers."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from alerts.remediation.records import Plan, Target
from alerts.remediation.tool import REPEATED
from alerts.remediation.tools.set_active_member import SetActiveMember
from collectors.bond_show import Bond, Member
from collectors.bond_state import BondState
from collectors.inventory import Destination, ExpectedBond, HostInventory
from collectors.reachability_record import Reach, ReachReading
from collectors.registry import Reading
from tests.alerts.remediation.fakes import FakeSight

BOND0 = Target("set-active-member", {"pool": "modular", "host": "xs1", "bond": "bond0"})
GATEWAY, FILER = "192.0.2.1", "192.0.2.9"
OTHER_CONFIG = "ovs-vsctl --timeout=5 get Port bond0 other_config"
VERSION = "ovs-vsctl --version"
Ways = Mapping[str, bool | tuple[bool | None, bool | None] | None]
"""By member: whether it reaches the gateway, or the gateway and the filer."""


def state(active: str | None = "eth0", *members: Member, **facts: Any) -> BondState:
    """bond0 of eth0 and eth2, both enabled; `facts` are Bond's."""
    found = members or tuple(Member(nic, True, nic == active, True) for nic in ("eth0", "eth2"))
    bond = Bond("bond0", "active-backup", "off", 31000, 200, active, None, found)
    return BondState(replace(bond, **facts), "openvswitch")


def reach(member: str, destination: str, reachable: bool | None, *, active: bool) -> Reach:
    """One row of a round of three requests."""
    received = {True: 3, False: 0, None: None}[reachable]
    reason = {True: "", False: "no_answer", None: "sender_refused"}[reachable]
    rtt = 0.0005 if reachable else None
    return Reach(
        "bond0", member, destination, active, reachable, reason, "", "raw", 3, received, rtt
    )


def reading(ways: Ways, active: str | None = "eth0") -> ReachReading:
    """What reachability says of bond0."""
    rows = []
    for member, way in ways.items():
        answers = way if isinstance(way, tuple) else (way,)
        for destination, reachable in zip((GATEWAY, FILER), answers, strict=False):
            rows.append(reach(member, destination, reachable, active=member == active))
    return ReachReading(tuple(rows), "xenlens_host.py (raw)")


def inventory(
    *destinations: str, preferred: str | None = "eth0", rundir: str | None = None
) -> HostInventory:
    """What is expected of xs1."""
    wanted = tuple(Destination(address, mac="02:00:00:00:00:01") for address in destinations)
    return HostInventory(
        {"bond0": ExpectedBond(("eth0", "eth2"), preferred, wanted)}, ovs_rundir=rundir
    )


def sight(
    ways: Ways,
    bond: BondState | None = None,
    *,
    expected: HostInventory | None = None,
    answers: Mapping[str, Any] | None = None,
) -> FakeSight:
    """xs1 with bond0 in this state; its Open vSwitch is 2.17.7 without a bond-primary."""
    found = bond or state()
    asks = {OTHER_CONFIG: "{}\n", VERSION: "ovs-vsctl (Open vSwitch) 2.17.7\nDB Schema 8.3.0\n"}
    reads = {
        ("xs1", "bonds"): Reading((found,), "test"),
        ("xs1", "reachability"): reading(ways, found.bond.active_member),
    }
    return FakeSight(
        {"xs1": expected or inventory(GATEWAY)}, reads, asks={**asks, **(answers or {})}
    )


PORT = "ovs-vsctl --timeout=5 get Interface {} ofport"
OF_1_4 = {
    VERSION: "ovs-vsctl (Open vSwitch) 1.4.6\nCompiled Aug 10 2012 11:22:33\n",
    "ovs-vsctl --timeout=5 port-to-br bond0": "xapi0\n",
    PORT.format("eth0"): "1\n",
    PORT.format("eth2"): "3\n",
    "ovs-appctl fdb/show xapi0": """\
 port  VLAN  MAC                Age
    1     0  02:15:17:fe:00:00    1
    3    20  02:15:17:fe:00:03   12
    0     0  02:15:17:00:00:01    0
   12     0  00:16:3e:01:02:03   44
   13    20  00:16:3e:01:02:04  299
""",
}


TOOL = SetActiveMember()
DEAD_UPLINK: Ways = {"eth0": False, "eth2": True}
TO_ETH0 = ("ovs-appctl", "bond/set-active-slave", "bond0", "eth0")
TO_ETH2 = ("ovs-appctl", "bond/set-active-slave", "bond0", "eth2")


async def plan(seen: FakeSight) -> Plan:
    """What the tool would do. Raises Refusal."""
    return await TOOL.plan(BOND0, await TOOL.diagnose(BOND0, seen), seen)


def fits(argv: tuple[str, ...]) -> bool:
    """Whether a command line is one of the tool's effects."""
    for shape in TOOL.effects:
        words = shape
        if shape[-1] == REPEATED:
            words = (*shape[:-1], *[shape[-2]] * (len(argv) - len(shape) + 1))
        if len(words) == len(argv) and all(map(re.fullmatch, words, argv)):
            return True
    return False
