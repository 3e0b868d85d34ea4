"""Records of disk probes: what is to be measured, what one run gave, and how a probe stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from collectors.disk_profiles import GIB, MIB, Profile

Direction = Literal["read", "write"]
Kind = Literal["directory", "file", "device"]
LAY_OUT_RATE = 32 * MIB
"""Bytes a second at which a file is made, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class DiskProbe:
    """A measurement that is repeated. Sizes in bytes, times in seconds."""

    name: str
    host: str
    """The inventory's name of the host or guest it runs on."""
    profile: Profile
    kind: Kind
    path: str
    sr: str = ""
    """Name or uuid of the SR it measures, as the operator wrote it; empty when not given."""
    storage_class: str = ""
    every: float = 3600.0
    jitter: float = 300.0
    keep_free: int = 1 * GIB
    """Stays free on the file system, whatever the probe needs."""
    lay_out_rate: int = LAY_OUT_RATE
    """Bytes a second at which the file is made at most."""
    own_disk: bool = False
    """Whether it may use a file system that dom0 itself lives on."""
    fio: str = "fio"
    """The program; a path where it is not on PATH."""
    slower_classes: tuple[str, ...] = ()
    """Storage classes that this one is expected to outrun."""

    @property
    def makes_file(self) -> bool:
        """Whether a file is made for it, as large as its profile says."""
        return self.kind == "directory" and self.profile.needs_file

    @property
    def seconds(self) -> float:
        """The longest it may take, making the file included."""
        making = 2 * self.profile.size / self.lay_out_rate if self.makes_file else 0.0
        return making + self.profile.runtime + 30.0


@dataclass(frozen=True, slots=True)
class Figures:
    """One direction of one run, as `collectors.disk_run` makes it. None: not told."""

    direction: Direction
    iops: float | None = None
    bandwidth: float | None = None
    """Bytes a second."""
    latency_mean: float | None = None
    """Seconds; from submission where that is known, else of completion."""
    quantiles: Mapping[str, float] = field(default_factory=dict)
    """Latency in seconds by quantile, such as `0.99`."""


@dataclass(frozen=True, slots=True)
class DiskRun:
    """What one run measured, as `collectors.disk_run` makes it. Times in seconds."""

    figures: tuple[Figures, ...]
    version: str
    """Of the tool, as it says itself: `fio-3.33`."""
    cached_bandwidth: float | None = None
    """hdparm's reads from the cache, bytes a second: the machine, not the disk."""
    rate: int | None = None
    """The limit it ran under, bytes a second."""
    phases: Mapping[str, float] = field(default_factory=dict)
    """How long each phase took: prepare, lay_out, measure."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the machine said of the place: file_system, free_bytes, idle_io_class."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a probe stands: its last figures while they hold, and its counters. Unix times."""

    probe: DiskProbe
    run: DiskRun | None = None
    """None before the first success, after a failure, and when it is too old to be believed."""
    success_at: float | None = None
    ended_at: float | None = None
    """Of the last run that was tried, whatever became of it."""
    running_since: float | None = None
    next_at: float | None = None
    reason: str | None = None
    """Why the last attempt gave no figures."""
    message: str = ""
    runs: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
