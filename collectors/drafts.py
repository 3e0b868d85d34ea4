"""Blocks of lines on their way to records: what the bond parsers share.

A block is a bond's: an optional header, the bond's own `key: value` lines, then its members'
lines. Nothing is decided before the block is complete; a damaged one is left out.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from collectors.captured import is_chatter
from collectors.parsing import Noise, Parsed, ParseError, ToolError

R = TypeVar("R")


@dataclass(slots=True)
class MemberDraft:
    """A member being read."""

    name: str
    line: Noise
    facts: dict[str, str] = field(default_factory=dict)

    def fact(self, key: str) -> str:
        """A printed value, empty where there is none."""
        return self.facts.get(key, "")


@dataclass(slots=True)
class Draft:
    """A bond being read, the lines it took, and the first damage seen in them."""

    bond: str | None = None
    lines: list[Noise] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    members: list[MemberDraft] = field(default_factory=list)
    damage: ParseError | None = None

    def fact(self, key: str) -> str:
        """A printed value, empty where there is none."""
        return self.facts.get(key, "")

    def damaged(self, line: Noise, expected: str) -> None:
        """Note that this line is not what it has to be."""
        self.damage = self.damage or ParseError(line.line, expected, line.text)

    def check(self) -> None:
        """Raise ParseError when the block is damaged, empty, or names a member twice."""
        if not self.facts and not self.members:
            self.damaged(self.lines[-1], "the lines of a bond after this one")
        names: set[str] = set()
        for member in self.members:
            if member.name in names:
                self.damaged(member.line, "each member once")
            names.add(member.name)
        if self.damage is not None:
            raise self.damage


class BlockReader:
    """Gathers lines into drafts. A block starts at a header, or at a bond's line after members."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.noise: list[Noise] = []
        self._open = False

    @property
    def current(self) -> Draft | None:
        """The block that the next line belongs to, if any."""
        return self.drafts[-1] if self._open else None

    def close(self) -> None:
        """End the current block: the next line starts another one."""
        self._open = False

    def take(self, line: Noise, *, begins: bool = False, bond: str | None = None) -> Draft:
        """Add a line to the current block, or begin one with it."""
        if begins or not self._open:
            self.drafts.append(Draft(bond))
        self._open = True
        self.drafts[-1].lines.append(line)
        return self.drafts[-1]

    def header(self, line: Noise, text: str, pattern: re.Pattern[str]) -> bool:
        """Begin a block if this is a header (its one group is the name), even a cut one."""
        match = pattern.match(text)
        if match:
            self.take(line, begins=True, bond=match[match.lastindex or 0])
        elif text.startswith("---- ") or text.endswith(" ----"):
            self.take(line, begins=True).damaged(line, "`---- BOND ----`")
        else:
            return False
        return True

    def fact(self, line: Noise, key: str, value: str) -> None:
        """A line of the bond itself; after members, or for the second time, it begins a block."""
        last = self.current
        begins = last is not None and (bool(last.members) or key in last.facts)
        self.take(line, begins=begins).facts[key] = value

    def attribute(self, line: Noise, expected: str) -> MemberDraft | None:
        """The member that a line of a member belongs to; None when the lines above are lost."""
        draft = self.take(line)
        if draft.members:
            return draft.members[-1]
        draft.damaged(line, f"{expected} before a member's attribute")
        return None

    def member_fact(self, line: Noise, key: str, value: str, expected: str) -> None:
        """A fact of the last member. A second one belongs to a member whose own line is lost."""
        member = self.attribute(line, expected)
        if member and key in member.facts:
            self.drafts[-1].damaged(line, f"{expected} before a second `{key}`")
        elif member:
            member.facts[key] = value


def settle(
    drafts: Iterable[Draft],
    record: Callable[[Draft], R],
    noise: Iterable[Noise],
    refusal: Callable[[], ToolError | None],
    expected: str,
) -> Parsed[R]:
    """End a parse: records, with damaged drafts left out, counted, and their lines as noise.

    `record` raises ParseError for a damaged draft. A text that gives no record is an answer
    only when nothing but chatter is in it. Raises ToolError when `refusal` finds an error of
    the tool in it, else ParseError.
    """
    records: list[R] = []
    damage: list[ParseError] = []
    left = list(noise)
    for draft in drafts:
        try:
            records.append(record(draft))
        except ParseError as error:
            damage.append(error)
            left += draft.lines
    left.sort(key=lambda line: line.line)
    if not records:
        _refuse(left, damage, refusal(), expected)
    return Parsed(tuple(records), tuple(left), len(damage))


def _refuse(
    noise: list[Noise], damage: list[ParseError], refusal: ToolError | None, expected: str
) -> None:
    if refusal is not None:
        raise refusal
    if damage:
        raise damage[0]
    for line in noise:
        if not is_chatter(line.text):
            raise ParseError(line.line, expected, line.text)
