"""What the kernel says of multipath maps, by dmsetup: no disk is touched, nothing waits for one.

Status line: drivers/md/dm-mpath.c, `multipath_status`, Linux 2.6.13 to 6.x; a map's own part is

    NAME: START LENGTH multipath FEATURES HANDLER GROUPS CURRENT GROUP...

FEATURES, HANDLER and each group's selector are a count and so many words.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from collectors.parsing import Noise, Parsed, ParseError, ToolError

R = TypeVar("R")

STATUS = ("dmsetup", "status", "--target", "multipath")
LISTED = (
    *("dmsetup", "info", "-c", "--noheadings", "--separator", "|"),
    *("-o", "name,uuid,major,minor"),
)
"""Names, UUIDs and numbers of all mapped devices. multipath's UUIDs are `mpath-WWID`."""

_GROUP_STATES = {"A": "active", "E": "enabled", "D": "disabled"}
_PATH_STATES = {"A": "active", "F": "failed"}
_LONGEST = 20
"""Digits of the kernel's longest number."""
_MARK = ": "
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_NONE = "No devices found"


@dataclass(frozen=True, slots=True)
class KernelPath:
    """One path: its device's number, `active` or `failed`, and how often it has failed."""

    major: int
    minor: int
    state: str
    failures: int


@dataclass(frozen=True, slots=True)
class KernelGroup:
    """One path group: `active` carries I/O, `enabled` could, `disabled` is passed over."""

    state: str
    paths: tuple[KernelPath, ...]


@dataclass(frozen=True, slots=True)
class KernelMap:
    """One map. `name` as dmsetup prints it; `current` is the group to use next, from 1 on."""

    name: str
    current: int
    groups: tuple[KernelGroup, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """One mapped device of any target."""

    name: str
    uuid: str
    major: int
    minor: int


def parse_status(text: str) -> Parsed[KernelMap]:
    """The maps that `STATUS` prints; `()` where there are none.

    A line that breaks off or has a word too many is left out and counted. Raises ToolError for an
    error message, and ParseError where lines are there and none is a map's.
    """
    return _parsed(text, _map, "a map's status, such as 'mpatha: 0 2097152 multipath 2 0 0 0 1 …'")


def parse_listed(text: str) -> Parsed[Mapped]:
    """The devices that `LISTED` prints. Raises ToolError, and ParseError where none is one."""
    return _parsed(text, _mapped, "NAME|UUID|MAJOR|MINOR")


def _parsed(text: str, read: Callable[[str], R], expected: str) -> Parsed[R]:
    records, noise = [], []
    for number, line in enumerate(_LINES.findall(text), 1):
        try:
            records.append(read(line))
        except ValueError:
            noise.append(Noise(number, line.rstrip()))
    noise = [line for line in noise if line.text and line.text != _NONE]
    if noise and not records:
        raise _error(noise[0].text) or ParseError(noise[0].line, expected, noise[0].text)
    return Parsed(tuple(records), tuple(noise), len(noise))


def _error(line: str) -> ToolError | None:
    """dmsetup's own words where it cannot ask the kernel (libdm-iface.c)."""
    if not line.startswith(("/dev/mapper/control: ", "Failure to communicate with kernel ")):
        return None
    return ToolError("permission" if "Permission denied" in line else "failed", line)


def _mapped(line: str) -> Mapped:
    name, uuid, major, minor = (column.strip() for column in line.split("|"))
    if not name or not line.endswith("\n"):
        raise ValueError(line)
    return Mapped(name, uuid, _number(major), _number(minor))


def _map(line: str) -> KernelMap:
    name, mark, rest = line.partition(_MARK)
    words = _Words(rest)
    words.number()
    words.number()
    if not mark or not name or not line.endswith("\n") or words.word() != "multipath":
        raise ValueError(line)
    words.counted()
    words.counted()
    groups, current = words.number(), words.number()
    found = tuple(_group(words) for _ in range(groups))
    if words.left or current > groups:
        raise ValueError(line)
    return KernelMap(name, current, found)


def _group(words: "_Words") -> KernelGroup:
    state = words.of(_GROUP_STATES)
    words.counted()
    paths, arguments = words.number(), words.number()
    return KernelGroup(state, tuple(_path(words, arguments) for _ in range(paths)))


def _path(words: "_Words", arguments: int) -> KernelPath:
    major, _, minor = words.word().partition(":")
    path = KernelPath(_number(major), _number(minor), words.of(_PATH_STATES), words.number())
    words.skip(arguments)
    return path


class _Words:
    """The words of a status, one after the other. All raise ValueError where they do not fit."""

    def __init__(self, text: str) -> None:
        self._words = text.split()
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._words) - self._at

    def word(self) -> str:
        self.skip(1)
        return self._words[self._at - 1]

    def number(self) -> int:
        return _number(self.word())

    def of(self, known: Mapping[str, str]) -> str:
        word = self.word()
        if word not in known:
            raise ValueError(word)
        return known[word]

    def skip(self, count: int) -> None:
        if count > self.left:
            raise ValueError(count)
        self._at += count

    def counted(self) -> None:
        self.skip(self.number())


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        raise ValueError(text)
    return int(text)
