"""The storage tools over the demo pool: from a fault to health, and what forbids it."""

import asyncio
import shlex

import pytest

from alerts.remediation.records import Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import Tool
from alerts.remediation.tools.detach_iso_library import DetachIsoLibrary
from alerts.remediation.tools.forget_iso_library import ForgetIsoLibrary
from alerts.remediation.tools.replug_pbd import ReplugPbd
from exporter.demo.pool.disc_tables import DRIVE, discs_of, vbd_of
from exporter.demo.pool.names import uuid_of
from tests.alerts.remediation.fakes import FakeSight
from tests.alerts.remediation.tools.vm_demo import LAST, Drill, drill
from tests.alerts.remediation.tools.vm_shapes import assert_allowed

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
REPLUG, DETACH, FORGET = ReplugPbd(), DetachIsoLibrary(), ForgetIsoLibrary()
FIRST = "xenserver1"


def sr_uuid(name: str) -> str:
    return uuid_of("SR", f"{name}/")


LIBRARY, LUN, VHDS, TOOLS = map(
    sr_uuid, ("NFS ISO library", "IMS LUN0", "NFS VHDs", "XenServer Tools")
)


def of_pool(tool: Tool, sr: str = LIBRARY) -> Target:
    return Target(tool.name, {"pool": "modular", "sr": sr})


def on_host(sr: str, host: str = LAST) -> Target:
    return Target(REPLUG.name, {"pool": "modular", "host": host, "sr": sr})


def pbd_uuid(sr: str, host: str = LAST) -> str:
    return uuid_of("PBD", f"{sr}/{host}")


def run(demo: Drill, step: Step) -> None:
    """Run a step on its host; it must end, and succeed."""
    result = demo.xe(shlex.join(step.argv), step.host)
    assert (result.status, result.hangs) == (0, False), (step.what, result)


async def still_dead(demo: Drill) -> Sight:
    """The pool with what hosts said of their dead servers: asking again takes 2 s each time."""
    hosts = demo.sight.hosts("modular")
    found = await asyncio.gather(*(demo.sight.read(host, "backends") for host in hosts))
    reads = {(host, "backends"): each for host, each in zip(hosts, found, strict=True)}
    return FakeSight(reads=reads, behind=demo.sight)


async def refused(tool: Tool, target: Target, sight: Sight) -> str:
    with pytest.raises(Refusal) as refusal:
        await tool.plan(target, await tool.diagnose(target, sight), sight)
    return refusal.value.reason


@pytest.mark.parametrize("sr", [LUN, VHDS], ids=["LUN", "NFS"])
async def test_a_pbd_that_somebody_unplugged_is_plugged_again(sr: str) -> None:
    async with drill() as demo:
        target = on_host(sr)
        assert (await REPLUG.diagnose(target, demo.sight)).verdict == "healthy"
        assert demo.xe(f"xe pbd-unplug uuid={pbd_uuid(sr)}").status == 0
        found = await REPLUG.diagnose(target, demo.sight)
        assert found.verdict == "faulty"
        assert found.facts == (await REPLUG.diagnose(target, demo.sight)).facts
        plan = await REPLUG.plan(target, found, demo.sight)
        assert_allowed(REPLUG, plan)
        (step,) = plan.steps
        assert step.host == FIRST
        run(demo, step)
        healed = await REPLUG.diagnose(target, demo.sight)
        assert healed.verdict == "healthy"
        assert healed.has(plan.expected)
        assert demo.xe(shlex.join(step.undo), step.host).status == 0
        assert (await REPLUG.diagnose(target, demo.sight)).facts == found.facts


async def test_a_pbd_of_a_lun_is_not_plugged_with_a_controller_away() -> None:
    async with drill() as demo:
        await REPLUG.diagnose(on_host(LUN), demo.sight)
        demo.pool.apply("pbd.unplugged")
        demo.pool.apply("scm2.pulled")
        assert await refused(REPLUG, on_host(LUN), demo.sight) == "paths_missing"


async def test_a_degraded_plug_by_hand_is_not_called_healthy() -> None:
    async with drill() as demo:
        demo.pool.apply("mpath-key.degraded-replug")
        found = await REPLUG.diagnose(on_host(LUN), demo.sight)
        assert (found.verdict, found.reason) == ("unclear", "paths_missing")


async def test_a_pbd_of_a_dead_server_is_not_plugged() -> None:
    async with drill() as demo:
        assert demo.xe(f"xe pbd-unplug uuid={pbd_uuid(VHDS)}").status == 0
        demo.pool.apply("nfs.dead")
        assert await refused(REPLUG, on_host(VHDS), demo.sight) == "backend_unreachable"


async def test_the_coordinators_pbd_has_to_be_plugged_first() -> None:
    async with drill() as demo:
        for host in (FIRST, LAST):
            assert demo.xe(f"xe pbd-unplug uuid={pbd_uuid(VHDS, host)}").status == 0
        assert await refused(REPLUG, on_host(VHDS), demo.sight) == "coordinator_first"
        target = on_host(VHDS, FIRST)
        plan = await REPLUG.plan(target, await REPLUG.diagnose(target, demo.sight), demo.sight)
        run(demo, plan.steps[0])
        target = on_host(VHDS)
        plan = await REPLUG.plan(target, await REPLUG.diagnose(target, demo.sight), demo.sight)
        run(demo, plan.steps[0])
        assert (await REPLUG.diagnose(target, demo.sight)).verdict == "healthy"


async def test_a_dead_library_is_detached_everywhere_and_then_forgotten() -> None:
    async with drill() as demo:
        target = of_pool(DETACH)
        assert (await DETACH.diagnose(target, demo.sight)).verdict == "healthy"
        demo.pool.apply("nfs.dead")
        assert demo.xe(f"xe pbd-unplug uuid={pbd_uuid(LIBRARY)}").hangs
        found = await DETACH.diagnose(target, demo.sight)
        assert found.verdict == "faulty"
        plan = await DETACH.plan(target, found, demo.sight)
        assert_allowed(DETACH, plan)
        seen = await still_dead(demo)
        for step in plan.steps:
            assert not (await DETACH.diagnose(target, seen)).has(step.expected)
            run(demo, step)
            assert (await DETACH.diagnose(target, seen)).has(step.expected)
        healed = await DETACH.diagnose(target, demo.sight)
        assert healed.verdict == "healthy"
        assert healed.has(plan.expected)
        await _forgotten(demo)


async def _forgotten(demo: Drill) -> None:
    target = of_pool(FORGET)
    plan = await FORGET.plan(target, await FORGET.diagnose(target, demo.sight), demo.sight)
    assert_allowed(FORGET, plan)
    assert len(plan.evidence["saved"]["discs"]) == 9
    run(demo, plan.steps[0])
    gone = await FORGET.diagnose(target, demo.sight)
    assert gone.verdict == "healthy"
    assert gone.has(plan.expected)
    assert LIBRARY not in demo.xe("xe sr-list --minimal").stdout
    assert VHDS in demo.xe("xe sr-list --minimal").stdout


@pytest.mark.parametrize(("vm", "reason"), [("db3", "disc_inserted"), ("web3", "ha_user")])
async def test_a_disc_in_a_drive_forbids_to_detach_the_library(vm: str, reason: str) -> None:
    async with drill() as demo:
        pool = demo.pool.model.chassis.pool
        machine = pool.vms[uuid_of("VM", vm)]
        disc, vbd = discs_of(pool.srs[LIBRARY])[3], vbd_of(machine, DRIVE)
        assert demo.xe(f"xe vbd-insert uuid={vbd} vdi-uuid={disc}").status == 0
        assert "VDI is in use" in demo.xe(f"xe pbd-unplug uuid={pbd_uuid(LIBRARY)}").stderr
        demo.pool.apply("nfs.dead")
        seen = await still_dead(demo)
        assert await refused(DETACH, of_pool(DETACH), seen) == reason
        assert demo.xe(f"xe vbd-eject uuid={vbd}").status == 0
        found = await DETACH.diagnose(of_pool(DETACH), seen)
        assert await DETACH.plan(of_pool(DETACH), found, seen)


async def test_a_library_that_is_attached_is_not_forgotten() -> None:
    async with drill() as demo:
        assert await refused(FORGET, of_pool(FORGET), demo.sight) == "still_attached"
        assert "still connected" in demo.xe(f"xe sr-forget uuid={LIBRARY}").stderr


async def test_data_and_tools_are_neither_detached_nor_forgotten() -> None:
    async with drill(hosts=1) as demo:
        for tool in (DETACH, FORGET):
            assert await refused(tool, of_pool(tool, TOOLS), demo.sight) == "tools_sr"
            for sr in (VHDS, LUN):
                assert await refused(tool, of_pool(tool, sr), demo.sight) == "not_iso_library"


async def test_a_lost_host_may_have_the_library_mounted() -> None:
    async with drill(budget=2) as demo:
        demo.pool.apply("xcp82.lost")
        with pytest.raises(Refusal) as refusal:
            await DETACH.diagnose(of_pool(DETACH), demo.sight)
        assert refusal.value.reason == "host_not_live"
