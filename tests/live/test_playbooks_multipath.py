"""The multipath playbooks on real kernel multipath, from an alert to the proof, under I/O."""

from pathlib import Path

import pytest

from tests.labs.multipath.hardware import WWID
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.luns import second_lun
from tests.labs.multipath.waiting import wait_for
from tests.live.playbooks_host import PATIENCE, daemon_says, fail_over, io, name_of
from tests.live.playbooks_lab import lab_rig

pytestmark = [pytest.mark.multipath, pytest.mark.timeout(300)]


async def test_io_that_stayed_on_the_worse_controller_is_switched_back_while_it_runs(
    healed_multipath: MultipathLab, tmp_path: Path
) -> None:
    lab = healed_multipath
    async with lab_rig(lab, tmp_path) as rig:
        with io(lab.machine):
            fail_over(lab)
            run = await rig.fixed("switch-path-group")
            assert lab.serving() == lab.device("scm1")
        read, switch, again = await rig.commands(run)
    assert switch == f"multipathd -kswitchgroup map {WWID} group {lab.best_group()}"
    assert read == again
    assert read.startswith(f"dd if=/dev/mapper/{WWID} ")


def left_open(lab: MultipathLab) -> bool:
    """Whether no group serves after the order alone: udev may read the map before one looks."""
    fail_over(lab)
    lab.multipathd(f"switchgroup map {WWID} group {lab.best_group()}")
    return lab.serving() is None


async def test_an_idle_map_switches_with_the_read_that_the_playbook_adds(
    healed_multipath: MultipathLab, tmp_path: Path
) -> None:
    lab = healed_multipath
    wait_for(lambda: left_open(lab), PATIENCE, "an order that nobody's read completes")
    lab.touch()
    assert lab.serving() == lab.device("scm1")
    fail_over(lab)
    async with lab_rig(lab, tmp_path) as rig:
        await rig.fixed("switch-path-group")
    assert lab.serving() == lab.device("scm1")


async def test_a_path_that_a_person_failed_is_reinstated_while_io_runs(
    healed_multipath: MultipathLab, tmp_path: Path
) -> None:
    lab, path = healed_multipath, name_of(healed_multipath, "scm2")
    async with lab_rig(lab, tmp_path) as rig:
        with io(lab.machine):
            lab.multipathd(f"fail path {path}")
            assert lab.usable() == 1
            assert daemon_says(lab, path) == "failed faulty running", "its checker is off"
            run = await rig.fixed("reinstate-path", path=path)
            assert lab.usable() == 2
        assert await rig.commands(run) == [f"multipathd -kreinstate path {path}"]
    assert lab.serving() == lab.device("scm1")


async def test_an_offline_device_is_set_running_where_another_lun_of_its_port_reads(
    healed_multipath: MultipathLab, tmp_path: Path
) -> None:
    lab, path = healed_multipath, name_of(healed_multipath, "scm2")
    async with lab_rig(lab, tmp_path) as rig:
        lab.set_state(path, "offline")
        wait_for(lambda: lab.usable() == 1, PATIENCE, "a failed path")
        assert lab.multipathd(f"reinstate path {path}").strip() == "ok"
        useless = "failed faulty offline"
        wait_for(lambda: daemon_says(lab, path) == useless, PATIENCE, "the path to fail again")
        assert await rig.refused("reinstate-path", path=path) == "path_unproven"
    async with lab_rig(lab, tmp_path / "again") as rig:
        with second_lun(lab, "scm2"), io(lab.machine):
            run = await rig.fixed("reinstate-path", path=path)
        write, reinstate = await rig.commands(run)
    assert write == f"xenlens-write /sys/block/{path}/device/state running"
    assert reinstate == f"multipathd -kreinstate path {path}"
    assert daemon_says(lab, path) == "active ready running"


async def test_a_path_that_a_person_took_from_multipathd_is_given_back(
    healed_multipath: MultipathLab, tmp_path: Path
) -> None:
    lab, path = healed_multipath, name_of(healed_multipath, "scm2")
    async with lab_rig(lab, tmp_path) as rig:
        with io(lab.machine):
            lab.multipathd(f"del path {path}")
            wait_for(lambda: lab.paths() == 1, PATIENCE, "a map of one path")
            run = await rig.fixed("rescan-paths")
        assert await rig.commands(run) == [f"multipathd -kadd path {path}"]
    assert (lab.paths(), lab.usable()) == (2, 2)


async def test_a_device_that_the_kernel_lost_is_found_by_a_scan_of_its_adapter(
    healed_multipath: MultipathLab, tmp_path: Path
) -> None:
    """The other host of the pool, which shows that the array offers the path, is this host's own
    reading from before the fault.
    """
    lab, path = healed_multipath, name_of(healed_multipath, "scm2")
    async with lab_rig(lab, tmp_path, peer="xenserver2") as rig:
        with io(lab.machine):
            lab.delete(path)
            wait_for(lambda: lab.paths() == 1, PATIENCE, "a map of one path")
            run = await rig.fixed("rescan-paths")
        scans = await rig.commands(run)
    assert scans[-1] == "xenlens-write /sys/class/scsi_host/host1/scan - - -"
    assert (lab.paths(), lab.usable()) == (2, 2)
