"""The multipath playbooks beside paths that are broken, and beside some that answer nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.labs.multipath.array import PATHS, Array
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.sick import WWID as SICK
from tests.labs.multipath.sick import SickMap
from tests.labs.multipath.waiting import wait_for
from tests.live.playbooks_host import PATIENCE, daemon_says, io, name_of
from tests.live.playbooks_lab import LabRig, lab_rig

pytestmark = [pytest.mark.multipath, pytest.mark.timeout(300)]
SICK_PATHS = 2
CHECKER_TIMEOUT = 5
"""Seconds until an unanswered check counts as failed; 30 by default."""
BROKEN = "failed faulty running"
"""What multipathd says of a broken path, and of one that a person failed."""


@dataclass(frozen=True, slots=True)
class Sickbed:
    """A host with the controllers' healthy map and, beside it, one that can fall sick."""

    lab: MultipathLab
    sick: SickMap


@pytest.fixture(scope="module")
def sickbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sickbed]:
    """A machine of its own: whatever asks sick paths hangs, and cannot be killed."""
    with MultipathLab(tmp_path_factory.mktemp("sick")) as lab:
        lab.configure(extra=f"checker_timeout {CHECKER_TIMEOUT}")
        lab.multipathd("reconfigure")
        sick = SickMap(lab.machine)
        wait_for(lambda: lab.paths(SICK) == SICK_PATHS, 2 * PATIENCE, "the map of scsi_debug")
        yield Sickbed(lab, sick)


def devices_of(lab: MultipathLab, wwid: str) -> list[str]:
    """The devices of a map that multipathd knows, in its order."""
    rows = (row.split("|") for row in lab.multipathd("show paths raw format %w|%d").splitlines())
    return [row[1] for row in rows if row[0] == wwid]


def broken(lab: MultipathLab, wwid: str) -> list[str]:
    """Those that multipathd calls so."""
    return [path for path in devices_of(lab, wwid) if daemon_says(lab, path) == BROKEN]


async def why_not(rig: LabRig, wwid: str, path: str) -> str:
    """Why a path of another map is not reinstated."""
    return await rig.refused("reinstate-path", wwid=wwid, path=path)


async def test_a_path_whose_link_is_cut_looks_as_one_that_a_person_failed_and_does_not_read(
    sickbed: Sickbed, tmp_path: Path
) -> None:
    lab = sickbed.lab
    array = Array(lab.machine)
    array.add(0)
    lun = array.wwid(0)
    wait_for(lambda: lab.usable(lun) == PATHS, 2 * PATIENCE, "the array's map")
    async with lab_rig(lab, tmp_path) as rig:
        array.cut([0])
        wait_for(lambda: broken(lab, lun), PATIENCE, "a failed path")
        (path,) = broken(lab, lun)
        lab.machine.run("udevadm", "settle")  # Its rules run `multipath -u`, which is in the way.
        assert await why_not(rig, lun, path) == "path_does_not_read"
        array.mend([0])
        wait_for(lambda: lab.usable(lun) == PATHS, PATIENCE, "all paths")


async def test_a_map_that_answers_nothing_is_diagnosed_and_left_alone_and_the_one_beside_healed(
    sickbed: Sickbed, tmp_path: Path
) -> None:
    lab, path = sickbed.lab, name_of(sickbed.lab, "scm2")
    one, _ = devices_of(lab, SICK)
    sickbed.sick.fall_sick()
    wait_for(lambda: len(broken(lab, SICK)) == SICK_PATHS, 2 * PATIENCE, "a sick map")
    async with lab_rig(lab, tmp_path) as rig:
        assert await why_not(rig, SICK, one) == "no_healthy_path"
        assert await rig.refused("rescan-paths", wwid=SICK) == "paths_failing"
        with io(lab.machine):
            lab.multipathd(f"fail path {path}")
            await rig.fixed("reinstate-path", path=path)


async def test_while_a_listing_hangs_on_sick_paths_no_map_is_changed(
    sickbed: Sickbed, tmp_path: Path
) -> None:
    lab, path = sickbed.lab, name_of(sickbed.lab, "scm2")
    sickbed.sick.fall_sick()
    wait_for(lambda: lab.usable(SICK) == 0, 2 * PATIENCE, "a sick map")
    listing = "multipath -ll >/dev/null 2>&1 & echo $!"
    pid = lab.machine.run("sh", "-c", listing).strip()
    lab.multipathd(f"fail path {path}")
    async with lab_rig(lab, tmp_path) as rig:
        assert await rig.refused("reinstate-path", path=path) == "multipath_busy"
    assert pid in lab.machine.run("pidof", "multipath").split(), "it hangs still"
    assert lab.usable() == 1
