"""However a run ends, nothing is left: no process, no file, no lock."""

import re
import signal
from pathlib import Path

import pytest

from tests.collectors.onhost.disk_program import (
    SURVIVING,
    Tool,
    at,
    is_gone,
    machine_lock,
    measured,
    needs_ctypes,
    run,
    runs,
    started,
)
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter

SEEK = ("--seek", "5")


@every_python
def test_two_measurements_on_one_machine_do_not_run_at_once(
    python: Interpreter, disk: Path
) -> None:
    with machine_lock():
        done = run(python, *at(disk, *SEEK))
    assert (done.returncode, done.stderr) == (0, b"")
    text = rb"refused busy another measurement runs or hangs: process \S+ holds /\S+\n"
    whole = rb"xenlens_disk 1\n" + text + rb"stdout 0\n\nstderr 0\n\nend\n"
    assert re.fullmatch(whole, done.stdout)
    assert list(disk.iterdir()) == []


@every_python
def test_the_lock_is_kept_until_the_tool_itself_is_gone(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    with started(python, tool, disk):
        assert b"refused busy" in run(python, *at(disk, *SEEK)).stdout
    with machine_lock():
        pass


@every_python
def test_what_cannot_be_killed_keeps_the_lock_though_all_others_are_gone(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    with started(python, tool, disk, SURVIVING) as under_way:
        under_way.process.kill()
        assert is_gone(under_way.process.pid)
        assert runs(under_way.tool)
        assert b"refused busy" in run(python, *at(disk, *SEEK)).stdout
    with machine_lock():
        pass


@every_python
def test_when_nobody_reads_any_more_the_tool_ends(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    with started(python, tool, disk) as under_way:
        assert runs(under_way.tool)
        assert under_way.process.stdout is not None
        under_way.process.stdout.close()
        assert is_gone(under_way.tool)
        assert under_way.process.wait(10) == 1


@every_python
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_when_it_is_told_to_end_the_tool_ends(
    python: Interpreter, number: signal.Signals, disk: Path, tool: Tool
) -> None:
    with started(python, tool, disk) as under_way:
        under_way.process.send_signal(number)
        assert is_gone(under_way.tool)
        assert is_gone(under_way.process.pid)


@every_python
def test_when_it_is_killed_the_tool_ends_and_leaves_the_place_to_the_next(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    needs_ctypes(python)
    with started(python, tool, disk) as under_way:
        under_way.process.kill()
        assert is_gone(under_way.tool)
    (disk / "pid").unlink()
    assert measured(python, *at(disk, *SEEK)).exit_status == 0
    assert list(disk.iterdir()) == []
