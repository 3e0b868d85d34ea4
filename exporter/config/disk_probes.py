"""Measurements of disks that are repeated: the `disk_probes` of a pool."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from math import ceil
from typing import Any, Self

from pydantic import ConfigDict, model_validator

from collectors.disk_profiles import PROFILES, Profile, Tool
from collectors.disk_records import LAY_OUT_RATE, Kind
from collectors.disk_records import DiskProbe as Record
from exporter.config.disk_kinds import (
    Every,
    FileSize,
    Fio,
    Jitter,
    KeepFree,
    Place,
    ProfileName,
    Rate,
    Runtime,
    Sr,
)
from exporter.config.kinds import Flag, Name
from exporter.config.problems import Problem, Refused
from exporter.config.section import Section, exactly_one_schema, not_exactly_one
from exporter.config.values import DECIMALS

STORAGE_CLASSES = ("nvme", "ssd", "sas", "sata")
PLACES: tuple[Kind, ...] = ("directory", "file", "device")
_CHANGED = ("size", "runtime", "rate")
SETTINGS: Mapping[Tool, tuple[str, ...]] = {
    "fio": _CHANGED,
    "seek": ("size", "runtime"),
    "hdparm": (),
}
"""What of a profile a probe can change: what the tool can be told."""
OF_FILE = ("keep_free", "own_disk")
"""What is said of the file that is made for a measurement."""
_DEFAULT: Mapping[str, Any] = {field.name: field.default for field in fields(Record)}
_JITTER_SHARE = 0.1


class DiskProbe(Section):
    """A measurement of a disk that is repeated."""

    model_config = ConfigDict(json_schema_extra=exactly_one_schema(PLACES))

    host: Name
    """the name of a host or guest of this pool"""
    directory: Place | None = None
    """an absolute path: a file is made there, and gone when the measurement ends"""
    file: Place | None = None
    """an absolute path of a file that is only read"""
    device: Place | None = None
    """an absolute path of a block device that is only read"""
    profile: ProfileName
    """what is measured, such as random-read"""
    storage_class: Name | None = None
    """one of storage_classes; only probes that have one are compared"""
    sr: Sr | None = None
    """the name or the uuid of the SR that is measured"""
    every: Every = _DEFAULT["every"]
    """a time from 1m to 168h that a run fits into (default 1h)"""
    jitter: Jitter | None = None
    """a time less than every (default 5m, or a tenth of every where that is less)"""
    size: FileSize | None = None
    """a size from 1MiB to 16GiB, of the file made or of what is read (default the profile's)"""
    runtime: Runtime | None = None
    """a time from 1s to 5m that is measured at most (default the profile's)"""
    rate: Rate | None = None
    """a size a second, from 1MiB to 16GiB, that is not exceeded (default the profile's)"""
    keep_free: KeepFree | None = None
    """a size from 1MiB to 16TiB that stays free on the file system (default 1GiB)"""
    own_disk: Flag | None = None
    """true or false (default false): also on file systems that dom0 itself lives on"""
    fio: Fio | None = None
    """fio, or its absolute path on the machine, which ends in /fio (default fio)"""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := list(self._inconsistent()):
            raise Refused(problems)
        return self

    def _inconsistent(self) -> Iterator[Problem]:
        misplaced = list(not_exactly_one(self, PLACES, "no place to measure"))
        yield from misplaced
        if self.jitter is not None and self.jitter >= self.every:
            said = f"{self.jitter:.12g}s is not less than every"
            yield Problem(("jitter",), f"{said}; allowed: less than {self.every:.12g}s")
        yield from self._against_profile(PROFILES[self.profile])
        if not misplaced:
            yield from self._too_often()

    def _too_often(self) -> Iterator[Problem]:
        profile = self.profile_in_effect()
        rate = making_rate(profile)
        run = Record("", self.host, profile, self.kind(), "", lay_out_rate=rate)
        if self.every < run.seconds:
            longest = f"{ceil(run.seconds)}s"
            said = f"{self.every:.12g}s is less than the {longest} a run may take"
            yield Problem(("every",), f"{said}; allowed: {longest} or more{_shorter(run)}")

    def _against_profile(self, profile: Profile) -> Iterator[Problem]:
        for place in ("file", "device"):
            if profile.writes and getattr(self, place) is not None:
                said = f"{profile.name} writes, and only into a file of its own"
                yield Problem((place,), f"{said}; allowed: directory")
        for key, why in self._without_effect(profile):
            if getattr(self, key) is not None:
                yield Problem((key,), f"{why}; leave it out")

    def _without_effect(self, profile: Profile) -> Iterator[tuple[str, str]]:
        """The keys that would change nothing of such a probe, and why."""
        for key in _CHANGED:
            if key not in SETTINGS[profile.tool]:
                yield key, f"{profile.name} knows no {key}"
        if profile.tool != "fio":
            yield "fio", f"{profile.name} runs no fio"
        kind = "directory" if profile.writes else self.kind()
        if kind != "directory" or not profile.needs_file:
            found = kind if profile.needs_file else profile.name
            said = f"means nothing with {found}, where no file is made"
            yield from ((key, said) for key in OF_FILE)

    def kind(self) -> Kind:
        """The kind of its place; a directory where it has none."""
        return next((key for key in PLACES if getattr(self, key) is not None), "directory")

    def complete(self) -> "DiskProbe":
        """The same with every default in its place; what has no effect has none."""
        profile = PROFILES[self.profile]
        usual = round(min(_DEFAULT["jitter"], self.every * _JITTER_SHARE), DECIMALS)
        defaults = {"jitter": usual} | {key: getattr(profile, key) for key in _CHANGED}
        defaults |= {key: _DEFAULT[key] for key in (*OF_FILE, "fio")}
        decided = {*dict(self._without_effect(profile)), *self.model_fields_set}
        left = {key: value for key, value in defaults.items() if key not in decided}
        return self.model_copy(update=left)

    def profile_in_effect(self) -> Profile:
        """The bundled profile with what this probe changes."""
        profile = PROFILES[self.profile]
        given = {key: getattr(self, key) for key in SETTINGS[profile.tool]}
        return replace(profile, **{key: value for key, value in given.items() if value is not None})


def making_rate(profile: Profile) -> int:
    """Bytes a second at which the file is made: no faster than it is measured.

    A rate is there for the sake of a busy disk.
    """
    return min(LAY_OUT_RATE, profile.rate or LAY_OUT_RATE)


def _shorter(run: Record) -> str:
    """What else would make it take less time."""
    if not run.makes_file:
        return ", or a smaller runtime"
    rate = ", or a larger rate" if run.lay_out_rate < LAY_OUT_RATE else ""
    return f", or a smaller size or runtime{rate}"
