"""Containers of systemd-nspawn with a systemd of their own as process 1."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import psutil

from tests.labs.waiting import wait_for

SECONDS = 120.0
"""For a start, and for an end."""


@contextmanager
def nspawn(
    argv: Sequence[str],
    environment: Mapping[str, str] | None = None,
    console: BinaryIO | None = None,
) -> Iterator[int]:
    """A container while the block runs; gives its systemd, as this machine numbers it.

    `argv` becomes systemd-nspawn, in the end. What the container says goes to `console`.
    """
    with subprocess.Popen(
        argv, env=environment, stdin=subprocess.DEVNULL, stdout=console, stderr=console
    ) as process:
        try:
            wait_for(lambda: _systemd_of(process), SECONDS, "a systemd in the container")
            yield _systemd_of(process)
        finally:
            _end(process)


def _systemd_of(process: "subprocess.Popen[bytes]") -> int:
    assert process.poll() is None, f"systemd-nspawn ended with {process.returncode}"
    try:
        children = psutil.Process(process.pid).children()
        return next((child.pid for child in children if child.name() == "systemd"), 0)
    except psutil.NoSuchProcess:
        return 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
