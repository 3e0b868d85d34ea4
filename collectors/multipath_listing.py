"""A multipath listing while it is read: lines → maps, noise and damage."""

import re

from collectors import multipath_lines as lines
from collectors.multipath_draft import DraftGroup, DraftMap
from collectors.multipath_errors import is_chatter
from collectors.multipath_headers import Header, read_bare_header, read_header
from collectors.multipath_lines import GroupFacts, Properties
from collectors.multipath_records import Map, Path

_LONGEST_LINE = 1_000
_TREE_GLYPHS = frozenset("|`\\│├└")
_ORPHAN_TREE = "|"
_LAST_GLYPHS = ("`", "'", "└")
_ADDRESS_STARTS = frozenset("0123456789#")
_PROMPT = re.compile(r"\s*(?:multipathd>\s*)+")
_TABLE = re.compile(r"(?:uuid\s+)?hcil\s|name\s+sysfs\s|={3,}")
_CONTEXT = re.compile(
    r"\s*(?:\[?[^\s@]+@[^\s@]+.*[#$>]|[#$>]\s*multipath|\d+:\d+:\d+:\d+\s|\S+\s+\d+:\d+:\d+:\d+\s)"
)
"""Echoed commands and rows of path tables: no maps, and yet nothing strange."""


class Listing:
    """The maps of one text while it is read."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.maps: list[Map] = []
        self.noise: dict[int, str] = {}
        self.strange: int | None = None
        """The first line that has no place in an answer without maps."""
        self.damaged = 0
        self.refused: int | None = None
        """Where the first damaged map is damaged."""
        self.map: DraftMap | None = None
        self.skipping = False
        """The lines that follow belong to a map that was left out."""
        self.candidate: int | None = None
        """A line that is a header without a device, if properties come next."""

    def read(self) -> None:
        """Read every line, each once."""
        for number, line in enumerate(self.lines, 1):
            body = line.lstrip(lines.TREE)
            if not body and (not line or line.isspace()):
                continue
            if len(line) > _LONGEST_LINE:
                self.set_strange(number)
            elif body[:1] in _ADDRESS_STARTS and (path := lines.read_path(body)):
                self.add_path(number, line[: -len(body)], path)
            elif body.startswith("policy="):
                self.add_group(number, line[: -len(body)], lines.read_group(body))
            elif body.startswith(("size=", "[size=")):
                self.add_properties(number, lines.read_properties(body))
            elif body and "\\_" in line[: -len(body)]:
                self.add_group(number, "", lines.read_bracket_group(body))
            else:
                self.add_other(number, line, body)
        self.close_map(len(self.lines) + 1)

    def add_path(self, number: int, tree: str, path: Path) -> None:
        """Add a path to the last group; without any group line to one of which nothing is known."""
        self.candidate = None
        map_ = self.map
        if map_ is None:
            self.add_orphan(number, tree)
            return
        if not map_.groups and map_.may_grow():
            map_.groups.append(DraftGroup((None, None, None)))
            map_.closed = True
        if not map_.groups or map_.groups[-1].closed:
            self.leave_out(number)
            return
        group = map_.groups[-1]
        group.paths.append(path)
        group.closed = tree.rstrip(" -").endswith(_LAST_GLYPHS)

    def add_group(self, number: int, tree: str, facts: GroupFacts | None) -> None:
        """Add a group to the map, unless it shows that lines are missing."""
        self.candidate = None
        map_ = self.map
        if map_ is None:
            self.add_orphan(number, _ORPHAN_TREE)
            self.set_strange(number)
        elif facts is None or not map_.may_grow():
            self.leave_out(number)
        else:
            map_.groups.append(DraftGroup(facts))
            map_.closed = tree.rstrip(" -+").endswith(_LAST_GLYPHS)

    def add_properties(self, number: int, properties: Properties | None) -> None:
        """Give the map its properties. Without a header before them they belong to no map."""
        if self.map is None or self.map.properties is not None:
            header = self.bare_header(properties)
            if header is None:
                self.close_map(number)
                self.leave_out(number)
                return
            self.open_map(header[0], header[1])
        if self.map is None or properties is None:
            self.leave_out(number)
        else:
            self.map.properties = properties

    def bare_header(self, properties: Properties | None) -> tuple[int, Header] | None:
        """The line before, if it is a header as only versions with bracketed properties print."""
        if self.candidate is None or properties is None or not properties.bracketed:
            return None
        number = self.candidate
        header = read_bare_header(_PROMPT.sub("", self.lines[number - 1]))
        if header is None:
            return None
        del self.noise[number]
        return number, header

    def add_other(self, number: int, line: str, body: str) -> None:
        """A header, a torn line, or noise."""
        if _PROMPT.match(line):
            line = _PROMPT.sub("", line, count=1)
            body = line.lstrip(lines.TREE)
        header = read_header(line)
        if header is not None:
            self.open_map(number, header)
        elif _TABLE.match(line):
            self.close_map(number)
            self.set_aside(number)
        elif _is_torn(line[: len(line) - len(body)], body):
            if self.map is None:
                self.add_orphan(number, line)
                self.set_strange(number)
            else:
                self.leave_out(number)
        else:
            self.set_aside(number)
            if not is_chatter(line):
                self.candidate = number
            if not is_chatter(self.lines[number - 1]) and not _CONTEXT.match(line):
                self.set_strange(number)

    def set_strange(self, number: int) -> None:
        """Take a line for noise that would not stand in an answer without maps."""
        self.strange = self.strange or number
        self.set_aside(number)

    def set_aside(self, number: int) -> None:
        self.noise[number] = self.lines[number - 1].rstrip()[:_LONGEST_LINE]

    def open_map(self, number: int, header: Header) -> None:
        self.close_map(number)
        self.map = DraftMap(number, header)
        self.skipping = False

    def close_map(self, number: int) -> None:
        """Take in the map that ends before `number`, if it is whole."""
        self.candidate = None
        if self.map is None:
            return
        if self.map.is_whole():
            self.maps.append(self.map.record())
            self.map = None
        else:
            self.leave_out(number - 1)

    def leave_out(self, number: int) -> None:
        """Give up the map being read, with all of its lines up to `number`."""
        while number > 1 and not self.lines[number - 1].strip():
            number -= 1
        self.damaged += 1
        self.refused = self.refused or number
        for index in range(self.map.line if self.map else number, number + 1):
            if self.lines[index - 1].strip():
                self.set_aside(index)
        self.map = None
        self.skipping = True

    def add_orphan(self, number: int, tree: str) -> None:
        """A line of a map whose first lines are missing; without a tree, a row of a table."""
        if not self.skipping and not _TREE_GLYPHS.isdisjoint(tree):
            self.damaged += 1
            self.skipping = True
        self.set_aside(number)


def _is_torn(tree: str, body: str) -> bool:
    """True for what is left of a line of a map when a part of it is lost."""
    if not _TREE_GLYPHS.isdisjoint(tree):
        return True
    return bool(lines.PATH_PIECE.match(body)) and not lines.TABLE_ROW.match(body)
