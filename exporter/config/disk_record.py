"""What a disk probe of the configuration becomes: the record it is run by."""

from collections.abc import Sequence

from collectors.disk_records import DiskProbe as Record
from exporter.config.disk_probes import OF_FILE, DiskProbe, making_rate

_SAME = ("host", "every", "jitter", *OF_FILE, "fio")
"""What a section and its record have in common; None in a section is the record's default."""


def record(name: str, probe: DiskProbe, classes: Sequence[str]) -> Record:
    """The record the probe is run by, from a section that is complete; fastest class first."""
    kind = probe.kind()
    own = probe.storage_class or ""
    same = {key: getattr(probe, key) for key in _SAME}
    profile = probe.profile_in_effect()
    return Record(
        name=name,
        profile=profile,
        lay_out_rate=making_rate(profile),
        kind=kind,
        path=getattr(probe, kind),
        sr=probe.sr or "",
        storage_class=own,
        slower_classes=tuple(classes[classes.index(own) + 1 :]) if own else (),
        **{key: value for key, value in same.items() if value is not None},
    )
