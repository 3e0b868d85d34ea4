"""The most that one run of a disk probe may cost."""

from dataclasses import dataclass

from collectors.disk_commands import rate_of
from collectors.disk_profiles import Profile
from collectors.disk_records import DiskProbe

_ANY_FIO = (1,)
"""The version is known at the run only: an old fio may run without the rate."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The most of one run, in bytes and seconds."""

    written: int
    read: int | None
    """None for hdparm, which reads what the disk gives in three seconds (hdparm(8), -t)."""
    seconds: float


def most_of(probe: DiskProbe) -> Cost:
    """What the probe's profile and place allow."""
    profile = probe.profile
    written = profile.size if probe.makes_file else 0
    if profile.writes:
        return Cost(written + _moved(profile), 0, probe.seconds)
    return Cost(written, _read(profile), probe.seconds)


def _read(profile: Profile) -> int | None:
    match profile.tool:
        case "hdparm":
            return None
        case "seek":
            return profile.seeks * profile.block_size
        case "fio":
            return _moved(profile)


def _moved(profile: Profile) -> int:
    """fio ends when it has moved as much as the file is large, or when its time is over."""
    rate = rate_of(profile, _ANY_FIO)
    return profile.size if rate is None else min(profile.size, int(rate * profile.runtime))
