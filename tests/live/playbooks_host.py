"""What is done to the emulated host for a playbook, what is seen there, and I/O that runs on."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.labs.machine import Machine
from tests.labs.multipath.hardware import WWID
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.waiting import wait_for

PATIENCE = 60.0
"""Seconds until what should happen does."""
_JOB = (
    "fio --name=io --thread --direct=1 --ioengine=psync --bs=4k --size=8m --rw=randrw"
    " --verify=crc32c --verify_backlog=32 --rate_iops=10 --time_based --runtime=600"
    " --output-format=json --output=/lab/io.json"
)


_KERNEL = re.compile(r"^\w+:|\d+:\d+ [AF] | [ADE] 0 ", re.MULTILINE)
"""Of a map's status: its name, its paths, and its groups: active, disabled, enabled."""


def state_of(machine: Machine) -> dict[str, object]:
    """What a playbook could change: the kernel's maps, SCSI devices, the daemon's paths.

    Counters are left out, and the checker's words, which change by themselves on sick paths.
    """
    return {
        "tables": machine.run("dmsetup", "table"),
        "kernel": _KERNEL.findall(machine.run("dmsetup", "status")),
        "devices": machine.run("sh", "-c", "cd /sys/block && grep . sd*/device/state"),
        "daemon": machine.run("multipathd", "-kshow paths raw format %d|%i|%t|%o|%m"),
    }


def name_of(lab: MultipathLab, controller: str) -> str:
    """The disk's name, such as `sda`, through a controller that is in."""
    found = lab.device(controller)
    assert found is not None, f"{controller} shows no disk"
    return found


def daemon_says(lab: MultipathLab, path: str) -> str:
    """The three states of a path by multipathd's word."""
    rows = lab.multipathd("show paths raw format %d|%t|%T|%o").splitlines()
    (words,) = (row.split("|")[1:] for row in rows if row.startswith(f"{path}|"))
    return " ".join(words)


def fail_over(lab: MultipathLab) -> None:
    """SCM1's path is away for a moment: I/O moves to SCM2 and, failback being manual, stays."""
    away = name_of(lab, "scm1")
    lab.set_state(away, "offline")
    lab.touch()
    wait_for(lambda: lab.serving() == lab.device("scm2"), PATIENCE, "SCM2 to serve")
    lab.set_state(away, "running")
    wait_for(lambda: lab.usable() == 2, PATIENCE, "both paths")


@contextmanager
def io(machine: Machine, wwid: str = WWID) -> Iterator[None]:
    """Verified reads and writes through a map during the block; none of them has failed at its end.

    A few at a time: what the emulated processor can do.
    """
    before = _written(machine, wwid)
    started = f"{_JOB} --filename=/dev/mapper/{wwid} >/lab/io.log 2>&1 &"
    pid = machine.run("sh", "-c", f"rm -f /lab/io.json\n{started}\necho $!").strip()
    try:
        wait_for(lambda: _written(machine, wwid) > before, PATIENCE, "the first write")
        yield
        machine.run("kill", "-INT", pid)
        wait_for(lambda: not _is_there(machine, pid), PATIENCE, "fio's end")
    finally:
        machine.call("kill", "-KILL", pid)
    _check(machine)


def _check(machine: Machine) -> None:
    """That fio read and wrote, and that nothing of it failed or came back changed."""
    told = machine.run("cat", "/lab/io.json")
    (job,) = json.loads(told[told.index("{") :])["jobs"]
    assert job["error"] == 0, machine.run("cat", "/lab/io.log")
    assert job["read"]["total_ios"]
    assert job["write"]["total_ios"]


def _is_there(machine: Machine, pid: str) -> bool:
    return machine.call("test", "-d", f"/proc/{pid}").returncode == 0


def _written(machine: Machine, wwid: str) -> int:
    """Writes that the map has completed (Documentation/block/stat)."""
    stat = f"cat /sys/block/$(basename $(readlink -f /dev/mapper/{wwid}))/stat"
    return int(machine.run("sh", "-c", stat).split()[4])
