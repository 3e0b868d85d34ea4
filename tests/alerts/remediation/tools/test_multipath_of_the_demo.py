"""The multipath tools on every kind of simulated host: from a fault to health, over real SSH."""

import re
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from alerts.remediation.records import Diagnosis, Plan, Refusal, Step, Target
from alerts.remediation.tool import Tool
from alerts.remediation.tools.reinstate_path import ReinstatePath
from alerts.remediation.tools.rescan_paths import RescanPaths
from alerts.remediation.tools.switch_path_group import SwitchPathGroup
from collectors.host import loop_time
from collectors.multipathd import ask
from exporter.config import load
from exporter.demo import sysfs
from exporter.demo.command import Dom0, Result
from exporter.demo.modular import SHARED_DISK
from exporter.demo.server import DemoPool
from exporter.fleet import Fleet
from exporter.remediation.sight import FleetSight
from tests.alerts.remediation.tools.vm_shapes import assert_allowed

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
NAMES = ("xenserver1", "xcp82", "xcp83")
HOSTS = pytest.mark.parametrize("host", NAMES)
WITH_JSON = pytest.mark.parametrize("host", NAMES[1:])
SWITCH, REINSTATE, RESCAN = SwitchPathGroup(), ReinstatePath(), RescanPaths()
LUN = SHARED_DISK.wwid
BEST, OTHER = "sdc", "sdd"
"""The LUN's devices through its owner and through the other controller."""
WRITES: Mapping[str, Callable[..., Result]] = {
    sysfs.DEVICE_STATE.pattern: sysfs.write_state,
    sysfs.SCAN.pattern: sysfs.write_scan,
}


class Hosts:
    """The demo's hosts, seen and touched over SSH."""

    def __init__(self, pool: DemoPool) -> None:
        self.pool = pool
        self.fleet = Fleet(load(pool.write_config()).targets(), lambda: 1000.0)
        self.sight = FleetSight(self.fleet, lambda: 10.0)

    async def run(self, host: str, argv: tuple[str, ...]) -> str:
        """What a command of a host prints; what the gate writes itself goes to the model."""
        if argv[0] == "xenlens-write":
            return self._write(host, argv[1], argv[2])
        output = await self.fleet.watch(host).host.run(argv, deadline=loop_time() + 10)
        assert output.exit_status == 0, output
        return output.stdout

    def _write(self, host: str, path: str, value: str) -> str:
        dom0 = Dom0(self.pool.model, host)
        for pattern, write in WRITES.items():
            if match := re.fullmatch(pattern, path):
                assert write(dom0, match, value).status == 0
        return ""

    async def order(self, host: str, *words: str) -> None:
        """What a person asks multipathd to do."""
        assert await self.run(host, ask(*words)) == "ok\n"

    async def found(self, tool: Tool, host: str) -> Diagnosis:
        return await tool.diagnose(target(tool, host), self.sight)

    async def planned(self, tool: Tool, host: str) -> Plan:
        found = await self.found(tool, host)
        assert found.verdict == "faulty", found
        plan = await tool.plan(target(tool, host), found, self.sight)
        assert_allowed(tool, plan)
        return plan

    async def refused(self, tool: Tool, host: str) -> str:
        with pytest.raises(Refusal) as refusal:
            await self.planned(tool, host)
        return refusal.value.reason

    async def healed(self, tool: Tool, host: str) -> tuple[Step, ...]:
        """Carry out the plan by hand; each step reaches what it should, and all is well."""
        plan = await self.planned(tool, host)
        for step in plan.steps:
            await self.run(host, step.argv)
            assert (await self.found(tool, host)).has(step.expected), step
        after = await self.found(tool, host)
        assert (after.verdict, after.has(plan.expected)) == ("healthy", True), after
        return plan.steps


def target(tool: Tool, host: str) -> Target:
    labels = {"pool": "modular", "host": host, "wwid": LUN, "path": BEST}
    return Target(tool.name, {name: labels[name] for name in tool.target})


@pytest.fixture
async def hosts() -> AsyncIterator[Hosts]:
    """Three healthy hosts."""
    async with DemoPool() as pool:
        made = Hosts(pool)
        yield made
        await made.fleet.close()


@HOSTS
@pytest.mark.parametrize("tool", [SWITCH, REINSTATE, RESCAN], ids=lambda tool: tool.name)
async def test_a_healthy_map_is_healthy_and_two_reads_of_it_are_equal(
    hosts: Hosts, tool: Tool, host: str
) -> None:
    first, second = [await hosts.found(tool, host) for _ in range(2)]
    assert first.verdict == "healthy"
    assert first.facts == second.facts


@HOSTS
async def test_a_map_that_was_switched_by_hand_is_switched_back(hosts: Hosts, host: str) -> None:
    await hosts.order(host, "switchgroup", "map", LUN, "group", "2")
    steps = await hosts.healed(SWITCH, host)
    assert [step.argv[0] for step in steps] == ["dd", "multipathd", "dd"]


@HOSTS
async def test_undoing_a_switch_brings_the_group_before_back(hosts: Hosts, host: str) -> None:
    await hosts.order(host, "switchgroup", "map", LUN, "group", "2")
    before = await hosts.found(SWITCH, host)
    steps = await hosts.healed(SWITCH, host)
    for step in reversed(steps):
        if step.undo:
            await hosts.run(host, step.undo)
    assert (await hosts.found(SWITCH, host)).facts == before.facts


@WITH_JSON
async def test_a_map_with_manual_failback_is_switched_after_its_controller_returned(
    hosts: Hosts, host: str
) -> None:
    hosts.pool.apply("scm1.paths failing")
    assert (await hosts.found(SWITCH, host)).verdict == "healthy"
    hosts.pool.apply("scm1.paths working")
    await hosts.healed(SWITCH, host)


@HOSTS
async def test_a_map_whose_peer_lost_a_path_is_not_switched(hosts: Hosts, host: str) -> None:
    await hosts.order(host, "switchgroup", "map", LUN, "group", "2")
    peer = next(name for name in NAMES if name != host)
    hosts.pool.model.drop_device(peer, BEST)
    assert await hosts.refused(SWITCH, host) == "peer_lacks_paths"


@HOSTS
async def test_a_path_that_was_failed_by_hand_is_reinstated(hosts: Hosts, host: str) -> None:
    await hosts.order(host, "fail", "path", BEST)
    steps = await hosts.healed(REINSTATE, host)
    assert [step.argv for step in steps] == [("multipathd", f"-kreinstate path {BEST}")]


@HOSTS
async def test_a_device_that_is_offline_is_set_running_first(hosts: Hosts, host: str) -> None:
    hosts.pool.model.set_offline(host, BEST, True)
    await hosts.order(host, "reinstate", "path", BEST)
    steps = await hosts.healed(REINSTATE, host)
    assert [step.argv[0] for step in steps] == ["xenlens-write", "multipathd"]


@HOSTS
async def test_a_path_whose_controller_does_not_answer_is_not_reinstated(
    hosts: Hosts, host: str
) -> None:
    hosts.pool.apply("scm1.paths failing")
    assert await hosts.refused(REINSTATE, host) == "path_does_not_read"


@HOSTS
async def test_an_offline_device_behind_a_dead_controller_stays_so(hosts: Hosts, host: str) -> None:
    hosts.pool.apply("scm1.paths failing")
    hosts.pool.model.set_offline(host, BEST, True)
    assert await hosts.refused(REINSTATE, host) == "path_unproven"


@HOSTS
async def test_a_device_that_the_kernel_dropped_is_found_by_a_scan(hosts: Hosts, host: str) -> None:
    hosts.pool.model.drop_device(host, BEST)
    assert (await hosts.found(RESCAN, host)).facts["missing"] == 1
    steps = await hosts.healed(RESCAN, host)
    scan = "/sys/class/scsi_host/host0/scan"
    assert [step.argv for step in steps] == [("xenlens-write", scan, "- - -")]


@WITH_JSON
async def test_an_orphan_is_given_to_its_map_and_taken_out_again(hosts: Hosts, host: str) -> None:
    await hosts.order(host, "del", "path", BEST)
    before = await hosts.found(RESCAN, host)
    (step,) = await hosts.healed(RESCAN, host)
    assert step.argv == ("multipathd", f"-kadd path {BEST}")
    await hosts.run(host, step.undo)
    assert (await hosts.found(RESCAN, host)).facts == before.facts


@HOSTS
async def test_paths_that_every_host_lost_are_not_scanned_for(hosts: Hosts, host: str) -> None:
    hosts.pool.apply("scm1 pulled")
    assert (await hosts.found(RESCAN, host)).verdict == "faulty"
    assert await hosts.refused(RESCAN, host) == "other_hosts_too"


@HOSTS
async def test_a_host_without_an_answering_xapi_is_not_scanned(hosts: Hosts, host: str) -> None:
    hosts.pool.model.drop_device(host, BEST)
    hosts.pool.apply("coordinator lost")
    hosts.sight = FleetSight(hosts.fleet, lambda: 1.0)
    assert await hosts.refused(RESCAN, host) == "unreadable_xapi"
