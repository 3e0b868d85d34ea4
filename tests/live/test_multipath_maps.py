"""A map without paths, a map gone, a daemon gone: the next scrape says which, and what I/O does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.labs.multipath.hardware import CONTROLLERS, DISK_BYTES, WWID
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.waiting import wait_for
from tests.live.multipath_looks import by_json, by_listing, differences, disagreements, watching

pytestmark = [pytest.mark.multipath, pytest.mark.timeout(240)]
TIMEOUT = 60.0
MAP = f"/dev/mapper/{WWID}"
NO_PATH = f"{WWID} critical no healthy path left; I/O waits"
NO_DAEMON = "multipathd warning multipathd does not run: failed paths will not be taken back"


def start(lab: MultipathLab, command: str) -> str:
    """Start a command in the background of the host; its process number."""
    return lab.machine.shell(f"{command} >/dev/null 2>&1 &\necho $!").strip()


def is_running(lab: MultipathLab, process: str) -> bool:
    """Whether a process that was started is still there."""
    state = lab.machine.call("sed", "-n", "s/^State:.//p", f"/proc/{process}/status").stdout
    return bool(state) and not state.startswith("Z")


def push_both(lab: MultipathLab) -> None:
    """Push both controllers back in, and wait for the map to have both paths."""
    for controller in CONTROLLERS:
        lab.push(controller)
    wait_for(lambda: lab.paths() == len(CONTROLLERS), TIMEOUT, "both paths")


def knows_the_map(lab: MultipathLab) -> bool:
    """Whether the daemon answers, which it does not at once, and tells of the map."""
    return WWID in lab.machine.call("multipathd", "-kshow maps json").stdout


@contextmanager
def daemon_stopped(lab: MultipathLab) -> Iterator[None]:
    """The host without multipathd during the block."""
    # It may end before it has answered: whether it is there counts, not what was said.
    lab.machine.call("multipathd", "-kshutdown")
    try:
        wait_for(lambda: not lab.has_daemon(), TIMEOUT, "its end")
        yield
    finally:
        lab.start_daemon()
        wait_for(lambda: knows_the_map(lab), TIMEOUT, "the daemon knows the map")


async def test_without_any_path_io_waits_and_goes_on_when_one_is_back(
    healed_multipath: MultipathLab,
) -> None:
    lab = healed_multipath
    devices = [lab.device(controller) or "" for controller in CONTROLLERS]
    async with watching(lab) as watcher:
        for device in devices:
            lab.set_state(device, "offline")
        wait_for(lambda: lab.usable() == 0, TIMEOUT, "no usable path")
        reader = start(lab, f"dd if={MAP} of=/dev/null bs=4096 count=1 iflag=direct")
        sight = await watcher.look()
        assert disagreements(lab.machine) == {}
        assert is_running(lab, reader)
    lab.heal()
    wait_for(lambda: not is_running(lab, reader), TIMEOUT, "the end of the read")
    assert sight.findings[0] == NO_PATH
    assert [finding.split(" is ")[1] for finding in sight.findings[1:]] == [
        "failed faulty offline"
    ] * 2
    assert (sight.value("paths"), sight.value("paths_healthy")) == (2, 0)
    assert sight.value("map_queueing") == 1
    assert sight.value("best_group_active") is None


async def test_a_map_that_lost_both_controllers_is_missing(
    healed_multipath: MultipathLab,
) -> None:
    lab = healed_multipath
    async with watching(lab) as watcher:
        await watcher.look()
        for controller in CONTROLLERS:
            lab.pull(controller)
        wait_for(lambda: lab.machine.call("dmsetup", "info", WWID).returncode, TIMEOUT, "no map")
        gone = await watcher.look()
        assert disagreements(lab.machine) == {}
        push_both(lab)
        back = await watcher.look()
    assert gone.findings == [f"{WWID} critical map missing (seen has it)"]
    assert (gone.value("map_present"), gone.value("paths")) == (0, 0)
    assert (gone.value("paths_healthy"), gone.value("paths_expected")) == (0, 2)
    assert gone.value("daemon_running") == 1
    assert (back.value("map_present"), back.value("paths")) == (1, 2)


async def test_a_map_that_lost_both_controllers_while_it_was_open_stays_without_a_path(
    healed_multipath: MultipathLab,
) -> None:
    lab = healed_multipath
    async with watching(lab) as watcher:
        await watcher.look()
        holder = start(lab, f"sleep 600 < {MAP}")
        for controller in CONTROLLERS:
            lab.pull(controller)
        wait_for(lambda: lab.paths() == 0, TIMEOUT, "no path")
        held = await watcher.look()
    # JSON has no sizes; those that are added are of paths, of which there is none.
    size, unsized = f"{WWID} size_bytes", (DISK_BYTES, None)
    assert disagreements(lab.machine) == {size: unsized, f"topology {size}": unsized}
    lab.machine.run("kill", holder)
    push_both(lab)
    assert held.findings == [NO_PATH, f"{WWID} warning 0 of 2 paths (seen); the others vanished"]
    assert (held.value("map_present"), held.value("paths")) == (1, 0)


async def test_without_the_daemon_the_listing_tells_of_a_path_that_only_the_kernel_failed(
    healed_multipath: MultipathLab,
) -> None:
    lab, device = healed_multipath, healed_multipath.device("scm1") or ""
    before = by_json(lab.machine)
    async with watching(lab) as watcher:
        with daemon_stopped(lab):
            stopped, without = await watcher.look(), by_listing(lab.machine)
            lab.fail(device)
            lab.touch()
            failed = await watcher.look()
        lab.heal()
        running = await watcher.look()
    assert stopped.via == "multipath -ll"
    assert (stopped.findings, stopped.value("daemon_running")) == ([NO_DAEMON], 0)
    # At its end the daemon turns queueing off (queue_without_daemon no); nothing else differs.
    assert set(differences(before, without)) == {f"{WWID} features", f"{WWID} queueing"}
    assert stopped.value("map_queueing") == 0
    said = f"{WWID} warning path {device} (0:0:{lab.target['scm1']}:0) is failed ready running"
    assert failed.findings == [NO_DAEMON, said]
    assert failed.value("paths_healthy") == 1
    assert (running.findings, running.value("daemon_running")) == ([], 1)
    assert running.value("map_queueing") == 1
