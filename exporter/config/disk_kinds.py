"""The types of the fields of a disk probe, with the patterns the JSON Schema shows."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, Strict, WithJsonSchema

from collectors.disk_profiles import GIB, MIB, PROFILES
from exporter.config.kinds import EACH_ONCE, Name, as_time, listed, text, time_schema
from exporter.config.problems import Refused, nearest, repeated
from exporter.config.sizes import TIB, as_size, size_schema, size_within
from exporter.config.values import described, seconds

WEEK = 168 * 3600.0
_PLACE = r"/([^\s{}\x00-\x1f\x7f-\x9f]| ){0,1023}"
_SR = r"(?=.*\S)[^\x00-\x1f\x7f-\x9f]{1,255}"
_FIO = r"fio|(/[^\s/{}\x00-\x1f\x7f-\x9f]{1,255}){0,15}/fio"


def _profile(value: str) -> str:
    if value not in PROFILES:
        near = nearest(value, PROFILES)
        raise ValueError(f"{described(value)} is not allowed{near}; allowed: {', '.join(PROFILES)}")
    return value


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if problems := list(repeated((), names)):
        raise Refused(problems)
    return names


ProfileName = Annotated[
    str, Strict(), AfterValidator(_profile), WithJsonSchema({"enum": list(PROFILES)})
]
"""A key of `collectors.disk_profiles.PROFILES`."""

Place = Annotated[
    str,
    *text(
        _PLACE,
        "an absolute path without braces, control characters and whitespace other than spaces",
    ),
]
"""A directory, file or device of the machine. Braces mark what it fills in itself."""

Sr = Annotated[str, *text(_SR, "the name or the uuid of an SR")]

Fio = Annotated[str, *text(_FIO, "fio, or an absolute path without spaces that ends in /fio")]
"""What the machine runs: it takes no program of another name."""

StorageClasses = Annotated[
    tuple[Name, ...],
    Field(min_length=1, max_length=16),
    EACH_ONCE,
    AfterValidator(_each_once),
    listed("[nvme, ssd, sas, sata]"),
]
"""The fastest first."""

Every = Annotated[
    float,
    BeforeValidator(seconds(60.0, WEEK, "a time from 1m to 168h, such as 1h")),
    as_time,
    time_schema(60.0, WEEK),
]

Jitter = Annotated[
    float,
    BeforeValidator(seconds(0.0, WEEK, "a time from 0s to less than every, such as 5m")),
    as_time,
    time_schema(0.0, WEEK),
]

Runtime = Annotated[
    float,
    BeforeValidator(seconds(1.0, 300.0, "a time from 1s to 5m, such as 20s")),
    as_time,
    time_schema(1.0, 300.0),
]

SMALLEST, LARGEST = 1 * MIB, 16 * GIB
"""Of sizes and of rates. No profile that takes a size reads blocks larger than the smallest one."""

FileSize = Annotated[
    int,
    BeforeValidator(size_within(SMALLEST, LARGEST, "a size from 1MiB to 16GiB, such as 128MiB")),
    as_size,
    size_schema(SMALLEST, LARGEST),
]

Rate = Annotated[
    int,
    BeforeValidator(
        size_within(SMALLEST, LARGEST, "a size from 1MiB to 16GiB a second, such as 64MiB")
    ),
    as_size,
    size_schema(SMALLEST, LARGEST),
]
"""Bytes a second."""

KeepFree = Annotated[
    int,
    BeforeValidator(size_within(SMALLEST, 16 * TIB, "a size from 1MiB to 16TiB, such as 1GiB")),
    as_size,
    size_schema(SMALLEST, 16 * TIB),
]
