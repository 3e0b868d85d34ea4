"""xe's lists: what holds for every record, every hostile value, and every damage."""

from collections.abc import Mapping, Sequence

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collectors.parsing import ParseError, ToolError
from collectors.xe_complete import complete_records
from collectors.xe_line import key_of
from collectors.xe_minimal import parse_xe_minimal
from collectors.xe_text import parse_xe
from tests.collectors.xe_printer import MARGIN, minimal, printed

often_enough = settings(max_examples=100)

NAMES = ["name-label", "name-description", "type", "current-operations", "other-config", "patches"]
PIECES = st.sampled_from(
    [
        ": ",
        "; ",
        "\n",
        "\n\n",
        "\n\n\n",
        " ",
        "    ",
        "uuid ( RO)                : 1",
        "\nuuid ( RO): 00000000-0000-0000-0000-000000000001",
        "\n          name-label ( RW): x",
        "\ntype ( RO): nfs",
        "mpath-36: [1, 2]",
        "迷宫",
        "é",
        "\u2028",
        "\t",
        "<not in database>",
        "OpaqueRef:NULL",
        "\\",
        ",",
        "a word",
    ]
)
VALUES = st.lists(PIECES, max_size=6).map("".join) | st.text(
    st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=12
)
UUIDS = st.uuids().map(str)


@st.composite
def lists(draw: st.DrawFn) -> list[dict[str, str]]:
    """Records of one list: all of them have the same fields."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5))
    uuids = draw(st.lists(UUIDS, min_size=1, max_size=4, unique=True))
    return [{"uuid": uuid} | {name: draw(VALUES) for name in names} for uuid in uuids]


def is_aligned(records: Sequence[Mapping[str, str]]) -> bool:
    """Whether a line of a value stands where a field of the record would: nobody can tell."""
    column = text_column(records)
    lines = (line for record in records for value in record.values() for line in value.split("\n"))
    return any(key.column == column for key in map(key_of, lines) if key)


def holds_a_beginning(records: Sequence[Mapping[str, str]]) -> bool:
    """Whether a value holds a record's first line: pasted text has lost what would tell them."""
    lines = (line for record in records for value in record.values() for line in value.split("\n"))
    return any(key.is_first_of_record for key in map(key_of, lines) if key)


def text_column(records: Sequence[Mapping[str, str]]) -> int:
    key = key_of(printed(records).partition("\n")[0])
    assert key is not None
    return key.column


def stripped(records: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{name: value.rstrip() for name, value in record.items()} for record in records]


@often_enough
@given(lists())
def test_what_xe_prints_reads_back_exactly(records: list[dict[str, str]]) -> None:
    assume(not is_aligned(records))
    parsed = complete_records(printed(records), list(records[0]))
    assert list(parsed.records) == records
    assert (parsed.damaged, parsed.noise) == (0, ())


@often_enough
@given(lists())
def test_unasked_fields_are_text_even_in_the_column_of_a_field(
    records: list[dict[str, str]],
) -> None:
    """A value may look like a field that was not asked for, wherever it stands."""
    asked = list(records[0])
    assume(not is_aligned(records))
    fake = "\n" + "vendor ( RO)".rjust(text_column(records)) + ": x"
    hostile = [record | {asked[-1]: record[asked[-1]] + fake} for record in records]
    parsed = complete_records(printed(hostile), asked)
    assert list(parsed.records) == hostile


@often_enough
@given(lists(), st.data())
def test_a_value_that_is_aligned_like_a_field_never_makes_a_wrong_record(
    records: list[dict[str, str]], data: st.DataObject
) -> None:
    victim = data.draw(st.sampled_from(records))
    name = data.draw(st.sampled_from(list(victim)[1:] or [*victim]))
    copied = data.draw(st.sampled_from([*victim]))
    assume(not is_aligned(records))
    aligned = copied + " ( RO)"
    victim[name] += "\n" + aligned.rjust(text_column(records)) + ": fake"
    parsed = complete_records(printed(records), list(victim))
    assert all(record in records for record in parsed.records)
    assert parsed.damaged + len(parsed.records) == len(records)


@often_enough
@given(lists(), st.data())
def test_a_list_that_is_cut_gives_no_wrong_record(
    records: list[dict[str, str]], data: st.DataObject
) -> None:
    """Unless a value holds what looks like the end of a record."""
    assume(not is_aligned(records))
    assume(not any("\n\n" in f"{value}\n" for record in records for value in record.values()))
    text = printed(records)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    try:
        parsed = complete_records(cut, list(records[0]))
    except ParseError:
        return
    assert list(parsed.records) == records[: len(parsed.records)]


@often_enough
@given(lists())
def test_the_lenient_reading_differs_in_trailing_blanks_alone(
    records: list[dict[str, str]],
) -> None:
    assume(not is_aligned(records))
    assume(not holds_a_beginning(records))
    # A terminal's text may hold prompts and banners, and carriage returns are its own.
    parsed = parse_xe(printed(records))
    assume(not parsed.noise)
    assert list(parsed.records) == stripped(records)


plain = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)


@st.composite
def plain_lists(draw: st.DrawFn) -> list[dict[str, str]]:
    """Records whose values are words."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=2, max_size=5))
    uuids = draw(st.lists(UUIDS, min_size=1, max_size=4, unique=True))
    return [{"uuid": uuid} | {name: draw(plain) for name in names} for uuid in uuids]


NOISE = st.sampled_from(
    [
        "[root@xs1 ~]# ",
        "[root@xs1 ~]# xe sr-list params=all",
        "# date",
        "============= 10.0.0.1 ============",
        "Warning: Permanently added '10.0.0.1' (RSA) to the list of known hosts.",
        "Last login: Fri Aug  2 10:00:00 2013 from 10.0.0.9",
        "stdin: is not a tty",
    ]
)


@often_enough
@given(plain_lists(), st.data())
def test_noise_around_and_inside_changes_no_record(
    records: list[dict[str, str]], data: st.DataObject
) -> None:
    lines = printed(records).split("\n")
    added = data.draw(st.lists(NOISE, max_size=4))
    for line in added:
        lines.insert(data.draw(st.integers(0, len(lines) - 1)), line)
    parsed = parse_xe("\n".join(lines))
    assert list(parsed.records) == records
    assert len(parsed.noise) == len(added)


@often_enough
@given(
    plain_lists(),
    st.sampled_from(["", "    ", "        "]),
    st.sampled_from(["\n\n\n", "\n\n", "\n"]),
    st.sampled_from(["\n", "\r\n", "  \n"]),
)
def test_a_paste_reads_the_same_however_it_is_indented_and_spaced(
    records: list[dict[str, str]], indent: str, spacing: str, end: str
) -> None:
    for flat in (False, True):
        text = printed(records).replace("\n\n\n", spacing).rstrip("\n")
        lines = (line.strip() if flat else indent + line for line in text.split("\n"))
        assert list(parse_xe(end.join([*lines, ""])).records) == records


@often_enough
@given(plain_lists(), st.data())
def test_a_cut_paste_gives_no_wrong_value(
    records: list[dict[str, str]], data: st.DataObject
) -> None:
    text = printed(records)
    cut = text[: data.draw(st.integers(0, len(text)))]
    try:
        parsed = parse_xe(cut)
    except ParseError:
        return
    for found, real in zip(parsed.records, records, strict=False):
        assert found.items() <= real.items()


@often_enough
@given(plain_lists(), st.data())
def test_a_mutilated_text_is_read_or_refused_but_never_breaks_the_parser(
    records: list[dict[str, str]], data: st.DataObject
) -> None:
    text = printed(records)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + data.draw(st.text(max_size=8) | PIECES) + text[end:]
    readable_or_refused(text)


@often_enough
@given(st.text() | st.lists(PIECES).map("".join))
def test_garbage_is_refused_or_is_noise(text: str) -> None:
    readable_or_refused(text)


def readable_or_refused(text: str) -> None:
    for parse in (parse_xe, complete_records):
        refusal: Exception | None = None
        try:
            parsed = parse(text)
        except (ParseError, ToolError) as error:
            refusal = error
        else:
            lines = text.count("\n") + 1
            assert all(0 < noise.line <= lines for noise in parsed.noise)
        assert len(str(refusal).splitlines()) == 1


@often_enough
@given(st.lists(VALUES.filter(lambda value: value.strip()), min_size=1))
def test_minimal_values_read_back(values: list[str]) -> None:
    text = minimal(values)
    refused: int | None = None
    try:
        parsed = parse_xe_minimal(text)
    except ToolError:
        return
    except ParseError as error:
        refused = error.line
    if refused is not None:
        assert key_of(text.split("\n")[refused - 1]), "only what looks like a record is refused"
        return
    assume(not parsed.noise)
    assert [value.rstrip() for value in parsed.records] == [value.rstrip() for value in values]


def test_the_printer_pads_as_xe_does() -> None:
    lines = printed([{"uuid": "1", "name-label": ""}]).split("\n")
    assert lines == [f"uuid ( RO){' ' * (5 + MARGIN + 1)}: 1", "    name-label ( RW): ", "", "", ""]
