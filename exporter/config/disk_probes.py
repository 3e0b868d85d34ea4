"""Measurements of disks that are repeated: the `disk_probes` of a pool."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Self

from pydantic import ConfigDict, model_validator

from collectors.disk_profiles import PROFILES, Profile, Tool
from collectors.disk_records import DiskProbe as Record
from collectors.disk_records import Kind
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
    """a time from 1m to 168h (default 1h)"""
    jitter: Jitter | None = None
    """a time less than every (default 5m, or a tenth of every where that is less)"""
    size: FileSize | None = None
    """a size from 1MiB to 16GiB, of the file made or of what is read (default the profile's)"""
    runtime: Runtime | None = None
    """a time from 1s to 5m that is measured at most (default the profile's)"""
    rate: Rate | None = None
    """a size a second, from 1MiB to 16GiB, that is not exceeded (default the profile's)"""
    keep_free: KeepFree = _DEFAULT["keep_free"]
    """a size from 1MiB to 16TiB that stays free on the file system (default 1GiB)"""
    own_disk: Flag = _DEFAULT["own_disk"]
    """true or false (default false): also on file systems that dom0 itself lives on"""
    fio: Fio = _DEFAULT["fio"]
    """fio, or its absolute path on the machine, which ends in /fio (default fio)"""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := list(self._inconsistent()):
            raise Refused(problems)
        return self

    def _inconsistent(self) -> Iterator[Problem]:
        yield from not_exactly_one(self, PLACES, "no place to measure")
        if self.jitter is not None and self.jitter >= self.every:
            said = f"{self.jitter:.12g}s is not less than every"
            yield Problem(("jitter",), f"{said}; allowed: less than {self.every:.12g}s")
        yield from self._against_profile(PROFILES[self.profile])

    def _against_profile(self, profile: Profile) -> Iterator[Problem]:
        for place in ("file", "device"):
            if profile.writes and getattr(self, place) is not None:
                said = f"{profile.name} writes, and only into a file of its own"
                yield Problem((place,), f"{said}; allowed: directory")
        for key in _CHANGED:
            if getattr(self, key) is not None and key not in SETTINGS[profile.tool]:
                yield Problem((key,), f"{profile.name} knows no {key}; leave it out")

    def complete(self) -> "DiskProbe":
        """The same with every default in its place."""
        usual = round(min(_DEFAULT["jitter"], self.every * _JITTER_SHARE), DECIMALS)
        profile = self.measured()
        settings = {key: getattr(profile, key) for key in SETTINGS[profile.tool]}
        jitter = usual if self.jitter is None else self.jitter
        return self.model_copy(update={**settings, "jitter": jitter})

    def measured(self) -> Profile:
        """The bundled profile with what this probe changes."""
        given = {key: getattr(self, key) for key in _CHANGED}
        known = {key: value for key, value in given.items() if value is not None}
        return replace(PROFILES[self.profile], **known)


def record(name: str, probe: DiskProbe, classes: Sequence[str]) -> Record:
    """The record the probe is run by, from a section that is complete; fastest class first."""
    (kind,) = (place for place in PLACES if getattr(probe, place) is not None)
    own = probe.storage_class or ""
    same = ("host", "every", "jitter", "keep_free", "own_disk", "fio")
    return Record(
        name=name,
        profile=probe.measured(),
        kind=kind,
        path=getattr(probe, kind),
        sr=probe.sr or "",
        storage_class=own,
        slower_classes=tuple(classes[classes.index(own) + 1 :]) if own else (),
        **{key: getattr(probe, key) for key in same},
    )
