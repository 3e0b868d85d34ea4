"""Maps in xe's text: `key: value; key: value`, and nothing in them is escaped (records.ml).

So a map is read only where every piece of it begins with a key that such a map may have, each key
once. A piece of another kind does no harm where neither the value before it nor any behind it is
wanted. Otherwise the keys that are wanted are looked up one by one.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from collectors.parsing import cleaned
from collectors.xapi.records import DEVICE_CONFIG_KEYS
from collectors.xapi.rules import MPATH, Damaged
from collectors.xapi.xe_lists import Lookup
from collectors.xapi.xe_values import is_uuid
from collectors.xe_complete import Record

Keys = Mapping[Lookup, str | None]
"""What was looked up."""
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/+-]*")
_PATHS_KEY = re.compile(rf"{MPATH}[\x21-\x39\x3c-\x7e]+")
_DEVICE_CONFIG = DEVICE_CONFIG_KEYS | frozenset(
    {
        "LUNid",
        "LUNsn",
        "adapterid",
        "allocation",
        "cifspassword",
        "cifspassword_secret",
        "chappassword",
        "chappassword_secret",
        "chapuser",
        "hosts",
        "incoming_chappassword",
        "incoming_chappassword_secret",
        "incoming_chapuser",
        "iso_path",
        "mountpoint",
        "multiSession",
        "nfsversion",
        "options",
        "password",
        "password_secret",
        "probeversion",
        "provider",
        "sr_uuid",
        "subdir",
        "uri",
        "usediscoverynumber",
        "username",
        "vers",
    }
)
"""Keys that storage managers (xapi-project/sm) take; all others are looked at twice."""


def _is_device_config(key: str) -> bool:
    return key in _DEVICE_CONFIG


def _is_key(key: str) -> bool:
    return _KEY.fullmatch(key) is not None


def _is_path_fact(key: str) -> bool:
    return key == "multipathed" or _PATHS_KEY.fullmatch(key) is not None


def _is_product(key: str) -> bool:
    return key in ("product_brand", "product_version")


_Is = Callable[[str], bool]
_MAPS: Mapping[tuple[str, str], tuple[_Is, _Is]] = {
    ("pbd", "device-config"): (_is_device_config, DEVICE_CONFIG_KEYS.__contains__),
    ("pbd", "other-config"): (_is_key, _is_path_fact),
    ("host", "software-version"): (_is_key, _is_product),
}
"""By kind and field: which keys such a map may have, and which of them are wanted."""


def lookups(kind: str, record: Record) -> Iterable[tuple[Lookup, str]]:
    """What has to be looked up before this record can be read, each with the map's text."""
    for (of_kind, field), (may, wanted) in _MAPS.items():
        text = record.get(field, "")
        if of_kind == kind and is_uuid(record) and _clear(text, may, wanted) is None:
            for key in _wanted(text, wanted):
                yield Lookup(kind, record["uuid"], field, key), text


def read_map(kind: str, record: Record, field: str, keys: Keys) -> dict[str, str]:
    """The wanted keys of a map that are there, with their values.

    Raises Damaged where one has to be looked up and was not yet.
    """
    may, wanted = _MAPS[kind, field]
    text = record.get(field, "")
    clear = _clear(text, may, wanted)
    if clear is not None:
        return {key: cleaned(value) for key, value in clear.items()}
    uuid = record.get("uuid", "")
    asked = {key: Lookup(kind, uuid, field, key) for key in _wanted(text, wanted)}
    if any(ask not in keys for ask in asked.values()):
        raise Damaged(field)
    told = {key: keys[ask] for key, ask in asked.items()}
    return {key: cleaned(value) for key, value in told.items() if value is not None}


def _wanted(text: str, wanted: _Is) -> list[str]:
    return sorted({key for key, _ in _pieces(text) if wanted(key)})


def _pieces(text: str) -> list[tuple[str, str | None]]:
    """What stands between the separators: key and value, None where there is no `: `."""
    found: list[tuple[str, str | None]] = []
    for piece in text.split("; ") if text else ():
        key, colon, value = piece.partition(": ")
        found.append((key, value if colon else None))
    return found


def _clear(text: str, may: _Is, wanted: _Is) -> dict[str, str] | None:
    """The wanted keys, None where they can be read in more than one way."""
    clear: dict[str, str] = {}
    last, is_doubtful = "", False
    for key, value in _pieces(text):
        if value is None or not may(key):
            # Of the value before it, or a key that is new to us.
            is_doubtful = True
            if wanted(last):
                return None
        elif key in clear or (is_doubtful and wanted(key)):
            return None
        else:
            clear[key] = value
            last = key
    return {key: value for key, value in clear.items() if wanted(key)}
