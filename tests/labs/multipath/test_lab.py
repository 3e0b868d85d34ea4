"""The lab itself: each fault, seen in the kernel, and what the tools there say of it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.labs.multipath.hardware import WWID
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.waiting import wait_for

pytestmark = pytest.mark.multipath
TIMEOUT = 60.0
_CHILD = """
import pathlib, sys, time
from tests.labs.multipath.lab import MultipathLab
with MultipathLab(pathlib.Path(sys.argv[1])) as lab:
    print("up", flush=True)
    time.sleep(300)
"""


def test_the_preferred_controller_serves_and_the_other_waits(
    healed_multipath: MultipathLab,
) -> None:
    listed = healed_multipath.machine.run("multipath", "-ll", WWID)
    assert "Intel,Multi-Flex" in listed
    assert "size=100G" in listed
    assert (healed_multipath.paths(), healed_multipath.usable()) == (2, 2)
    assert healed_multipath.serving() == healed_multipath.device("scm1")


def test_a_pulled_controller_takes_its_path_away_and_is_back_at_another_address(
    healed_multipath: MultipathLab,
) -> None:
    before = healed_multipath.target["scm1"]
    healed_multipath.pull("scm1")
    wait_for(lambda: healed_multipath.paths() == 1, TIMEOUT, "one path")
    healed_multipath.touch()
    assert healed_multipath.serving() == healed_multipath.device("scm2")
    healed_multipath.push("scm1")
    wait_for(lambda: healed_multipath.paths() == 2, TIMEOUT, "two paths")
    assert healed_multipath.target["scm1"] != before
    log = healed_multipath.machine.run("cat", "/var/log/messages")
    assert "multipathd: 8:0: path removed from map" in log


def test_a_machine_ends_with_a_killed_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _CHILD, str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "up\n"
        machines = psutil.Process(child.pid).children()
        assert [machine.name()[:11] for machine in machines] == ["qemu-system"]
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    _, alive = psutil.wait_procs(machines, timeout=TIMEOUT)
    assert not alive
