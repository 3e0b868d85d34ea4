"""When a probe's next run is due.

Slots stand still on the wall clock: a restart of the exporter, or many of them, runs nothing twice,
and probes with the same period do not all begin at once.
"""

from random import Random
from zlib import crc32

from collectors.disk_records import DiskProbe


def next_slot(probe: DiskProbe, now: float) -> float:
    """The first slot after `now`, Unix time; each probe has its own place within the period."""
    place = crc32(probe.name.encode()) % 65536 / 65536 * probe.every
    passed = (now - place) // probe.every
    return place + (passed + 1) * probe.every


def jittered(probe: DiskProbe, slot: float, chance: Random) -> float:
    """The slot, and up to `jitter` later: probes must not follow the rhythm of something else."""
    return slot + chance.uniform(0.0, probe.jitter)
