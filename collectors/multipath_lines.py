"""The lines of a multipath listing, one by one: what each kind says in every generation.

Layouts by version: libmultipath/print.h, `PRINT_MAP_PROPS`, `PRINT_PG_INDENT`,
`PRINT_PATH_INDENT`; 0.4.5 to 0.4.8 print brackets, 0.4.9 and later words and quotes.
"""

import re
from dataclasses import dataclass

from collectors.multipath_headers import known
from collectors.multipath_records import Path, is_queueing

TREE = " \t\r\u00a0|`'\\_.+-–—│├└─┬"
"""What stands before a path or a group: the tree, and what editors and web pages made of it."""

_PATH = re.compile(
    r"(\d+:\d+:\d+(?::\d+)?|#:#:#:#)\s+(\S+)\s+(?:(\d+):(\d+)|#:#)\s*(?:"
    r"(?<=\s)([^\s\[\]]+)\s+(i/o (?:pending|timeout)|(?!i/o)[^\s\[\]]+)\s+([^\s\[\]]+)"
    r"|\[([^\[\]]*)\](?:\[([^\[\]]*)\])?(?:\[([^\[\]]*)\])?)\s*$"
)
PATH_PIECE = re.compile(r"\d{1,5}(?::\d*)*\s*$|\d+:\d+:\d+|#:#")
"""What is left of a path line when its end is cut off."""
TABLE_ROW = re.compile(r"\d+:\d+:\d+:\d+\s+\S+\s+\d+:\d+\s+-?\d+\s")
"""A row of `multipathd show paths` or of `multipath -v3`'s path list: a priority follows."""

_GROUP = re.compile(r"policy='([^']*)'\s+prio=(\S+)\s+status=(\S+)\s*$")
_BRACKET_GROUP = re.compile(
    r"([^\[\]]*)\[(?:prio=([^\[\]]*)\]\[)?([^\[\]=]*)\](?:\[[^\[\]]*\])*\s*$"
)
_PROPERTIES = re.compile(r"size=(.*?) features='([^']*)' hwhandler='([^']*)' wp=(\S+)\s*$")
_BRACKET_PROPERTIES = re.compile(r"\[size=([^\[\]]*)\]((?:\[[^\[\]]*\])*)\s*$")

_SIZE = re.compile(r"(\d{1,20}(?:\.\d{1,9})?)\s*(?:([kKMGTPE])i?[bB]?)?$")
_UNITS = {unit: 1024**power for power, unit in enumerate("KMGTPE", 1)} | {"k": 1024}
_SECTOR = 512

GroupFacts = tuple[str | None, int | None, str | None]
"""Selector, priority and state of a group."""

_DM_WORDS = frozenset({"active", "failed"})


@dataclass(frozen=True, slots=True)
class Properties:
    """The second line of a map. `bracketed` marks 0.4.8 and older."""

    size_bytes: int | None
    features: tuple[str, ...]
    queueing: bool | None
    hardware_handler: str | None
    write_protect: str | None
    bracketed: bool


def read_path(body: str) -> Path | None:
    """A path line without its tree: address, device, number, two or three states."""
    match = _PATH.match(body)
    if match is None:
        return None
    hctl, device, major, minor, dm, checker, scsi, old_dm, old_checker, old_scsi = match.groups()
    if dm is None:
        dm, checker, scsi = _bracketed_states(old_dm, old_checker, old_scsi)
    return Path(
        hctl,
        None if device == "-" else device,
        None if major is None else int(major),
        None if minor is None else int(minor),
        dm,
        checker,
        scsi,
    )


def _bracketed_states(*states: str | None) -> tuple[str | None, str | None, str | None]:
    """SLES 10 prints the checker first; a third bracket was `[claimed]` up to 0.4.5."""
    dm, checker, scsi = ((state or "").strip() or None for state in states)
    if checker in _DM_WORDS and dm not in _DM_WORDS:
        dm, checker = checker, dm
    return dm, checker, None if scsi and "claimed" in scsi else scsi


def read_group(body: str) -> GroupFacts | None:
    """Selector, priority and state of a group line of 0.4.9 and later."""
    match = _GROUP.match(body)
    return None if match is None else (match[1] or None, _priority(match[2]), match[3])


def read_bracket_group(body: str) -> GroupFacts | None:
    """Selector, priority and state of a group line of 0.4.8 and older; the state is a must."""
    match = _BRACKET_GROUP.match(body)
    if match is None or not match[3].strip() or body[0].isdigit() or body[0] == "#":
        return None
    return match[1].strip() or None, _priority(match[2]), match[3].strip()


_LONGEST_INT = len(str(-(2**31)))
"""multipath keeps a priority in an int."""


def _priority(text: str | None) -> int | None:
    digits = (text or "").strip()
    if not digits.removeprefix("-").isdecimal() or len(digits) > _LONGEST_INT:
        return None
    return int(digits)


def read_properties(body: str) -> Properties | None:
    """Size, features, hardware handler and write protection of a map."""
    if match := _PROPERTIES.match(body):
        size, features, handler, protect = match.groups()
        return properties(size, features, handler, protect)
    match = _BRACKET_PROPERTIES.match(body)
    if match is None:
        return None
    features = handler = protect = None
    for field in match[2][1:-1].split("]["):
        name, is_named, value = field.partition("=")
        if not is_named:
            protect = field
        elif name == "features":
            features = value
        elif name == "hwhandler":
            handler = value
    return properties(match[1], features, handler, protect, bracketed=True)


def properties(
    size: str | None,
    features: str | None,
    handler: str | None,
    protect: str | None,
    bracketed: bool = False,
) -> Properties:
    """Properties from their texts; `N word word` is a count and words (dm-multipath's table)."""
    words = None if features is None else features.strip(' "').split()
    names = (handler or "").strip(' "').split()
    return Properties(
        size_bytes(size),
        tuple(words[1:] if words else ()),
        is_queueing(words),
        names[min(1, len(names) - 1)] if names and names != ["0"] and names != ["n/a"] else None,
        known(protect),
        bracketed,
    )


def size_bytes(text: str | None) -> int | None:
    """Bytes of `100G`, `1.0T`, `100 GB`: units of 1024 (`snprint_size`); None if not a size.

    A number without a unit counts sectors: native NVMe prints sysfs's `size`.
    """
    match = _SIZE.match((text or "").strip())
    if match is None:
        return None
    unit = _UNITS[match[2]] if match[2] else _SECTOR
    return round(float(match[1]) * unit)
