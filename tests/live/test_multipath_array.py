"""An ALUA array of eight LUNs by four paths: access states, cut ports and moved ownership."""

from collections.abc import Callable

import pytest

from collectors.multipath_records import Map
from tests.labs.multipath.array import PATHS, Access, Array
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.waiting import wait_for
from tests.live.multipath_looks import Sight, Watcher, by_json, disagreements, watching

pytestmark = [pytest.mark.multipath, pytest.mark.timeout(600)]
TIMEOUT = 240.0
LUNS = tuple(range(4))
"""Eight, which the lab has as well, take another minute to appear."""
WRONG_CONTROLLER = (
    "warning wrong controller: the active path group has priority 10, the best has 50"
)


@pytest.fixture(scope="module")
def whole_array(array_lab: tuple[MultipathLab, Array]) -> tuple[MultipathLab, Array]:
    """Eight LUNs of controller `a`, each in use through it."""
    lab, array = array_lab
    array.add(*LUNS)
    # Asking all the time would take the processor from what makes the devices.
    lab.machine.run("udevadm", "settle", f"--timeout={TIMEOUT:.0f}", timeout=2 * TIMEOUT)
    wait_for(lambda: len(_of_array(lab, array)) == len(LUNS) * PATHS, TIMEOUT, "every path")
    for lun in LUNS:
        lab.touch(array.wwid(lun))
    return lab, array


def _of_array(lab: MultipathLab, array: Array) -> list[str | None]:
    """The checker's state of every path to the array's LUNs, as the daemon has it."""
    luns = {array.wwid(lun) for lun in LUNS}
    return [p.checker_state for one in by_json(lab.machine) if one.wwid in luns for p in one.paths]


def groups_are(lab: MultipathLab, wwid: str, *wanted: tuple[int, str]) -> Callable[[], bool]:
    """Whether a LUN's path groups, best first, have these priorities and checker states."""
    return lambda: (
        sorted(_groups(lab, wwid), reverse=True)
        == [(priority, [state] * 2) for priority, state in wanted]
    )


def _groups(lab: MultipathLab, wwid: str) -> list[tuple[int, list[str]]]:
    return [
        (group.priority or 0, [path.checker_state or "" for path in group.paths])
        for group in map_of(lab, wwid).groups
    ]


def serving_priority(lab: MultipathLab, wwid: str) -> int | None:
    """The priority of a LUN's active path group."""
    return next((g.priority for g in map_of(lab, wwid).groups if g.state == "active"), None)


def map_of(lab: MultipathLab, wwid: str) -> Map:
    """A LUN's map as the daemon has it."""
    (found,) = (one for one in by_json(lab.machine) if one.wwid == wwid)
    return found


def about(sight: Sight, wwid: str) -> list[str]:
    """What is found of one LUN."""
    return [text.removeprefix(f"{wwid} ") for text in sight.findings if text.startswith(wwid)]


async def look_after(watcher: Watcher, happened: Callable[[], bool]) -> Sight:
    """One scrape as soon as the daemon's checkers have seen something."""
    wait_for(happened, TIMEOUT, "the checkers saw it")
    return await watcher.look()


async def test_sixteen_paths_are_read_alike_in_every_way_and_nothing_is_wrong(
    whole_array: tuple[MultipathLab, Array],
) -> None:
    lab, array = whole_array
    async with watching(lab) as watcher:
        sight = await watcher.look()
    assert sight.findings == []
    for lun in LUNS:
        wwid = array.wwid(lun)
        assert (sight.value("paths", wwid=wwid), sight.value("paths_healthy", wwid=wwid)) == (4, 4)
        assert sight.value("best_group_active", wwid=wwid) == 1
        assert sight.value("map_info", wwid=wwid, hardware_handler="alua") == 1
    assert disagreements(lab.machine) == {}


async def test_ownership_that_moved_leaves_io_on_the_wrong_controller(
    whole_array: tuple[MultipathLab, Array],
) -> None:
    lab, array = whole_array
    moved = array.wwid(1)
    settled = groups_are(lab, moved, (50, "ready"), (10, "ready"))
    async with watching(lab) as watcher:
        array.move(1, "b")
        sight = await look_after(watcher, lambda: serving_priority(lab, moved) == 10 and settled())
        assert disagreements(lab.machine) == {}
        array.move(1, "a")
        back = await look_after(watcher, lambda: serving_priority(lab, moved) == 50 and settled())
    assert sight.findings == [f"{moved} {WRONG_CONTROLLER}"]
    assert sight.value("best_group_active", wwid=moved) == 0
    assert sight.value("paths_healthy", wwid=moved) == 4
    assert (back.findings, back.value("best_group_active", wwid=moved)) == ([], 1)


@pytest.mark.parametrize(
    ("access", "priority", "checker", "healthy"),
    [
        ("standby", 1, "ghost", 4),
        ("unavailable", 0, "faulty", 2),
        ("transitioning", 0, "faulty", 2),
    ],
)
async def test_paths_to_a_controller_that_does_not_serve_are_healthy_only_on_standby(
    whole_array: tuple[MultipathLab, Array],
    access: Access,
    priority: int,
    checker: str,
    healthy: int,
) -> None:
    lab, array = whole_array
    wwid = array.wwid(2)
    async with watching(lab) as watcher:
        array.set_access(2, "b", access)
        sight = await look_after(watcher, groups_are(lab, wwid, (50, "ready"), (priority, checker)))
        assert disagreements(lab.machine) == {}
        array.set_access(2, "b", "non-optimized")
        back = await look_after(watcher, groups_are(lab, wwid, (50, "ready"), (10, "ready")))
    assert len(about(sight, wwid)) == 4 - healthy
    assert all(text.endswith("is failed faulty running") for text in about(sight, wwid))
    assert sight.value("paths_healthy", wwid=wwid) == healthy
    assert sight.value("best_group_active", wwid=wwid) == 1
    assert back.findings == []


async def test_a_cut_port_is_a_faulty_path_of_every_lun(
    whole_array: tuple[MultipathLab, Array],
) -> None:
    lab, array = whole_array
    async with watching(lab) as watcher:
        array.cut([0])
        cut = await look_after(watcher, lambda: _of_array(lab, array).count("faulty") == len(LUNS))
        assert disagreements(lab.machine) == {}
        array.mend([0])
        mended = await look_after(watcher, lambda: set(_of_array(lab, array)) == {"ready"})
    for wwid in map(array.wwid, LUNS):
        (text,) = about(cut, wwid)
        assert text.endswith("is failed faulty running")
        assert cut.value("paths_healthy", wwid=wwid) == 3
        assert cut.value("best_group_active", wwid=wwid) == 1
    assert mended.findings == []


async def test_a_cut_controller_hands_over_and_once_it_is_mended_the_wrong_one_serves(
    whole_array: tuple[MultipathLab, Array],
) -> None:
    lab, array = whole_array
    wwid = array.wwid(0)
    async with watching(lab) as watcher:
        array.cut([0, 1])
        wait_for(lambda: lab.usable(wwid) == 2, TIMEOUT, "two failed paths")
        lab.touch(wwid)
        cut = await look_after(watcher, groups_are(lab, wwid, (10, "ready"), (0, "faulty")))
        array.mend([0, 1])
        mended = await look_after(watcher, groups_are(lab, wwid, (50, "ready"), (10, "ready")))
    assert len(about(cut, wwid)) == 2
    assert cut.value("best_group_active", wwid=wwid) == 1
    assert about(mended, wwid) == [WRONG_CONTROLLER]
    assert mended.value("best_group_active", wwid=wwid) == 0
