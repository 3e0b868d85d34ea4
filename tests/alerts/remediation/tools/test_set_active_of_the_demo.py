"""set-active-member on every kind of simulated host, over real SSH."""

from collections.abc import AsyncIterator

import pytest

from alerts.remediation.records import Diagnosis, Target
from alerts.remediation.tools.set_active_member import SetActiveMember
from collectors.host import loop_time
from exporter.config import load
from exporter.demo.server import DemoPool
from exporter.fleet import Fleet
from exporter.remediation.sight import FleetSight

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
HOSTS = pytest.mark.parametrize("host", ["xenserver1", "xcp82", "xcp83"])
TOOL = SetActiveMember()


class Hosts:
    """The demo's hosts, seen and touched over SSH."""

    def __init__(self, pool: DemoPool) -> None:
        self.pool = pool
        self.fleet = Fleet(load(pool.write_config()).targets(), lambda: 1000.0)
        self.seen = FleetSight(self.fleet, lambda: 10.0)

    async def found(self, host: str, *faults: str) -> Diagnosis:
        """The diagnosis of bond0 after these faults."""
        for fault in faults:
            self.pool.apply(fault)
        return await TOOL.diagnose(bond0(host), self.seen)

    async def heal(self, host: str, found: Diagnosis) -> None:
        """Carry out the plan by hand."""
        plan = await TOOL.plan(bond0(host), found, self.seen)
        for step in plan.steps:
            done = await self.fleet.watch(host).host.run(step.argv, deadline=loop_time() + 10)
            assert (done.stdout.strip(), done.exit_status) == ("done", 0)


def bond0(host: str) -> Target:
    """bond0 of a host; its eth0 is on switch 1 and preferred."""
    labels = {"pool": "modular", "host": host, "bond": "bond0"}
    return Target("set-active-member", labels)


@pytest.fixture
async def hosts() -> AsyncIterator[Hosts]:
    """Three healthy hosts."""
    async with DemoPool() as pool:
        made = Hosts(pool)
        yield made
        await made.fleet.close()


def said(found: Diagnosis) -> tuple[str, str]:
    """The verdict, and the best member or the reason why nobody knows."""
    return found.verdict, found.reason or found.facts["best"]


@HOSTS
async def test_a_dead_uplink_is_found_left_and_gone_back_to_when_it_lives(
    hosts: Hosts, host: str
) -> None:
    assert said(await hosts.found(host)) == ("healthy", "eth0")
    dead = await hosts.found(host, "switch1.uplink.down")
    assert said(dead) == ("faulty", "eth2")
    await hosts.heal(host, dead)
    moved = await hosts.found(host)
    assert (moved.verdict, moved.has({"active": "eth2"})) == ("healthy", True)
    alive = await hosts.found(host, "switch1.uplink.up")
    assert said(alive) == ("faulty", "eth0")
    await hosts.heal(host, alive)
    assert (await hosts.found(host)).has({"active": "eth0", "best": "eth0"})


@HOSTS
async def test_two_reads_of_a_bond_at_rest_find_the_same_facts(hosts: Hosts, host: str) -> None:
    assert (await hosts.found(host)).facts == (await hosts.found(host)).facts


@HOSTS
async def test_a_dead_gateway_is_no_reason_to_move(hosts: Hosts, host: str) -> None:
    assert said(await hosts.found(host, "gateway.dead")) == ("unclear", "nothing_reachable")


@HOSTS
async def test_with_both_uplinks_dead_nothing_is_proven(hosts: Hosts, host: str) -> None:
    both = ("switch1.uplink.down", "switch2.uplink.down")
    assert said(await hosts.found(host, *both)) == ("unclear", "nothing_reachable")


@HOSTS
async def test_a_dead_standby_switch_is_no_fault_of_the_active_member(
    hosts: Hosts, host: str
) -> None:
    assert said(await hosts.found(host, "switch2.uplink.down")) == ("healthy", "eth0")


@HOSTS
async def test_a_proxy_that_answers_on_the_dead_switch_deceives_nobody(
    hosts: Hosts, host: str
) -> None:
    await hosts.found(host)
    faults = ("switch1.uplink.down", "switch1.proxy.on")
    assert said(await hosts.found(host, *faults)) == ("faulty", "eth2")
