"""Every other playbook over the demo pool, from the request through the engine to the proof."""

from pathlib import Path

import pytest

from collectors.domains_compare import FAULT_SECONDS
from exporter.demo.pool.names import uuid_of
from tests.alerts.remediation.demo_rig import DemoRig, demo_rig
from tests.alerts.remediation.tools.test_multipath_of_the_demo import BEST, LUN
from tests.alerts.remediation.tools.test_storage_of_the_demo import LIBRARY, VHDS, pbd_uuid

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
HOSTS = ("xenserver1", "xcp82", "xcp83")
POOL = {"pool": "modular"}
each_host = pytest.mark.parametrize("host", HOSTS)


async def fixed(rig: DemoRig, playbook: str, **labels: str) -> None:
    run = await rig.heal(playbook, **POOL, **labels)
    assert run.state == "FIXED", (await rig.steps(run.number))[-1].body


@each_host
async def test_switch_path_group(tmp_path: Path, host: str) -> None:
    async with demo_rig(tmp_path) as rig:
        rig.pool.model.switch_group(host, LUN, 2)
        await fixed(rig, "switch-path-group", host=host, wwid=LUN)


@each_host
async def test_reinstate_path(tmp_path: Path, host: str) -> None:
    async with demo_rig(tmp_path) as rig:
        assert rig.xe(f"multipathd -k'fail path {BEST}'", host).status == 0
        await fixed(rig, "reinstate-path", host=host, wwid=LUN, path=BEST)


async def test_replug_pbd(tmp_path: Path) -> None:
    async with demo_rig(tmp_path) as rig:
        assert rig.xe(f"xe pbd-unplug uuid={pbd_uuid(VHDS)}").status == 0
        await fixed(rig, "replug-pbd", host="xcp83", sr=VHDS)


async def test_detach_and_forget_an_iso_library(tmp_path: Path) -> None:
    async with demo_rig(tmp_path) as rig:
        rig.pool.apply("nfs.dead")
        await fixed(rig, "detach-iso-library", sr=LIBRARY)
        forgotten = await rig.heal("forget-iso-library", sr=LIBRARY, **POOL)
        assert forgotten.target.playbook == "detach-iso-library", "no alert may ask for it"
        forgotten = await rig.order("forget-iso-library", sr=LIBRARY, **POOL)
        assert forgotten.state == "FIXED", (await rig.steps(forgotten.number))[-1].body


async def test_restart_vm(tmp_path: Path) -> None:
    async with demo_rig(tmp_path) as rig:
        rig.pool.apply("vm hung")
        await rig.parts.sight.read("xcp83", "domains")
        rig.lasting.now += FAULT_SECONDS + 1
        await fixed(rig, "restart-vm", host="xcp83", vm=uuid_of("VM", "web3"))


async def test_destroy_vm_is_a_persons_and_destroys_after_an_approval(tmp_path: Path) -> None:
    async with demo_rig(tmp_path) as rig:
        rig.xe("xe pool-ha-disable")
        rig.pool.apply("vm hung")
        await rig.parts.sight.read("xcp83", "domains")
        rig.lasting.now += FAULT_SECONDS + 1
        run = await rig.order("destroy-vm", host="xcp83", vm=uuid_of("VM", "web3"), **POOL)
        assert run.state == "FIXED", (await rig.steps(run.number))[-1].body


async def test_change_coordinator(tmp_path: Path) -> None:
    async with demo_rig(tmp_path) as rig:
        run = await rig.order("change-coordinator", host="xcp83", **POOL)
        assert run.state == "FIXED", (await rig.steps(run.number))[-1].body


@each_host
async def test_rescan_paths(tmp_path: Path, host: str) -> None:
    async with demo_rig(tmp_path) as rig:
        rig.pool.model.drop_device(host, BEST)
        await fixed(rig, "rescan-paths", host=host, wwid=LUN)
