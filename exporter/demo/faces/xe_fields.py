"""The fields of a class as `xe` knows them: name, flags, version, and where the value comes from.

A table has a line per field, in the order of XAPI's records.ml:

    NAME  FLAGS  VERSIONS  PATH

Flags: `w` can be set, `s` a set, `m` a map, `a` members can be added, `E` expensive, `H` hidden,
`D` deprecated, `c` joined by commas, `o` the operations of a map from tasks, `l` lower case, `C`
capitalised, `V` the operations of an SR (`VDI.create` for `vdi_create`), `.` none of them.
Versions: `7.0` since, `<6.1` before, `.` always. The path names fields of the API's record,
following references; without one it is the name with `_` for `-`. `=text` is a constant.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from exporter.demo.faces.xe_values import NOT_IN_DATABASE, UNKNOWN_TIME, Database
from exporter.demo.pool.snapshot import Record, Version

Special = Callable[[Database, Record], str]
EXPENSIVE = "<expensive field>"


@dataclass(frozen=True)
class Field:
    """One field of a class."""

    name: str
    flags: str
    path: str
    special: Special | None = None

    @cached_property
    def label(self) -> str:
        """Name and marker, as lists print them."""
        access = "RW" if "w" in self.flags else "RO"
        for flag, letter in (("s", "S"), ("m", "M")):
            if flag in self.flags:
                access = f"{letter}R{'W' if 'a' in self.flags else 'O'}"
        deprecated = " [DEPRECATED]" if "D" in self.flags else ""
        return f"{self.name} ({access:>3}){deprecated}"

    @property
    def expensive(self) -> bool:
        """Whether lists do not evaluate it."""
        return "E" in self.flags

    @property
    def hidden(self) -> bool:
        """Whether only `*-param-get` shows it."""
        return "H" in self.flags

    def text(self, database: Database, record: Record) -> str:
        """The value of a record."""
        if self.special is not None:
            return self.special(database, record)
        if self.path.startswith("="):
            return self.path[1:]
        value = self.value(database, record)
        if value is None:
            return UNKNOWN_TIME if self.path.endswith("_time") else NOT_IN_DATABASE
        if "o" in self.flags and isinstance(value, Mapping):
            value = list(value.values())
        text = database.text(value, ", " if "c" in self.flags else "; ")
        return self._worded(text)

    def value(self, database: Database, record: Record) -> object:
        """The API's value, or None."""
        return database.follow(record, self.path.split("."))

    def _worded(self, text: str) -> str:
        if "V" in self.flags:
            return text.replace("vdi_", "VDI.")
        if "C" in self.flags:
            return text.capitalize()
        return text.lower() if "l" in self.flags else text

    def members(self, database: Database, record: Record) -> dict[str, str]:
        """The map of a map field; the members of a set as keys."""
        value = self.value(database, record)
        if isinstance(value, Mapping):
            if "o" in self.flags:
                return {self._worded(str(operation)): "" for operation in value.values()}
            return {str(key): database.text(each) for key, each in value.items()}
        members = value if isinstance(value, list) else []
        return {self._worded(database.text(each)): "" for each in members}


def fields_of(table: str, version: Version, special: Mapping[str, Special]) -> tuple[Field, ...]:
    """The fields that a version knows."""
    fields = []
    for line in table.strip().splitlines():
        name, *rest = line.split(maxsplit=3)
        flags, versions, path = [*rest, *(".", ".", "")[len(rest) :]]
        if _has(versions, version):
            path = path or name.replace("-", "_")
            fields.append(Field(name, flags, path, special.get(name)))
    return tuple(fields)


def _has(versions: str, version: Version) -> bool:
    match = re.fullmatch(r"(<?)(\d+)\.(\d+)", versions)
    if match is None:
        return True
    limit = (int(match[2]), int(match[3]), 0)
    return version < limit if match[1] else version >= limit
