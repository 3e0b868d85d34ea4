"""A path lost, failed or back: the next scrape says so, and every listing says the same.

The preferred controller is SCM1 with priority 50; SCM2 has 1.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from collectors.inventory import ExpectedMap, HostInventory
from tests.labs.multipath.hardware import DISK_BYTES, WWID
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.waiting import wait_for
from tests.live.multipath_looks import Sight, disagreements, watching

pytestmark = [pytest.mark.multipath, pytest.mark.timeout(240)]
TIMEOUT = 60.0
VANISHED = f"{WWID} warning 1 of 2 paths (seen); the others vanished"
WRONG_CONTROLLER = (
    f"{WWID} warning wrong controller: the active path group has priority 1, the best has 50"
)


def wait_for_paths(lab: MultipathLab, there: int, usable: int) -> None:
    """Wait until the kernel has so many paths, so many of them not failed."""
    wait_for(lambda: (lab.paths(), lab.usable()) == (there, usable), TIMEOUT, f"{usable} usable")


def preferred(lab: MultipathLab) -> tuple[str, str]:
    """Device and address of the path by SCM1."""
    return lab.device("scm1") or "", f"0:0:{lab.target['scm1']}:0"


def counts(sight: Sight) -> tuple[float | None, ...]:
    """Paths there, healthy and expected."""
    return tuple(sight.value(name) for name in ("paths", "paths_healthy", "paths_expected"))


async def test_a_whole_map_is_read_alike_in_every_way_and_nothing_is_wrong(
    healed_multipath: MultipathLab,
) -> None:
    async with watching(healed_multipath) as watcher:
        sight = await watcher.look()
    assert sight.findings == []
    assert counts(sight) == (2, 2, 2)
    assert sight.value("best_group_active") == 1
    assert sight.value("map_size_bytes") == DISK_BYTES
    assert sight.via == "multipathd show json"
    assert disagreements(healed_multipath.machine) == {}


async def test_a_pulled_controller_is_a_path_that_vanished_and_comes_back_elsewhere(
    healed_multipath: MultipathLab,
) -> None:
    lab, (device, address) = healed_multipath, preferred(healed_multipath)
    async with watching(lab) as watcher:
        assert (await watcher.look()).value("path_healthy", path=device, hctl=address) == 1
        lab.pull("scm1")
        wait_for_paths(lab, 1, 1)
        pulled = await watcher.look()
        assert disagreements(lab.machine) == {}
        lab.push("scm1")
        wait_for_paths(lab, 2, 2)
        lab.touch()
        back = await watcher.look()
    assert (counts(pulled), pulled.findings) == ((1, 1, 2), [VANISHED])
    assert pulled.value("path_healthy", hctl=address) is None
    assert counts(back) == (2, 2, 2)
    device, new_address = preferred(lab)
    assert new_address != address
    assert back.value("path_healthy", path=device, hctl=new_address) == 1
    assert back.value("best_group_active") == (lab.serving() == device)
    assert disagreements(lab.machine) == {}


async def test_a_path_lost_before_the_first_look_is_missed_only_by_the_inventory(
    healed_multipath: MultipathLab,
) -> None:
    healed_multipath.pull("scm2")
    wait_for_paths(healed_multipath, 1, 1)
    inventory = HostInventory(maps={WWID: ExpectedMap(2)})
    async with watching(healed_multipath) as unaware, watching(healed_multipath, inventory) as told:
        first, informed = await unaware.look(), await told.look()
    assert (counts(first), first.findings) == ((1, 1, 1), [])
    assert (counts(informed), informed.findings) == (
        (1, 1, 2),
        [VANISHED.replace("seen", "config")],
    )


async def test_an_offline_path_fails_and_once_it_is_back_the_wrong_controller_serves(
    healed_multipath: MultipathLab,
) -> None:
    lab, (device, address) = healed_multipath, preferred(healed_multipath)
    async with watching(lab) as watcher:
        lab.set_state(device, "offline")
        wait_for_paths(lab, 2, 1)
        lab.touch()
        offline = await watcher.look()
        assert disagreements(lab.machine) == {}
        lab.set_state(device, "running")
        wait_for_paths(lab, 2, 2)
        back = await watcher.look()
    assert counts(offline) == (2, 1, 2)
    assert offline.findings == [
        f"{WWID} warning path {device} ({address}) is failed faulty offline"
    ]
    assert offline.state("path_device_state", path=device) == "offline"
    assert (counts(back), back.findings) == ((2, 2, 2), [WRONG_CONTROLLER])
    assert back.value("best_group_active") == 0
    assert disagreements(lab.machine) == {}


async def test_a_path_failed_by_hand_is_faulty_to_the_daemon_alone(
    healed_multipath: MultipathLab,
) -> None:
    lab, (device, address) = healed_multipath, preferred(healed_multipath)
    group = f"{WWID} group {lab.best_group()}"
    async with watching(lab) as watcher:
        lab.multipathd(f"fail path {device}")
        lab.touch()
        sight = await watcher.look()
    assert (counts(sight), sight.value("best_group_active")) == ((2, 1, 2), 1)
    assert sight.findings == [f"{WWID} warning path {device} ({address}) is failed faulty running"]
    # The daemon checks such a path no more, and gives it no priority; `multipath -ll` does both.
    assert disagreements(lab.machine) == {
        f"{device} checker_state": ("ready", "faulty"),
        f"{group} priority": (50, 0),
    }


async def test_a_path_that_only_the_kernel_failed_is_failed_to_the_daemon_until_it_checks_again(
    healed_multipath: MultipathLab,
) -> None:
    lab, (device, address) = healed_multipath, preferred(healed_multipath)
    async with watching(lab) as watcher:
        with seldom_checked(lab):
            group = f"{WWID} group {lab.best_group()}"
            lab.fail(device)
            lab.touch()
            sight = await watcher.look()
            # The daemon hears of it and waits for its next check; `multipath -ll` checks by itself.
            assert disagreements(lab.machine) == {
                f"{device} checker_state": ("ready", "faulty"),
                f"{group} priority": (50, 0),
            }
        wait_for_paths(lab, 2, 2)
        back = await watcher.look()
    assert (counts(sight), sight.state("path_dm_state", path=device)) == ((2, 1, 2), "failed")
    assert sight.findings == [f"{WWID} warning path {device} ({address}) is failed faulty running"]
    assert counts(back) == (2, 2, 2)


@contextmanager
def seldom_checked(lab: MultipathLab) -> Iterator[None]:
    """The daemon's checkers look once a minute during the block, else every second."""
    lab.configure(polling=60)
    lab.multipathd("reconfigure")
    wait_for(lambda: lab.multipathd("show daemon").split()[-1] == "idle", TIMEOUT, "idle again")
    try:
        yield
    finally:
        lab.configure()
        lab.multipathd("reconfigure")


async def test_a_deleted_device_is_a_path_that_vanished(healed_multipath: MultipathLab) -> None:
    lab, (device, _) = healed_multipath, preferred(healed_multipath)
    async with watching(lab) as watcher:
        await watcher.look()
        lab.delete(device)
        wait_for_paths(lab, 1, 1)
        deleted = await watcher.look()
        assert disagreements(lab.machine) == {}
        lab.machine.run("tee", "/sys/class/scsi_host/host0/scan", stdin="- - -\n")
        wait_for_paths(lab, 2, 2)
        back = await watcher.look()
    assert (counts(deleted), deleted.findings) == ((1, 1, 2), [VANISHED])
    assert counts(back) == (2, 2, 2)
