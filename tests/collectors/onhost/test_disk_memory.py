"""A fio of before 2.21 keeps shared memory, which stays when it is killed: none of it is left."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collectors.onhost.disk_program import (
    MIB,
    PATIENCE,
    PROGRAM,
    Tool,
    at,
    command_of,
    is_gone,
    machine_lock,
    measured,
    reason_of,
)
from tests.labs.pythons import interpreters
from tests.labs.waiting import wait_for

NEWEST = interpreters()[-1]
SEEK = ("--seek", "5")
FIO = """#!{python}
import ctypes, os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
assert ctypes.CDLL(None).shmget(0, {size}, 0o1600) >= 0
with open({noted!r} + ".new", "w") as file:
    file.write(str(os.getpid()))
os.rename({noted!r} + ".new", {noted!r})
time.sleep(60)
"""
"""Has to be killed."""


def segments_of(pid: int) -> list[str]:
    """Those that a process has made (proc(5), sysvipc/shm)."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return [line for line in lines if line.split()[4] == str(pid)]


def sharing(tool: Tool, noted: Path) -> tuple[str, ...]:
    """The end of a command line of a tool that writes its process id to `noted`."""
    tool.path.write_text(FIO.format(python=sys.executable, size=MIB, noted=str(noted)))
    tool.path.chmod(0o755)
    return tool.words()


def test_a_tool_is_asked_to_end_before_it_is_killed(disk: Path, tool: Tool) -> None:
    asked = disk / "asked"
    tool.does(f"trap 'touch {asked}; kill $!; exit 1' INT; sleep 60 & wait")
    assert reason_of(NEWEST, *at(disk, *tool.words(), seconds=2))[0] == "overtime"
    assert asked.exists()


def test_one_that_had_to_be_killed_leaves_no_memory(disk: Path, tool: Tool) -> None:
    noted = disk / "noted"
    assert reason_of(NEWEST, *at(disk, *sharing(tool, noted), seconds=3))[0] == "overtime"
    assert segments_of(int(noted.read_text())) == []


def test_where_all_were_killed_the_next_run_removes_it(disk: Path, tool: Tool) -> None:
    noted = disk / "noted"
    with machine_lock() as handle:
        if os.fstat(handle).st_uid != os.geteuid():
            pytest.skip("another user measured here first: nobody else can note who has the lock")
    argv = command_of(NEWEST, *at(disk, *sharing(tool, noted), seconds=60))
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert process.stdin is not None
        process.stdin.write(PROGRAM.read_bytes())
        process.stdin.close()
        wait_for(noted.exists, PATIENCE, "the tool")
        os.killpg(process.pid, signal.SIGKILL)
    pid = int(noted.read_text())
    assert is_gone(pid)
    assert len(segments_of(pid)) == 1
    noted.unlink()
    assert measured(NEWEST, *at(disk, *SEEK)).exit_status == 0
    assert segments_of(pid) == []
