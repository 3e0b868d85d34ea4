"""Numbers of bytes as people write them: `128MiB`."""

import re
from collections.abc import Callable

from pydantic import PlainSerializer, WithJsonSchema

from collectors.disk_profiles import GIB, KIB, MIB
from exporter.config.problems import meant
from exporter.config.values import described

TIB = GIB << 10
SIZE = "([0-9]{1,15})([KMGT]iB)"
_NEARLY = re.compile("([0-9]{1,15}) ?([KMGT])(I?B)?", re.IGNORECASE)
_UNITS = {"TiB": TIB, "GiB": GIB, "MiB": MIB, "KiB": KIB}


def size_within(smallest: int, largest: int, allowed: str) -> Callable[[object], int]:
    """A check that a value is a size, of so many bytes; `allowed` says it in words."""

    def check(value: object) -> int:
        found = _bytes(value)
        if found is not None and smallest <= found <= largest:
            return found
        full = _unit_in_full(value)
        near = meant(full) if full and smallest <= (_bytes(full) or 0) <= largest else ""
        raise ValueError(f"{described(value)} is not allowed{near}; allowed: {allowed}")

    return check


def _unit_in_full(value: object) -> str | None:
    """`64MiB` for `64M`, `64mb` or `64 MiB`."""
    match = _NEARLY.fullmatch(value) if isinstance(value, str) else None
    return f"{match[1]}{match[2].upper()}iB" if match else None


def _bytes(value: object) -> int | None:
    """Bytes of a whole number or of a size such as `1GiB`; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = re.fullmatch(SIZE, value) if isinstance(value, str) else None
    return int(match[1]) * _UNITS[match[2]] if match else None


def written(number: int) -> str | int:
    """A size in the largest unit of which it is a whole number: `1GiB`, or 1000."""
    for unit, of_bytes in _UNITS.items():
        if number and number % of_bytes == 0:
            return f"{number // of_bytes}{unit}"
    return number


as_size = PlainSerializer(written, return_type=str | int)


def size_schema(smallest: int, largest: int) -> WithJsonSchema:
    """A size in the JSON Schema, which can bound plain numbers only."""
    number = {"type": "integer", "minimum": smallest, "maximum": largest}
    return WithJsonSchema({"anyOf": [number, {"type": "string", "pattern": f"^{SIZE}$"}]})
