"""Texts of xe's fields as values (cli_operations.ml, records.ml, record_util.ml)."""

import re
from collections.abc import Iterable
from datetime import datetime

from collectors.parsing import cleaned
from collectors.xapi.rules import Damaged
from collectors.xe_complete import Record

_NOTHING = frozenset(
    {
        "",
        "<expensive field>",
        "<inconsistent>",
        "<invalid reference>",
        "<none>",
        "<not in database>",
        "<shared>",
        "<unknown time>",
        "OpaqueRef:NULL",
    }
)
"""What xe prints where there is no value."""
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_FRACTION = re.compile(r"[0-9]{1,9}\.?[0-9]{0,20}(?:e-[0-9]{1,3})?")
_TIME = re.compile(r"[0-9]{8}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_UUID = re.compile(r"[\x21-\x7e]{1,64}")


def text(record: Record, name: str) -> str:
    """A free text, empty where this version of xe has no such field."""
    return cleaned(record.get(name, ""))


def identity(record: Record) -> str:
    """The object's own uuid."""
    if not is_uuid(record):
        raise Damaged("uuid")
    return record["uuid"]


def is_uuid(record: Record) -> bool:
    """Whether the object's own uuid is one, so that it can be asked about."""
    uuid = record.get("uuid", "")
    return uuid not in _NOTHING and _UUID.fullmatch(uuid) is not None


def reference(record: Record, name: str) -> str | None:
    """The uuid of another object, or None."""
    uuid = known(record, name)
    if uuid is not None and not _UUID.fullmatch(uuid):
        raise Damaged(name)
    return uuid


def known(record: Record, name: str) -> str | None:
    """A field's text, None where xe has no value or no such field."""
    value = record.get(name, "")
    return None if value in _NOTHING else value


def flag(record: Record, name: str, default: bool | None = None) -> bool:
    """A boolean; `default` is for versions without the field."""
    found = flag_or_none(record, name)
    if found is not None:
        return found
    if default is None or name in record:
        raise Damaged(name)
    return default


def flag_or_none(record: Record, name: str) -> bool | None:
    """A boolean, None where xe has no value or no such field."""
    value = known(record, name)
    if value not in (None, "true", "false"):
        raise Damaged(name)
    return None if value is None else value == "true"


def integer(record: Record, name: str) -> int | None:
    """A number, None where xe has no value or no such field."""
    value = known(record, name)
    if value is None:
        return None
    if not _INTEGER.fullmatch(value):
        raise Damaged(name)
    return int(value)


def fraction(record: Record, name: str) -> float | None:
    """A number with decimals; OCaml may write `1.`."""
    value = known(record, name)
    if value is None:
        return None
    if not _FRACTION.fullmatch(value):
        raise Damaged(name)
    return float(value)


def unix_time(record: Record, name: str) -> float | None:
    """A time such as `20250319T04:16:24Z` in Unix seconds; XAPI's "never" is their beginning."""
    value = known(record, name)
    if value is None:
        return None
    try:
        if not _TIME.fullmatch(value):
            raise ValueError
        return datetime.fromisoformat(value).timestamp() or None
    except ValueError:
        raise Damaged(name) from None


def word(record: Record, name: str) -> str:
    """A value of an enumeration, as the API spells it in lower case."""
    value = known(record, name)
    if value is None:
        raise Damaged(name)
    return _api_word(value)


def operations(record: Record) -> tuple[str, ...]:
    """The current operations, sorted; xe prints `VDI.create` for the API's `vdi_create`."""
    return tuple(sorted(_api_word(part) for part in parts(record, "current-operations", "; ")))


def parts(record: Record, name: str, separator: str) -> Iterable[str]:
    """The members of a set; xe ends some sets with a separator."""
    found = (part.strip() for part in (known(record, name) or "").split(separator))
    return [part for part in found if part]


def _api_word(value: str) -> str:
    return cleaned(value).strip().lower().replace(".", "_").replace(" ", "_")
