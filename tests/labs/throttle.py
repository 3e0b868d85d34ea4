"""A disk that the kernel makes slow: a limit of operations a second on a device (cgroup v1)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONTROLLER = Path("/sys/fs/cgroup/blkio")


@contextmanager
def limited(device: str, reads: int) -> Iterator[None]:
    """This process and what it starts read no more than so many times a second from the device.

    Skips the test where the kernel has no such limit.
    """
    if not (CONTROLLER / "blkio.throttle.read_iops_device").exists():
        pytest.skip(f"no limits of devices in {CONTROLLER}")
    group = CONTROLLER / f"xenlens-{os.getpid()}"
    before = _own_group()
    group.mkdir()
    try:
        number = os.stat(device).st_rdev
        limit = f"{os.major(number)}:{os.minor(number)} {reads}"
        (group / "blkio.throttle.read_iops_device").write_text(limit)
        (group / "cgroup.procs").write_text(str(os.getpid()))
        yield
    finally:
        (before / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()


def _own_group() -> Path:
    """Where this process is now (cgroups(7): /proc/self/cgroup)."""
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    (path,) = [place for _, names, place in (line.split(":") for line in lines) if names == "blkio"]
    return CONTROLLER / path.lstrip("/")
