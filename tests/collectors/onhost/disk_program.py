"""The program that measures disks: its parts in this Python, and the whole under any Python."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from collectors.disk_answer import Answer, read_answer
from collectors.disk_reasons import DiskProbeFailed
from tests.labs.pythons import Interpreter

DISK: Any = import_module("collectors.onhost.xenlens_disk")
"""Not typed, since Python 2.4 knows no annotations."""
PROGRAM = Path(DISK.__file__)
SWITCHES = ("-S", "-E")
MIB = 1 << 20
PASSING = ("busy", "clock_stepped")
"""Why a run has to be done again: somebody else measures, the machine's clock was just set."""
NAME: str = DISK.NAME
PATIENCE = 90.0
"""Seconds to wait for a measurement of somebody else on this machine; no tool here runs as long."""


def command_of(python: Interpreter, *words: str) -> list[str]:
    """The command line by which hosts run it; the program is its standard input."""
    return [*python.argv, *SWITCHES, "-", *words]


def needs_ctypes(python: Interpreter) -> None:
    """Skip where a Python cannot ask the kernel to end what it started, as Python 2.4 cannot."""
    asked = subprocess.run([*python.argv, *SWITCHES, "-c", "import ctypes"], capture_output=True)
    if asked.returncode:
        pytest.skip(f"{python} has no ctypes: what it started outlives it when it is killed")


def run(
    python: Interpreter, *words: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the program once."""
    argv, given = command_of(python, *words), PROGRAM.read_bytes()
    return subprocess.run(
        argv, input=given, capture_output=True, timeout=60, check=False, env=env and dict(env)
    )


def measured(python: Interpreter, *words: str) -> Answer:
    """The answer of a run that has the machine for itself. Raises DiskProbeFailed."""
    until = time.monotonic() + PATIENCE
    while True:
        done = run(python, *words)
        assert (done.returncode, done.stderr) == (0, b"")
        try:
            return read_answer(done.stdout.decode("ascii"))
        except DiskProbeFailed as failure:
            if failure.reason not in PASSING or time.monotonic() > until:
                raise
            time.sleep(0.2)


def reason_of(python: Interpreter, *words: str) -> tuple[str, str]:
    """Why a run measured nothing."""
    with pytest.raises(DiskProbeFailed) as failure:
        measured(python, *words)
    return failure.value.reason, str(failure.value)


def at(directory: Path, *more: str, size: int = MIB, seconds: int = 20) -> tuple[str, ...]:
    """The options for a small file in a directory, made without waiting."""
    where = ("--at", f"directory:{directory}", "--size", str(size), "--seconds", str(seconds))
    return (*where, "--lay-out-rate", str(1 << 30), *more)


@contextmanager
def machine_lock() -> Iterator[int]:
    """Hold the lock under which one measurement runs at a time; gives its descriptor."""
    until = time.monotonic() + PATIENCE
    while (handle := _machine_lock()) is None:
        assert time.monotonic() < until, "somebody measures on this machine for too long"
        time.sleep(0.2)
    with open(handle, "rb"):
        yield handle


def _machine_lock() -> int | None:
    try:
        return int(DISK.locked())
    except DISK.Refused:
        return None


@dataclass(frozen=True)
class Tool:
    """A shell script under fio's name; `$file` is what it is to measure."""

    path: Path

    def does(self, script: str) -> None:
        """Say what it does."""
        given = 'for word in "$@"; do case $word in --filename=*) file=${word#*=};; esac; done'
        self.path.write_text(f"#!/bin/sh\n{given}\n{script}\n")
        self.path.chmod(0o755)

    def words(self, *options: str) -> tuple[str, ...]:
        """The end of a command line that runs it."""
        always = ("--name=x", "--filename={file}", "--size={size}", "--thread")
        return ("--", str(self.path), *always, *options)


@dataclass(frozen=True)
class Started:
    """A run under way, whose tool has begun."""

    process: subprocess.Popen[bytes]
    tool: int
    """The process id of the tool."""


ALONE = "echo $$ > {0}.new; mv {0}.new {0}; exec sleep 60"
SURVIVING = "sleep 60 & echo $! > {0}.new; mv {0}.new {0}; wait"
"""What sleeps is a process of its own, which nobody kills: as one that hangs in the kernel."""


@contextmanager
def started(
    python: Interpreter, tool: Tool, folder: Path, script: str = ALONE
) -> Iterator[Started]:
    """A run whose tool sleeps for a minute, once the tool is there."""
    noted = folder / "pid"
    tool.does(script.format(noted))
    until = time.monotonic() + PATIENCE
    while True:
        process = _begin(command_of(python, *at(folder, seconds=60), *tool.words()))
        while process.poll() is None and not _asleep(noted):
            assert time.monotonic() < until
            time.sleep(0.02)
        if noted.exists():
            break
        told = process.communicate()[0]
        assert b"refused busy another" in told
        assert time.monotonic() < until
        time.sleep(0.2)
    try:
        yield Started(process, int(noted.read_text()))
    finally:
        if _sleeps(tool_pid := int(noted.read_text())):
            os.kill(tool_pid, signal.SIGKILL)
        process.kill()
        process.communicate()


def _asleep(noted: Path) -> bool:
    """Whether the tool has become its `sleep`: before, nobody would know it by its name."""
    return noted.exists() and _sleeps(int(noted.read_text()))


def _begin(argv: list[str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    source: BinaryIO = process.stdin  # type: ignore[assignment]
    source.write(PROGRAM.read_bytes())
    source.close()
    process.stdin = None
    return process


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _sleeps(pid: int) -> bool:
    """Whether it is still the tool that was started, and no later process of that number."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep")
    except OSError:
        return False


def is_gone(pid: int, patience: float = 10.0) -> bool:
    """Whether a process ends in time."""
    until = time.monotonic() + patience
    while runs(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
