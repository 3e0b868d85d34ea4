"""Fields of API records, checked: what has the wrong type makes its record damaged.

Types on the wire (XAPI datamodel): int64 is a string in both protocols, a date is a string in
JSON and `dateTime.iso8601` in XML, a reference is a string, and `OpaqueRef:NULL` is none.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from xmlrpc.client import DateTime

from collectors.parsing import cleaned
from collectors.xapi.rules import Damaged, once
from collectors.xapi.source import XapiFailed

Record = dict[str, Any]
Table = Mapping[str, Any]
"""Records by reference, as `get_all_records` gives them."""

_LARGEST = 2**63
_INTEGER = re.compile(r"-?[0-9]{1,19}")
R = TypeVar("R")


def text(record: Record, name: str, default: str | None = None) -> str:
    """A text that can be encoded."""
    value = record.get(name, default)
    if type(value) is not str:
        raise Damaged(name)
    return cleaned(value)


def identity(record: Record) -> str:
    """The uuid."""
    value = text(record, "uuid")
    if not value:
        raise Damaged("uuid")
    return value


def flag(record: Record, name: str, default: bool | None = None) -> bool:
    """A boolean."""
    value = record.get(name, default)
    if type(value) is not bool:
        raise Damaged(name)
    return value


def integer(record: Record, name: str) -> int | None:
    """An int64, None where the field is not there."""
    value = record.get(name)
    if value is None:
        return None
    if type(value) is str and _INTEGER.fullmatch(value):
        value = int(value)
    if type(value) is not int or abs(value) > _LARGEST:
        raise Damaged(name)
    return value


def mapping(record: Record, name: str) -> dict[str, Any]:
    """A map, empty where the field is not there."""
    value = record.get(name)
    if value is None:
        return {}
    if type(value) is not dict:
        raise Damaged(name)
    return value


def reference(record: Record, name: str, uuids: Mapping[str, str]) -> str | None:
    """The uuid of what a field refers to, None where it refers to nothing that is known."""
    value = record.get(name)
    if value is not None and type(value) is not str:
        raise Damaged(name)
    return uuids.get(value or "")


def operations(record: Record) -> tuple[str, ...]:
    """The current operations, sorted; the keys of the map are their tasks."""
    current = mapping(record, "current_operations")
    return tuple(sorted(word(current, task) for task in current)) if current else ()


def word(record: Record, name: str) -> str:
    """A value of an enumeration, in lower case."""
    return text(record, name).lower()


def fraction(record: Record, name: str) -> float | None:
    """A number of 0 to 1, None where the field is not there."""
    value = record.get(name)
    if value is None:
        return None
    # A comparison with NaN is never true.
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise Damaged(name)
    return float(value)


def unix_time(record: Record, name: str) -> float | None:
    """A date as Unix time, None where the field is not there. Without a zone it is UTC."""
    value = record.get(name)
    if value is None:
        return None
    shown = str(value) if isinstance(value, str | DateTime) else ""
    try:
        moment = datetime.fromisoformat(shown)
    except ValueError as error:
        raise Damaged(name) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def table(value: Any, method: str) -> Table:
    """The records that a call gave. Raises XapiFailed where they are no map."""
    if not isinstance(value, dict):
        kind = type(value).__name__
        raise XapiFailed("unparsable", f"{method}: records by reference expected, found {kind}")
    return value


def identities(records: Table) -> dict[str, str]:
    """Reference → uuid; of two records with the same uuid only the first is known."""
    references: dict[str, str] = {}
    for reference, record in records.items():
        if type(record) is dict and type(record.get("uuid")) is str:
            references.setdefault(cleaned(record["uuid"]), reference)
    return {reference: uuid for uuid, reference in references.items()}


def built(
    records: Table, build: Callable[[Record], R | None], damaged: Callable[[], None]
) -> list[R]:
    """What `build` makes of the records; None leaves one out, Damaged does so and is told."""
    found: list[R] = []
    seen: set[str] = set()
    for record in records.values():
        try:
            if type(record) is not dict:
                raise Damaged("no record")
            once(record.get("uuid"), seen)
            one = build(record)
        except (Damaged, OverflowError):
            damaged()
        else:
            if one is not None:
                found.append(one)
    return found
