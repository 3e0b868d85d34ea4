"""The command lines of disk probes: what every fio from 1.38 to 3.42 understands alike."""

import re

from collectors.disk_profiles import Profile
from collectors.disk_records import DiskProbe

Version = tuple[int, ...]
JSON_SINCE = (2, 0, 10)
"""fio prints JSON from here on (its init.c); before that, text tells more than terse does."""
HIGHEST_RATE = (1 << 32) - 1
"""Older fio keeps a rate in 32 bits: 4 GiB/s would be 0 (2.0.8), or be refused (3.0)."""
FEW_JOBS_SINCE = (2,)
"""fio takes `--max-jobs` from 1.59 on, and from 2.0 on needs less shared memory for it: before 2.21
up to 230 MB, which stay when it is killed."""
WHOLE = 1 << 49
"""Bytes: all of a file or device, however large."""
RATE_HANGS_BEFORE = (2,)
"""fio 1.59 with a rate and a queue deeper than 1 never ends once the rate is reached."""


def fio_version(text: str) -> Version | None:
    """Of what `fio --version` prints: `fio 1.59`, `2.0.8`, `fio-3.33`. None for anything else."""
    match = re.fullmatch(r"(?:fio[- ])?(\d+)\.(\d+)(?:\.(\d+))?(?:-\S+)?\s*", text)
    return tuple(int(part) for part in match.groups() if part) if match else None


def rate_of(profile: Profile, version: Version) -> int | None:
    """The rate that this fio can hold, bytes a second; None where it would hang for it."""
    hangs = version < RATE_HANGS_BEFORE and profile.depth > 1
    return None if hangs or profile.rate is None else min(profile.rate, HIGHEST_RATE)


def fio_command(probe: DiskProbe, version: Version) -> tuple[str, ...]:
    """fio with the options of the probe's profile.

    One thread, so that killing fio kills it all: a job of its own process begins a session and
    would live on. Pages of a file or device that is not ours are left in the cache.
    """
    profile = probe.profile
    rate = rate_of(profile, version)
    ours = probe.kind == "directory"
    return (
        probe.fio,
        f"--name={probe.name}",
        "--filename={file}",
        "--size={size}",
        f"--rw={profile.rw}",
        f"--bs={profile.block_size}",
        f"--ioengine={profile.engine}",
        f"--iodepth={profile.depth}",
        "--direct=1",
        "--thread",
        "--eta=never",
        f"--runtime={max(1, round(profile.runtime))}",
        f"--invalidate={ours:d}",
        *(("--sync=1", "--overwrite=1") if profile.writes else ("--readonly",)),
        *((f"--rate={rate}",) if rate else ()),
        *(("--max-jobs=1",) if version >= FEW_JOBS_SINCE else ()),
        *(("--output-format=json",) if version >= JSON_SINCE else ()),
    )


HDPARM_COMMAND = ("hdparm", "-tT", "{device}")


def on_machine(probe: DiskProbe) -> tuple[str, ...]:
    """The options of xenlens_disk.py that say where and how much."""
    goes_everywhere = probe.profile.tool == "seek" and probe.kind != "directory"
    return (
        *("--at", f"{probe.kind}:{probe.path}"),
        *("--size", str(WHOLE if goes_everywhere else probe.profile.size)),
        *("--keep-free", str(probe.keep_free)),
        *("--seconds", f"{probe.seconds:g}"),
        *("--lay-out-rate", str(probe.lay_out_rate)),
        *(("--own-disk",) if probe.own_disk else ()),
    )


def seek_options(profile: Profile) -> tuple[str, ...]:
    """The options of xenlens_disk.py for random reads by itself."""
    return ("--seek-seconds", f"{profile.runtime:g}", "--seek", str(profile.seeks))
