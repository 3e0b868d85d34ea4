"""Lists of records of XenServer's `xe`, as `xe CLASS-list` and `xe CLASS-param-list` print them."""

from collectors.parsing import Kind, Noise, Parsed, ParseError
from collectors.xe_complete import Record, complete_records
from collectors.xe_draft import Draft
from collectors.xe_errors import xe_tool_error
from collectors.xe_pasted import Pasted, is_noise, read_pasted

_Alike = tuple[str, int | None]
"""What records of one list have in common: their first field, and the column of the colons."""
_EXPECTED = "a field of a record (`NAME ( RO): VALUE`)"


def parse_xe(text: str) -> Parsed[Record]:
    """Read records of xe as field → text; access marks are taken off the names.

    The text may have been pasted: lost indentation, noise and missing blank lines are tolerated,
    and values lose their trailing blanks. Raises ToolError for an error message of xe or of a
    shell, else ParseError.
    """
    return _untouched(text) or _settled(text, read_pasted(text))


def _untouched(text: str) -> Parsed[Record] | None:
    """The records of a text that surely is one list as xe printed it, for speed alone."""
    try:
        parsed = complete_records(text)
    except ParseError:
        return None
    if parsed.damaged or any(
        "\n" in value for record in parsed.records for value in record.values()
    ):
        return None
    return Parsed(tuple(_stripped(record) for record in parsed.records))


def _stripped(record: Record) -> Record:
    return {name: value.rstrip() for name, value in record.items()}


def _settled(text: str, found: Pasted) -> Parsed[Record]:
    """Leave out what is damaged. Raises ToolError or ParseError when nothing is left."""
    damaged = _damaged(found.drafts)
    lines = [*found.noise, *(draft.line for draft in found.drafts if draft in damaged)]
    lines.sort(key=lambda line: line.line)
    kept = (draft for draft in found.drafts if draft not in damaged)
    records = tuple(_stripped(draft.record) for draft in kept)
    if not records:
        _refuse(text, lines)
    return Parsed(records, tuple(lines), len(damaged))


def _damaged(drafts: list[Draft]) -> set[Draft]:
    lists = _lists(drafts)
    damaged = {draft for draft in drafts if _is_damaged(draft, lists[_alike(draft)])}
    if len(drafts) > 1 and _is_begun_like(drafts[-1], drafts[-2]):
        damaged.add(drafts[-1])
    return damaged


def _is_damaged(draft: Draft, others: set[frozenset[str]]) -> bool:
    if draft.twice or draft.lost or draft.cut or "\n" in draft.record.get("uuid", "").rstrip():
        return True
    # A line of a field that was mangled looks like a further line of the value above it.
    return draft.goes_on and any(draft.record.keys() < names for names in others)


def _is_begun_like(last: Draft, other: Draft) -> bool:
    """Whether the last record has the first fields of another, and no more: the text is cut."""
    names, all_names = tuple(last.record), tuple(other.record)
    is_less = len(names) < len(all_names) and names == all_names[: len(names)]
    return is_less and _alike(last) == _alike(other) and not last.ended_by_blank


def _lists(drafts: list[Draft]) -> dict[_Alike, set[frozenset[str]]]:
    """The sets of fields that the records of a list have, by list."""
    found: dict[_Alike, set[frozenset[str]]] = {}
    for draft in drafts:
        found.setdefault(_alike(draft), set()).add(frozenset(draft.record))
    return found


def _alike(draft: Draft) -> _Alike:
    return draft.first.name, draft.column


def _refuse(text: str, lines: list[Noise]) -> None:
    """Raise what is wrong with a text without records, unless nothing is."""
    error = xe_tool_error(text)
    if error is not None:
        raise error
    for line in lines:
        if not is_noise(line.text):
            raise ParseError(line.line, _EXPECTED, line.text)


KINDS: tuple[Kind, ...] = (Kind("xe", parse_xe, "xe CLASS-list, xe CLASS-param-list"),)
