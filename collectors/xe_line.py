"""One line of xe's record lists: a field's name, its access mark and the column of its colon.

xe's cli_printer.ml prints `NAME MARK: VALUE`. The mark is ` ( RO)`, ` (MRW)`, … and may be followed
by ` [DEPRECATED]` (cli_operations.ml). A record's first line is padded on the right, the others on
the left, up to four more than the longest of the record: every colon is in one column.
"""

import re
from dataclasses import dataclass

MARGIN = 4
"""Blanks beside the longest field name of a record."""
_MARK = r"\((?: ?RO| ?RW|SRO|SRW|MRO|MRW)\)(?: \[DEPRECATED\])?"
_KEY = re.compile(
    rf"(?P<indent>[ \t]*)(?P<name>[A-Za-z][A-Za-z0-9_-]*) {_MARK}(?P<pad>[ \t]*):(?: .*)?"
)
_INDENTED_NAME = re.compile(rf" {{{MARGIN},}}([A-Za-z][A-Za-z0-9_-]*) {_MARK}")


@dataclass(frozen=True, slots=True)
class Key:
    """A line that may be a field's. Columns count from 0; `pad` are blanks before the colon."""

    name: str
    indent: int
    pad: int
    column: int
    value: str

    @property
    def is_first_of_record(self) -> bool:
        """Whether it is padded as a record's first line is."""
        return self.pad >= MARGIN

    @property
    def is_further(self) -> bool:
        """Whether it is padded as a record's other lines are."""
        return not self.pad and self.indent >= MARGIN

    def looks_like(self, other: "Key") -> bool:
        """Whether it is the same field at the same place."""
        return (self.name, self.indent, self.column) == (other.name, other.indent, other.column)


def key_of(line: str) -> Key | None:
    """The field's line that this line may be, or None. A web page's blanks are blanks."""
    match = _KEY.fullmatch(line.replace("\xa0", " ")) if ":" in line else None
    if match is None:
        return None
    # Where an editor made tabs of blanks, no column says anything.
    indent = 0 if "\t" in match["indent"] else len(match["indent"])
    pad = 1 if "\t" in match["pad"] else len(match["pad"])
    column = match.end("pad")
    return Key(match["name"], indent, pad, column, line[column + 2 :])


def further_name(left_of_colon: str) -> str | None:
    """The name in what stands left of the colon of a record's second or later field, or None."""
    match = _INDENTED_NAME.fullmatch(left_of_colon)
    return match[1] if match else None
