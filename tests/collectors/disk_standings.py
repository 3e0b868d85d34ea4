"""Disk probes, runs and standings that are well, but for the facts of a test."""

from dataclasses import replace
from typing import Any

from collectors.disk_profiles import PROFILES
from collectors.disk_records import DiskProbe, DiskRun, Figures, Standing

KIB = 1 << 10
CLASSES = ("nvme", "ssd", "sas", "sata")
AT = 1_700_000_000.0


def probe(name: str = "ssd-random-read", **facts: Any) -> DiskProbe:
    """A probe of an SSD by fio's random reads."""
    sound = DiskProbe(
        name,
        "xenserver1",
        PROFILES["random-read"],
        "directory",
        "/srv/ssd",
        sr="SSD storage",
        storage_class="ssd",
        slower_classes=("sas", "sata"),
    )
    return replace(sound, **facts)


def of_class(storage_class: str, name: str = "", profile: str = "random-read") -> DiskProbe:
    """A probe of another class, in its place among all classes."""
    slower = CLASSES[CLASSES.index(storage_class) + 1 :]
    return probe(
        name or f"{storage_class}-probe",
        profile=PROFILES[profile],
        storage_class=storage_class,
        slower_classes=slower,
        sr=storage_class.upper(),
    )


def figures(bandwidth: float | None = 40e6, **facts: Any) -> Figures:
    """What one direction gave."""
    sound = Figures("read", 9765.625, bandwidth, 0.0001, {"0.5": 0.00009, "0.99": 0.0004})
    return replace(sound, **facts)


def run_of(*directions: Figures, **facts: Any) -> DiskRun:
    """A run of fio; without `directions`, one that read."""
    sound = DiskRun(
        directions or (figures(),),
        "fio-3.33",
        rate=64 << 20,
        phases={"prepare": 0.1, "lay_out": 4.0, "measure": 20.0},
        facts={"file_system": "ext4"},
    )
    return replace(sound, **facts)


def standing(of: DiskProbe | None = None, **facts: Any) -> Standing:
    """A probe that succeeded once."""
    sound = Standing(of or probe(), run_of(), success_at=AT, ended_at=AT, next_at=AT + 3600, runs=1)
    return replace(sound, **facts)


def fast(storage_class: str, kib: float, name: str = "", **facts: Any) -> Standing:
    """A class that read so many KiB a second at random."""
    of = of_class(storage_class, name)
    return standing(of, run=run_of(figures(kib * KIB), **facts))
