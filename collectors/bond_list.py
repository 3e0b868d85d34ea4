"""`ovs-appctl bond/list`, as Open vSwitch 1.0 to 4.0 print it.

A TAB separated table whose columns its first line names: `bridge` until 1.1, `type` since
1.0.99, `recircID` since 2.2, `slaves` before 2.15 and `members` after.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from collectors.captured import is_chatter, lines_of
from collectors.drafts import Draft, settle
from collectors.ovs_errors import ovs_error
from collectors.parsing import Kind, Noise, Parsed


@dataclass(frozen=True, slots=True)
class ListedBond:
    """A bond and its members, in the order printed (hash order since 1.2)."""

    bond: str
    mode: str | None
    members: tuple[str, ...]


_EXPECTED = "the header of bond/list (`bond`, `type`, `recircID`, `slaves|members`)"
_COLUMNS = frozenset({"bridge", "bond", "type", "recircid", "slaves", "members"})
_MODES = frozenset({"active-backup", "balance-slb", "balance-tcp", "stable"})
_RECIRC_ID = re.compile(r"-?[0-9]+$|<[^<>]*>$")


@dataclass(frozen=True, slots=True)
class _Table:
    """The columns of a table; `tabs` is False where a paste turned the TABs to blanks."""

    columns: Sequence[str]
    tabs: bool

    def row(self, line: Noise) -> Draft | None:
        """The row on a line, or None when the line cannot be one."""
        cells = self._cells(line.text)
        if len(cells) < 2:
            return None
        row = Draft(lines=[line], facts=dict(zip(self.columns, cells, strict=False)))
        if len(cells) != len(self.columns) or not row.fact("bond") or not _are_names(_members(row)):
            row.damaged(line, " ".join(self.columns))
        return row if self.tabs or self._looks_right(row) else None

    def _cells(self, text: str) -> list[str]:
        if self.tabs:
            return [cell.strip() for cell in text.lstrip().rstrip(" ").split("\t")]
        return text.split(None, len(self.columns) - 1)

    def _looks_right(self, row: Draft) -> bool:
        """Without TABs prose has as many words as a row, so every cell must look its part."""
        known = row.fact("type") in _MODES if "type" in self.columns else len(_members(row)) > 1
        return not row.damage and known and bool(_RECIRC_ID.match(row.facts.get("recircid", "0")))


def _header(text: str) -> _Table | None:
    words = text.lower().split()
    if "bond" in words and words[-1] in ("slaves", "members") and _COLUMNS.issuperset(words):
        return _Table(words, "\t" in text.strip())
    return None


def _members(row: Draft) -> tuple[str, ...]:
    cell = row.fact("slaves") or row.fact("members")
    return tuple(name.strip() for name in cell.split(",")) if cell else ()


def _are_names(names: Sequence[str]) -> bool:
    return all(len(name.split()) == 1 for name in names)


def _listed(row: Draft) -> ListedBond:
    row.check()
    mode = row.fact("type")
    return ListedBond(row.fact("bond"), None if mode[:1] in ("", "<") else mode, _members(row))


def parse_bond_list(text: str) -> Parsed[ListedBond]:
    """Read bond/list of every Open vSwitch. Raises ParseError, ToolError."""
    rows: list[Draft] = []
    noise: list[Noise] = []
    table: _Table | None = None
    for line in lines_of(text):
        header = _header(line.text)
        if header:
            table = header
        elif line.text.strip():
            row = table.row(line) if table and not is_chatter(line.text) else None
            rows += [row] if row else []
            noise += [] if row else [line]
    return settle(rows, _listed, noise, lambda: ovs_error(text), _EXPECTED)


KINDS: tuple[Kind, ...] = (Kind("bond-list", parse_bond_list, "ovs-appctl bond/list"),)
