"""set-active-member on a real Open vSwitch over two switches."""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest

from alerts.remediation.records import Diagnosis, Plan, Refusal, Target
from alerts.remediation.tools.set_active_member import SetActiveMember
from alerts.remediation.tools.set_active_ovs import OpenVswitch
from collectors.bonds import Bonds
from collectors.host import loop_time
from collectors.inventory import ExpectedBond, HostInventory, Probing
from collectors.reachability import Reachability
from collectors.registry import Collector
from exporter.config import Target as HostTarget
from exporter.fleet import Fleet
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from exporter.remediation.sight import FleetSight
from tests.labs.ovs import MANAGEMENT, SWITCHES
from tests.labs.strangers import StrangerLab
from tests.live.reachability_lab import GATEWAY, ROUND, InNamespace

pytestmark = pytest.mark.ovs
TOOL = SetActiveMember()
BOND0 = Target(TOOL.name, {"pool": "lab", "host": "dom0", "bond": "bond0"})
COLLECTORS: Mapping[str, Callable[[], Collector]] = {"bonds": Bonds, "reachability": Reachability}


@pytest.fixture(scope="module")
def stranger_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StrangerLab]:
    """A dom0 with bond0 over two switches."""
    with StrangerLab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


class Dom0:
    """The lab's host as remediation sees it."""

    def __init__(self, lab: StrangerLab) -> None:
        self.lab = lab
        bonds = {"bond0": ExpectedBond(("eth0", "eth2"), "eth0", (GATEWAY,))}
        inventory = HostInventory(bonds, ovs_rundir=str(lab.rundir), probing=Probing(timeout=ROUND))
        self.host = InNamespace(LocalHost("dom0", Local()), lab)
        targets = [HostTarget("dom0", "lab", Local(), inventory)]
        self.fleet = Fleet(
            targets, time.time, lambda name, settings: self.host, COLLECTORS, lambda *_: ()
        )
        self.sight = FleetSight(self.fleet, lambda: 10.0)

    async def found(self) -> Diagnosis:
        """What is true of bond0."""
        return await TOOL.diagnose(BOND0, self.sight)

    async def plan(self) -> Plan:
        """What would be done about it. Raises Refusal."""
        return await TOOL.plan(BOND0, await self.found(), self.sight)

    async def run(self, argv: tuple[str, ...]) -> str:
        """Carry out a command by hand."""
        return (await self.host.run(argv, deadline=loop_time() + 10)).stdout.strip()


@pytest.fixture
async def dom0(stranger_lab: StrangerLab) -> AsyncIterator[Dom0]:
    """The host with everything connected and eth0 active."""
    stranger_lab.heal()
    made = Dom0(stranger_lab)
    yield made
    await made.fleet.close()


async def test_a_bond_over_a_dead_uplink_is_moved_and_proven_to_be_healthy(dom0: Dom0) -> None:
    assert (await dom0.found()).verdict == "healthy"
    dom0.lab.cut_uplink("sw1")
    assert not dom0.lab.reaches()
    plan = await dom0.plan()
    (step,) = plan.steps
    assert await dom0.run(step.argv) == "done"
    after = await dom0.found()
    assert (after.verdict, after.has(plan.expected)) == ("healthy", True)
    assert dom0.lab.reaches()
    assert await dom0.run(step.undo) == "done"
    assert dom0.lab.active("bond0") == "eth0"


async def test_an_uplink_that_lives_again_is_gone_back_to(dom0: Dom0) -> None:
    dom0.lab.activate("eth2")
    (step,) = (await dom0.plan()).steps
    assert await dom0.run(step.argv) == "done"
    after = await dom0.found()
    assert (after.verdict, after.facts["active"]) == ("healthy", "eth0")


async def test_two_reads_of_a_bond_at_rest_find_the_same_facts(dom0: Dom0) -> None:
    dom0.lab.cut_uplink("sw1")
    assert (await dom0.found()).facts == (await dom0.found()).facts


async def test_with_the_standby_dead_too_nothing_is_proven(dom0: Dom0) -> None:
    await dom0.found()
    for switch in SWITCHES:
        dom0.lab.cut_uplink(switch)
    found = await dom0.found()
    assert (found.verdict, found.reason) == ("unclear", "nothing_reachable")


async def test_a_dead_standby_is_left_alone(dom0: Dom0) -> None:
    dom0.lab.cut_uplink("sw2")
    found = await dom0.found()
    assert (found.verdict, found.facts["best"]) == ("healthy", "eth0")


async def test_another_bond_primary_is_refused_because_done_would_be_taken_back(
    dom0: Dom0,
) -> None:
    dom0.lab.vsctl("set", "Port", "bond0", "other_config:bond-primary=eth0")
    try:
        dom0.lab.cut_uplink("sw1")
        with pytest.raises(Refusal) as refusal:
            await dom0.plan()
        assert refusal.value.reason == "bond_primary_set"
        assert dom0.lab.set_active("bond0", "eth2") == "done\n"
        dom0.lab.wait_for(lambda: dom0.lab.active("bond0") == "eth0")
    finally:
        dom0.lab.vsctl("remove", "Port", "bond0", "other_config", "bond-primary")


async def test_the_macs_of_the_host_are_told_from_those_behind_the_bond(dom0: Dom0) -> None:
    dom0.lab.ping(1)
    ovs = OpenVswitch(dom0.sight, "dom0")
    own = dom0.lab.mac("host", MANAGEMENT.bridge)
    assert dom0.lab.gateway_mac in dom0.lab.appctl("fdb/show", MANAGEMENT.bridge)
    assert await ovs.local_macs("bond0", MANAGEMENT.members) == (own,)
    assert await ovs.version() >= (2, 3)
