"""Disk probes carried out for real: by a child process of ours or over a real OpenSSH server."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from collectors.disk_profiles import KIB, PROFILES, Profile
from collectors.disk_records import DiskProbe, DiskRun
from collectors.disk_run import measure
from collectors.host import Host, Output, loop_time
from collectors.onhost import DISK
from collectors.onhost_run import OnHost
from collectors.registry import Look
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from exporter.hosts.ssh import SshHost
from tests.hosts.processes import until
from tests.labs.loopdisk import MIB, LoopDisk, opened
from tests.labs.sshd import running_sshd

LOCK = Path("/var/run/xenlens-disk.lock")
FAST = 1 << 30
"""Bytes a second at which a file is made where it need not be slow."""
IN_TIME = 60.0


@dataclass(frozen=True, slots=True)
class Limited(DiskProbe):
    """A probe that has less time than its profile would give it."""

    limit: float = 60.0

    @property
    def seconds(self) -> float:
        """The longest it may take."""
        return self.limit


@dataclass(frozen=True, slots=True)
class Measured:
    """A run, and all that was heard for it."""

    run: DiskRun
    outputs: list[Output]

    @property
    def raw(self) -> str:
        """What xenlens_disk.py printed."""
        return self.outputs[-1].stdout

    @property
    def fio(self) -> dict[str, Any]:
        """fio's own JSON, read without any of our parsers."""
        document: dict[str, Any] = json.JSONDecoder().raw_decode(
            self.raw, self.raw.index("\n{") + 1
        )[0]
        return document


@dataclass(slots=True)
class Prober:
    """Measures on one host, and keeps what was heard of runs that failed as well."""

    host: Host
    outputs: list[Output] = field(default_factory=list)

    async def measure(self, probe: DiskProbe, within: float = IN_TIME) -> Measured:
        """Raises what `collectors.disk_run.measure` raises."""
        self.outputs = []
        look = Look(self.host, loop_time() + within, trace=self.outputs.append)
        return Measured(await measure(look, probe, OnHost(DISK)), self.outputs)


@asynccontextmanager
async def prober(way: str, place: Path) -> AsyncIterator[Prober]:
    """`way` is local or openssh; `place` is a folder for the server's keys."""
    if way == "local":
        async with _closed(LocalHost("here", Local())) as host:
            yield Prober(host)
        return
    async with running_sshd(place) as sshd, _closed(SshHost("there", sshd.settings())) as host:
        yield Prober(host)


@asynccontextmanager
async def _closed(host: Host) -> AsyncIterator[Host]:
    try:
        yield host
    finally:
        await host.close()


def small(name: str) -> Profile:
    """A bundled profile that takes two seconds."""
    return replace(PROFILES[name], size=8 * MIB, runtime=5.0)


def probe_of(folder: Path, **changes: Any) -> Limited:
    """A quick probe in a directory; its name is nobody else's."""
    probe = Limited(
        name=f"probe-{uuid4().hex[:8]}",
        host="here",
        profile=small("random-read"),
        kind="directory",
        path=str(folder),
        keep_free=MIB,
        lay_out_rate=FAST,
    )
    return replace(probe, **changes)


def slow(folder: Path, phase: str, **changes: Any) -> Limited:
    """A probe that spends a minute in `phase`: lay_out or measure."""
    profile = replace(PROFILES["random-read"], size=8 * MIB, runtime=50.0, rate=128 * KIB)
    rate = FAST if phase == "measure" else 128 * KIB
    return replace(probe_of(folder, profile=profile, lay_out_rate=rate), **changes)


def holders(disk: LoopDisk) -> list[psutil.Process]:
    """Who has a file of the disk open that has no name."""
    return [process for process in disk.users() if _holds(process.pid, str(disk.folder))]


def _holds(pid: int, folder: str) -> bool:
    return any(name.startswith(folder) and name.endswith(" (deleted)") for name in opened(pid))


def worker_in(disk: LoopDisk, phase: str) -> psutil.Process | None:
    """The process that holds the file, once it is in the phase: Python makes it, fio reads it."""
    for process in holders(disk):
        if (process.name() == "fio") == (phase == "measure"):
            return process
    return None


async def reached(disk: LoopDisk, phase: str, free: int) -> psutil.Process:
    """The worker, as soon as it is in the phase and has taken some of what was `free`."""
    await until(lambda: worker_in(disk, phase) is not None and disk.free < free)
    worker = worker_in(disk, phase)
    assert worker is not None
    return worker


async def nothing_left(disk: LoopDisk, free: int) -> bool:
    """Whether no process uses the disk, no file has a name there, and all is `free` again."""
    try:
        await until(lambda: not disk.users() and disk.free == free)
    except TimeoutError:
        return False
    return disk.names == []


def measuring_here() -> bool:
    """Whether anybody holds the machine's lock (proc(5): locks), asked without taking it."""
    if not LOCK.exists():
        return False
    found = LOCK.stat()
    device = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}"
    lines = Path("/proc/locks").read_text().splitlines()
    return any(f" {device}:{found.st_ino} " in line for line in lines)
