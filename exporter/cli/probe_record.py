"""What one run of a disk probe measured, and where: `xenlens probe run --json`, and back."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from collectors.disk_compare import is_limited, size_of
from collectors.disk_records import DiskProbe, DiskRun, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement(DiskRun):
    """A run with its origin."""

    probe: str
    host: str
    pool: str
    profile: str
    storage_class: str
    sr: str
    kind: Kind
    path: str
    size: int | None
    """Bytes it worked on at most; None for all of the place."""
    runtime: float
    """Seconds that the measurement itself might take."""
    block_size: int
    depth: int
    at: float
    """Unix time at which it ended."""
    at_limit: bool
    """Whether the run reached its rate limit: the disk may be faster."""


class NotReadable(Exception):
    """A file holds no measurement."""


def measurement(probe: DiskProbe, pool: str, run: DiskRun, at: float) -> Measurement:
    """The run of a probe that ended `at`, Unix time."""
    profile = probe.profile
    return Measurement(
        **{field.name: getattr(run, field.name) for field in fields(DiskRun)},
        probe=probe.name,
        host=probe.host,
        pool=pool,
        profile=profile.name,
        storage_class=probe.storage_class,
        sr=probe.sr,
        kind=probe.kind,
        path=probe.path,
        size=size_of(probe),
        runtime=profile.runtime,
        block_size=profile.block_size,
        depth=profile.depth,
        at=at,
        at_limit=any(is_limited(run, figures) for figures in run.figures),
    )


def plain(measured: Measurement) -> dict[str, Any]:
    """As JSON has it, what was measured first. Seconds, bytes, bytes a second."""
    found = asdict(measured)
    of_run = {field.name for field in fields(DiskRun)}
    origin = {key: value for key, value in found.items() if key not in of_run}
    return {**origin, **found}


def read_measurement(file: Path) -> Measurement:
    """Of a file written by `xenlens probe run --json`. Raises NotReadable in one line."""
    try:
        found = json.loads(file.read_bytes(), parse_constant=_refuse)
        return _checked(TypeAdapter(Measurement).validate_python(found))
    except OSError as error:
        raise NotReadable(f"{file}: {error.strerror or error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise NotReadable(_foreign(file, f"{where}: {first['msg']}".lstrip(": "))) from error
    except ValueError as error:
        raise NotReadable(_foreign(file, str(error))) from error


def _checked(measured: Measurement) -> Measurement:
    """Raises ValueError where there is nothing to compare, or a quantile is no number."""
    if not measured.figures:
        raise ValueError("figures: there are none")
    for figures in measured.figures:
        for quantile in figures.quantiles:
            float(quantile)
    return measured


def _foreign(file: Path, why: str) -> str:
    return f"{file} was not written by xenlens probe run --json: {' '.join(why.split())}"


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
