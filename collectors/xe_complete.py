"""xe's record lists exactly as xe prints them, for a text that no terminal and no editor touched.

Facts of xe's cli_printer.ml and cli_operations.ml, the same in XenServer 6.0 to XCP-ng 8.3: values
are not escaped, so they may hold `: `, `; `, newlines and what looks like a field; every record of
a list has the same fields, hence the colon in the same column; two blank lines end every record,
the last one included.
"""

from collections import Counter
from collections.abc import Collection

from collectors.parsing import Noise, Parsed, ParseError
from collectors.xe_line import MARGIN, Key, further_name, key_of

Record = dict[str, str]
END = "\n\n\n"
"""The end of a record: of its last line, and two blank lines."""
_EXPECTED = "the first field of a record (`NAME ( RO)    : VALUE`)"


def complete_records(text: str, fields: Collection[str] | None = None) -> Parsed[Record]:
    """Read the whole text of one list. `fields` are those that were asked for.

    Values are exact and nothing is noise; with `fields`, no line of another name is a field's.
    A record with a field twice, with other fields than most, or without its end is left out.
    Raises ParseError when the text does not begin with a record.
    """
    if not text.strip("\n"):
        return Parsed(())
    opening = _opening(text)
    body = text.removesuffix(END)
    chunks = (END + body).split(END + opening.text)[1:]
    layout = _Layout(opening.key, fields)
    drafts = [layout.record(chunk) for chunk in chunks]
    if len(body) == len(text):
        drafts[-1] = None
    usual = _usual(drafts, layout)
    good = [draft for draft in drafts if draft is not None and tuple(draft) == usual]
    left_out = [at for at, draft in enumerate(drafts) if draft is None or tuple(draft) != usual]
    return Parsed(tuple(good), _places(left_out, chunks, opening.text), len(left_out))


class _Opening:
    """What every record of the list begins with."""

    def __init__(self, key: Key, line: str) -> None:
        self.key = key
        self.text = line[: key.column] + ": "


def _opening(text: str) -> _Opening:
    line = text.partition("\n")[0]
    key = key_of(line)
    if key is None or key.indent or not key.is_first_of_record or line[key.column + 1 :][:1] != " ":
        raise ParseError(1, _EXPECTED, line)
    return _Opening(key, line)


class _Layout:
    def __init__(self, first: Key, fields: Collection[str] | None) -> None:
        self._first = first
        self._fields = fields
        self._names: dict[str, str | None] = {}
        """By what stands left of the colon: no regular expression runs twice on the same."""
        self.longest = first.column - first.pad

    def record(self, chunk: str) -> Record | None:
        """The record of a text without its opening and its end; None when a field is there twice.

        A value that looks like a field in the right column is what nobody can tell from one.
        """
        lines = chunk.split("\n")
        column = self._first.column
        record: Record = {}
        name, began = self._first.name, 0
        for at in range(1, len(lines)):
            line = lines[at]
            if line[column : column + 2] == ": " and (found := self._name(line[:column])):
                record[name] = _value(lines, began, at, column + 2)
                if found in record:
                    return None
                name, began = found, at
        record[name] = _value(lines, began, len(lines), column + 2)
        return record

    def _name(self, left: str) -> str | None:
        if left not in self._names:
            name = further_name(left)
            known = name is not None and (self._fields is None or name in self._fields)
            self._names[left] = name if known else None
            if known:
                self.longest = max(self.longest, len(left.lstrip(" ")))
        return self._names[left]

    @property
    def fits(self) -> bool:
        """Whether the longest field is there: the column is made for it."""
        return self._first.column == self.longest + MARGIN


def _value(lines: list[str], began: int, until: int, column: int) -> str:
    first = lines[began][column:] if began else lines[0]
    return first if until == began + 1 else "\n".join([first, *lines[began + 1 : until]])


def _usual(drafts: list[Record | None], layout: _Layout) -> tuple[str, ...] | None:
    """The fields of most records; None where there is no such majority or none is whole."""
    found = Counter(tuple(draft) for draft in drafts if draft is not None)
    ranking = found.most_common(2)
    is_tie = len(ranking) == 2 and ranking[0][1] == ranking[1][1]
    return ranking[0][0] if ranking and layout.fits and not is_tie else None


def _places(left_out: list[int], chunks: list[str], opening: str) -> tuple[Noise, ...]:
    """The first line of each record that was left out."""
    places: list[Noise] = []
    line = 1
    wanted = set(left_out)
    for at, chunk in enumerate(chunks if left_out else ()):
        if at in wanted:
            places.append(Noise(line, opening + chunk.partition("\n")[0]))
        line += chunk.count("\n") + len(END)
    return tuple(places)
