"""What a disk probe costs the storage: bytes that reached the device, counted by the kernel.

Each bundled profile runs as it is, by a real fio or hdparm, on a file system of its own on a loop
device; /sys/block/…/stat counts what was read and written there. The ratio is to what the profile
measures: 1 would be nothing but the measurement and, where a file is made for it, that file.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from collectors.disk_profiles import MIB, PROFILES, Profile
from collectors.disk_records import DiskProbe, DiskRun
from collectors.disk_run import measure as measured_once
from collectors.host import loop_time
from collectors.onhost import DISK
from collectors.onhost_run import OnHost
from collectors.registry import Look
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from tests.bench.measure import Line, Say
from tests.labs.loopdisk import LoopDisk

SECTOR = 512
"""Bytes of a sector in /sys/block/…/stat (Documentation/block/stat.rst of the kernel)."""
DISK_MIB = 768
SETTLE = 0.5
"""Seconds before the device is asked again: the file system writes its journal late."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes that a device has read and written since it was set up."""

    read: int
    written: int

    def since(self, before: "Traffic") -> "Traffic":
        """What came in between."""
        return Traffic(self.read - before.read, self.written - before.written)


def traffic_of(device: str) -> Traffic:
    """The kernel's own count; `device` such as /dev/loop0."""
    words = Path(f"/sys/block/{Path(device).name}/stat").read_text().split()
    return Traffic(int(words[2]) * SECTOR, int(words[6]) * SECTOR)


async def measure(say: Say) -> list[Line]:
    """Every profile in a directory of its own file system."""
    lines: list[Line] = []
    with LoopDisk(DISK_MIB * MIB) as disk:
        host = LocalHost("here", Local())
        try:
            for profile in PROFILES.values():
                say(f"disk probe {profile.name}")
                lines += await _of_profile(host, disk, profile)
        finally:
            await host.close()
    return lines


async def _of_profile(host: LocalHost, disk: LoopDisk, profile: Profile) -> list[Line]:
    before = traffic_of(disk.device)
    run = await _run(host, disk, replace(profile, rate=None))
    await asyncio.sleep(SETTLE)
    cost = traffic_of(disk.device).since(before)
    return list(_lines(profile, cost, run))


async def _run(host: LocalHost, disk: LoopDisk, profile: Profile) -> DiskRun:
    probe = DiskProbe("bench", "here", profile, "directory", str(disk.folder), keep_free=0)
    look = Look(host, loop_time() + probe.seconds)
    return await measured_once(look, probe, OnHost(DISK))


def _lines(profile: Profile, cost: Traffic, run: DiskRun) -> Iterator[Line]:
    seconds = sum(run.phases.values())
    making = profile.size if profile.needs_file else 0
    wanted = making + (profile.size if profile.writes else 0)
    note = f"{cost.read / MIB:.1f} MiB read, {cost.written / MIB:.1f} MiB written"
    note += f", {seconds:.1f} s in all"
    if wanted:
        yield Line(
            f"{profile.name}: written ÷ the file{' and the writes' if profile.writes else ''}",
            cost.written / wanted,
            target=1.25 if not profile.writes else None,
            note=note,
        )
    else:
        yield Line(f"{profile.name}: read", cost.read / MIB, "MiB", note=note)
