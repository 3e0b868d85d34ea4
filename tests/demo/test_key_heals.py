"""Level `heal` is enough for every playbook, and level `probe` for all that they look at."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from alerts.remediation.records import Mode, Target
from alerts.remediation.tools import tools
from collectors.domains_compare import FAULT_SECONDS
from collectors.onhost import GATE, program
from exporter.demo.pool.names import uuid_of
from tests.alerts.remediation.demo_rig import DemoRig, demo_rig
from tests.alerts.remediation.tools.test_multipath_of_the_demo import BEST, LUN
from tests.alerts.remediation.tools.test_storage_of_the_demo import LIBRARY, VHDS, pbd_uuid
from tests.collectors.onhost.key_program import STREAMED, installed
from tests.demo.keyed import Keys
from tests.demo.test_key import assert_levels

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
HOST, DETACH = "xcp83", "detach-iso-library"
WHO = ("--object", "detach-iso-library/modular/a", "--epoch", "1", "--owner", "0123456789ab-1")
VM = uuid_of("VM", "web3")


def dead_uplink(rig: DemoRig) -> None:
    rig.pool.apply("switch1.uplink.down")


def second_group(rig: DemoRig) -> None:
    rig.pool.model.switch_group(HOST, LUN, 2)


def failed_path(rig: DemoRig) -> None:
    assert rig.xe(f"multipathd -k'fail path {BEST}'", HOST).status == 0


def lost_device(rig: DemoRig) -> None:
    rig.pool.model.drop_device(HOST, BEST)


def unplugged(rig: DemoRig) -> None:
    assert rig.xe(f"xe pbd-unplug uuid={pbd_uuid(VHDS)}").status == 0


def detached_library(rig: DemoRig) -> None:
    for host in rig.pool.ports:
        rig.xe(f"xe pbd-unplug uuid={pbd_uuid(LIBRARY, host)}")


def nothing(rig: DemoRig) -> None:
    """The pool is as it should be."""


async def hung_vm(rig: DemoRig) -> None:
    rig.xe("xe pool-ha-disable")
    rig.pool.apply("vm hung")
    await rig.parts.sight.read(HOST, "domains")
    rig.lasting.now += FAULT_SECONDS + 1


DAMAGE: dict[str, tuple[Callable[[DemoRig], Awaitable[None] | None], dict[str, str]]] = {
    "set-active-member": (dead_uplink, {"host": HOST, "bond": "bond0"}),
    "switch-path-group": (second_group, {"host": HOST, "wwid": LUN}),
    "reinstate-path": (failed_path, {"host": HOST, "wwid": LUN, "path": BEST}),
    "rescan-paths": (lost_device, {"host": HOST, "wwid": LUN}),
    "replug-pbd": (unplugged, {"host": HOST, "sr": VHDS}),
    "forget-iso-library": (detached_library, {"sr": LIBRARY}),
    "restart-vm": (hung_vm, {"host": HOST, "vm": VM}),
    "destroy-vm": (hung_vm, {"host": HOST, "vm": VM}),
    "change-coordinator": (nothing, {"host": HOST}),
}
"""How each playbook gets something to do, and what it is asked to heal."""


@pytest.mark.parametrize("playbook", DAMAGE)
async def test_a_playbook_heals_with_level_heal(tmp_path: Path, playbook: str) -> None:
    """What it sent through the gate needs that level, all else needs less."""
    keys = Keys("heal", installed(tmp_path / "opt"))
    damage, labels = DAMAGE[playbook]
    async with demo_rig(tmp_path, open_host=keys.opened) as rig:
        done = damage(rig)
        if done is not None:
            await done
        ask = rig.heal if tools()[playbook].by_alert else rig.order
        run = await ask(playbook, pool="modular", **labels)
        assert run.state == "FIXED", (await rig.steps(run.number))[-1].body
    assert_levels(keys)
    gated = [asked for asked in keys.asked if asked[1] == program(GATE)]
    assert {argv[4] for argv, _ in gated} == {"take", "act", "release"}
    others = {keys.lowest(asked) for asked in keys.asked if asked not in gated}
    assert others <= {"read", "probe"}


async def test_with_level_probe_a_playbook_looks_and_plans_and_has_no_lock(tmp_path: Path) -> None:
    keys = Keys("probe", installed(tmp_path / "opt"))
    async with demo_rig(tmp_path, open_host=keys.opened) as rig:
        dead_uplink(rig)
        run = await rig.heal("set-active-member", pool="modular", host=HOST, bond="bond0")
        said = str((await rig.steps(run.number))[-1].body)
    assert run.state != "FIXED"
    assert "the key on this host allows probe only: python" in said
    assert {stdin for (_, stdin), why in keys.asked.items() if why} == {program(GATE)}


async def test_a_library_of_a_dead_server_is_looked_at_with_probe_and_detached_with_heal(
    tmp_path: Path,
) -> None:
    """Not carried out, since every look at a dead server takes seconds."""
    keys = Keys("probe", installed(tmp_path / "opt"))
    tool = tools()[DETACH]
    async with demo_rig(tmp_path, open_host=keys.opened) as rig:
        rig.pool.apply("nfs.dead")
        target = Target(tool.name, {"pool": "modular", "sr": LIBRARY})
        found = await tool.diagnose(target, rig.parts.sight)
        plan = await tool.plan(target, found, rig.parts.sight)
    assert [asked for asked, why in keys.asked.items() if why] == []
    assert {step.argv[0] for step in plan.steps} == {"umount", "xe"}
    for step in plan.steps:
        act = (*STREAMED, "act", *WHO, "--step", "1.0", "--deadline", "60", "--", *step.argv)
        assert keys.lowest((act, program(GATE))) == "heal"


async def test_with_level_probe_a_playbook_that_observes_is_complete(tmp_path: Path) -> None:
    keys = Keys("probe", installed(tmp_path / "opt"))
    async with demo_rig(tmp_path, mode=Mode.OBSERVE, open_host=keys.opened) as rig:
        dead_uplink(rig)
        run = await rig.heal("set-active-member", pool="modular", host=HOST, bond="bond0")
    assert run.state == "WOULD_ACT"
    assert [asked for asked, why in keys.asked.items() if why] == []


def test_every_tool_is_tried() -> None:
    assert {*DAMAGE, DETACH} == set(tools())
