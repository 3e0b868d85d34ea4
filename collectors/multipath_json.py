"""`multipathd show maps json` and `show map X json` (0.6.2 and later, XCP-ng's 0.4.9) → maps.

No H:C:T:L and no sizes are in it; `multipathd.complete` adds them. A map with a missing or wrong
field is left out and counted. multipathd does not escape strings (libmultipath/print.h,
`PRINT_JSON_MAP`), so vendors and aliases may hold control characters, quotes and backslashes.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from collectors.multipath_errors import is_chatter, text_error
from collectors.multipath_headers import known
from collectors.multipath_lines import properties
from collectors.multipath_records import Group, Map, Path
from collectors.parsing import Noise, Parsed, ParseError, cleaned

_START = re.compile(r"^(?:[ \t]*multipathd>)*[ \t]*(?=\{)", re.MULTILINE)
_STRING_FIELD = re.compile(r'^([ \t]*"\w+" *: *")(.*)(",?[ \t\r]*)$', re.MULTILINE)
_NUMBER = re.compile(r"(\d+):(\d+)$")
_DECODER = json.JSONDecoder(strict=False)


def is_json(text: str) -> bool:
    """True for multipathd's JSON, also behind prompts and log lines."""
    return "{" in text and _START.search(text) is not None


def parse_maps_json(text: str) -> Parsed[Map]:
    """The maps of the daemon, in its order. Raises ToolError or ParseError, as every parser."""
    start = _START.search(text)
    if start is None:
        return Parsed((), _empty(text))
    document, end = _decode(text, start.end())
    entries = _entries(document, text.count("\n", 0, start.end()) + 1)
    maps = [_map(entry) for entry in entries]
    noise = (*_noise(text, 0, start.end()), *_noise(text, end, len(text)))
    return Parsed(tuple(m for m in maps if m is not None), noise, maps.count(None))


def _empty(text: str) -> tuple[Noise, ...]:
    """The lines of an answer without JSON: `ok`, prompts, log lines, or nothing."""
    error = text_error(text)
    if error is not None:
        raise error
    for number, line in enumerate(text.split("\n"), 1):
        if not is_chatter(line):
            raise ParseError(number, "multipathd's JSON, starting with '{'", line)
    return tuple(_noise(text, 0, len(text)))


def _decode(text: str, start: int) -> tuple[Any, int]:
    """The document and where it ends in the text."""
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        document = _decode_unescaped(text[start:])
        if document is None:
            where = getattr(error, "pos", start)
            found = text[where : where + 80].split("\n")[0]
            raise ParseError(text.count("\n", 0, where) + 1, "whole JSON", found) from error
        return document, text.rindex("}") + 1


def _decode_unescaped(text: str) -> Any:
    """The document after escaping the strings as multipathd should have; None if that fails."""
    try:
        return _DECODER.raw_decode(_STRING_FIELD.sub(_escape, text))[0]
    except (ValueError, RecursionError):
        return None


def _escape(field: re.Match[str]) -> str:
    return field[1] + field[2].replace("\\", "\\\\").replace('"', '\\"') + field[3]


def _noise(text: str, start: int, end: int) -> Iterable[Noise]:
    first = text.count("\n", 0, start) + 1
    for number, line in enumerate(text[start:end].split("\n"), first):
        if line.strip():
            yield Noise(number, line.rstrip())


def _entries(document: Any, line: int) -> list[Any]:
    """The map objects: of `show maps`, of `show map X`, or one map by itself."""
    if isinstance(document, dict):
        if isinstance(document.get("maps"), list):
            return list(document["maps"])
        if isinstance(document.get("map"), dict):
            return [document["map"]]
        if "uuid" in document and "path_groups" in document:
            return [document]
    raise ParseError(line, "an object with 'maps' or 'map'")


def _map(entry: Any) -> Map | None:
    """One map, or None where a field that decides about health is missing or of a wrong type."""
    try:
        name, wwid = _text(entry, "name"), _text(entry, "uuid")
        groups = tuple(_group(group) for group in _list(entry, "path_groups"))
        features, handler, protect = (
            _optional(entry, key) for key in ("features", "hwhandler", "write_prot")
        )
        sysfs, vendor, product = (known(_optional(entry, k)) for k in ("sysfs", "vend", "prod"))
    except (KeyError, TypeError, ValueError):
        return None
    props = properties(None, features, handler, protect)
    return Map(
        wwid,
        None if name == wwid else name,
        None if sysfs == "undef" else sysfs,
        vendor,
        product,
        None,
        props.features,
        props.queueing,
        props.hardware_handler,
        props.write_protect,
        groups,
    )


def _group(entry: Any) -> Group:
    priority = entry["pri"]
    if isinstance(priority, bool) or not isinstance(priority, int) or abs(priority) > 2**31:
        raise TypeError("pri")
    paths = tuple(_path(path) for path in _list(entry, "paths"))
    return Group(_optional(entry, "selector") or None, priority, _text(entry, "dm_st"), paths)


def _path(entry: Any) -> Path:
    device, number = _text(entry, "dev"), _text(entry, "dev_t")
    match = _NUMBER.match(number)
    if match is None and number != "#:#":
        raise ValueError(number)
    return Path(
        None,
        None if device == "-" else device,
        int(match[1]) if match else None,
        int(match[2]) if match else None,
        _text(entry, "dm_st"),
        _text(entry, "chk_st"),
        _optional(entry, "dev_st"),
    )


def _list(entry: Any, key: str) -> list[Any]:
    if not isinstance(entry[key], list):
        raise TypeError(key)
    return list(entry[key])


def _text(entry: Any, key: str) -> str:
    if not isinstance(entry[key], str) or not entry[key]:
        raise TypeError(key)
    return cleaned(str(entry[key]))


def _optional(entry: Any, key: str) -> str | None:
    return _text(entry, key) if entry.get(key) else None
