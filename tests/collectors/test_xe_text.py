"""Lists of xe: as xe prints them, as people paste them, and damaged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.parsing import Parsed, ParseError, ToolError
from collectors.xe_complete import Record, complete_records
from collectors.xe_text import parse_xe
from tests.collectors.xe_printer import printed

FIXTURES = Path(__file__).parents[1] / "fixtures" / "xe"
LUN, ISO, LOCAL = (f"5f2c0e0a-0000-4000-8000-0000000000{last}" for last in ("a1", "a2", "a3"))
RECORDS = [
    {"uuid": LUN, "name-label": "IMS LUN0", "type": "lvmohba"},
    {"uuid": ISO, "name-label": "NFS ISO library", "type": "iso"},
    {"uuid": LOCAL, "name-label": "Local storage", "type": "lvm"},
]
GENUINE = printed(RECORDS)
Read = Callable[[str], Parsed[Record]]
both_ways = pytest.mark.parametrize("read", [complete_records, parse_xe])
"""Strictly, as a source reads, and leniently, as `xenlens parse` does."""


def fixture(name: str) -> str:
    return (FIXTURES / f"{name}.txt").read_bytes().decode()


@both_ways
def test_values_may_hold_colons_semicolons_newlines_and_nothing(read: Read) -> None:
    records = read(fixture("sr-list")).records
    assert [record["uuid"] for record in records] == [LUN, ISO, LOCAL]
    assert records[0]["name-description"] == ""
    assert records[1]["name-description"] == (
        "ISO images of the test lab [192.0.2.9:/export/iso]\n"
        "ask first: the server is old; it has been moved twice"
    )
    assert records[1]["host"] == "<shared>"


def test_marks_are_taken_off_the_names_and_maps_stay_text() -> None:
    record = complete_records(fixture("pbd-list")).records[0]
    assert list(record) == [
        "uuid",
        "host-uuid",
        "sr-uuid",
        "device-config",
        "currently-attached",
        "other-config",
    ]
    assert record["other-config"] == "mpath-222be000155b3f1c2: [1, 2]; multipathed: true"


@both_ways
def test_a_deprecated_field_has_its_plain_name(read: Read) -> None:
    record = {"uuid": LUN, "patches": f"{ISO}, {LOCAL}"}
    text = printed([record])
    assert " (SRO) [DEPRECATED]: " in text
    assert read(text).records == (record,)


@both_ways
@pytest.mark.parametrize("text", ["", "\n"])
def test_nothing_printed_is_an_empty_list(text: str, read: Read) -> None:
    assert read(text).records == ()


def test_a_session_with_prompts_and_two_commands_gives_the_records_of_both() -> None:
    parsed = parse_xe(fixture("session"))
    assert [len(record) for record in parsed.records] == [6, 6, 3, 3]
    assert parsed.records[3]["device-config"] == "location: 192.0.2.9:/export/iso; type: nfs_iso"
    assert [noise.line for noise in parsed.noise] == [1, 19, 30]


def test_two_lists_without_a_prompt_between_them_are_told_apart() -> None:
    parsed = parse_xe(fixture("sr-list") + fixture("pbd-list"))
    assert [len(record) for record in parsed.records] == [6, 6, 6, 6, 6]
    assert parsed.records[2]["content-type"] == "user"


def test_a_mail_without_indentation_gives_its_records() -> None:
    parsed = parse_xe(fixture("mailed"))
    assert [record["name-label"] for record in parsed.records] == ["IMS LUN0", "NFS ISO library"]
    assert [noise.line for noise in parsed.noise] == [1, 3]


def test_lines_that_grep_left_are_records_of_one_field() -> None:
    lines = [line + "\n" for line in GENUINE.split("\n") if "name-label" in line]
    names = [record["name-label"] for record in RECORDS]
    assert parse_xe("".join(lines)).records == tuple({"name-label": name} for name in names)


def test_a_list_of_a_single_field_keeps_what_looks_like_a_field_in_its_value() -> None:
    text = printed([{"name-description": "look:\n    type ( RO): ext"}])
    assert parse_xe(text).records == ({"name-description": "look:\n    type ( RO): ext"},)


@both_ways
def test_blank_lines_inside_a_value_belong_to_it(read: Read) -> None:
    records = [record | {"name-label": "one\n\n\n\ntwo"} for record in RECORDS]
    assert list(read(printed(records)).records) == records


@both_ways
def test_a_truncated_list_loses_its_last_record(read: Read) -> None:
    cut = GENUINE[: GENUINE.rindex("lvm") + 1]
    parsed = read(cut)
    assert (list(parsed.records), parsed.damaged) == (RECORDS[:2], 1)
    assert LOCAL in parsed.noise[0].text


def test_a_paste_that_ends_between_two_fields_loses_its_last_record() -> None:
    cut = GENUINE[: GENUINE.rindex("type")]
    parsed = parse_xe(cut[: cut.rindex("\n") + 1])
    assert (list(parsed.records), parsed.damaged) == (RECORDS[:2], 1)


def test_a_list_of_one_record_that_is_cut_gives_none_and_a_paste_is_refused_with_its_line() -> None:
    cut = printed(RECORDS[:1]).rstrip("\n")
    parsed = complete_records(cut)
    assert (parsed.records, parsed.damaged, parsed.noise[0].line) == ((), 1, 1)
    with pytest.raises(ParseError, match=r"^line 1: "):
        parse_xe(cut)


def test_a_lost_connection_in_the_text_damages_the_record_before_it() -> None:
    lost = "Lost connection to the server.\n"
    cut = GENUINE[: GENUINE.rindex("    type")] + lost
    parsed = parse_xe(cut)
    assert (list(parsed.records), parsed.damaged) == (RECORDS[:2], 1)
    whole = parse_xe(GENUINE + lost)
    assert (list(whole.records), whole.damaged) == (RECORDS, 0)
    assert [noise.text for noise in whole.noise] == [lost.strip()]
    with pytest.raises(ToolError) as caught:
        parse_xe(lost)
    assert caught.value.kind == "lost-connection"


@both_ways
def test_a_field_that_stands_twice_damages_its_record_alone(read: Read) -> None:
    fake = "type ( RO)".rjust(GENUINE.index(": ")) + ": nfs"
    records = [RECORDS[0], RECORDS[1] | {"name-label": f"x\n{fake}"}, RECORDS[2]]
    parsed = read(printed(records))
    assert (list(parsed.records), parsed.damaged) == ([RECORDS[0], RECORDS[2]], 1)


def test_a_record_without_a_field_that_the_others_have_is_damaged_in_a_whole_list() -> None:
    lines = GENUINE.split("\n")
    text = "\n".join(line for line in lines if not line.endswith(": iso"))
    parsed = complete_records(text)
    assert (list(parsed.records), parsed.damaged) == ([RECORDS[0], RECORDS[2]], 1)
    assert parsed.noise[0].line == 6


def test_a_mangled_field_does_not_become_part_of_the_value_above_it() -> None:
    text = GENUINE.replace("    type ( RO): iso\n", "    type ( R: iso\n", 1)
    parsed = parse_xe(text)
    assert (list(parsed.records), parsed.damaged) == ([RECORDS[0], RECORDS[2]], 1)


def test_a_footer_behind_the_last_record_is_noise() -> None:
    parsed = parse_xe(GENUINE + "that was it\n")
    assert list(parsed.records) == RECORDS
    assert [noise.text for noise in parsed.noise] == ["that was it"]


@both_ways
def test_what_is_no_list_is_refused_with_its_line_and_what_was_expected(read: Read) -> None:
    with pytest.raises(ParseError, match=r"line 1: expected .*, found '<!DOCTYPE html>'"):
        read("<!DOCTYPE html>\n<title>XCP-ng</title>\n")


@both_ways
def test_two_thousand_records_are_read(read: Read) -> None:
    records = [RECORDS[0] | {"uuid": f"{LUN[:-4]}{number:04x}"} for number in range(2000)]
    assert list(read(printed(records)).records) == records


@pytest.mark.parametrize(
    "change",
    [
        lambda text: f"xe sr-list\n{text}",
        lambda text: f"```\n{text}```\n",
        lambda text: f"[code]\n{text}[/code]\n",
        lambda text: text.replace("\n\n\n", "\nxe sr-list\n"),
        lambda text: text.replace("\n\n\n", "\n\nxenserver1:~ # xe sr-list\n"),
    ],
)
def test_commands_and_mark_up_around_records_are_noise(change: Callable[[str], str]) -> None:
    parsed = parse_xe(change(GENUINE))
    assert list(parsed.records) == RECORDS
    assert parsed.noise


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(" ", "\xa0").replace("\xa0storage", " storage"),
        lambda text: "\n".join(" ".join(line.split()) for line in text.split("\n")),
        lambda text: text.replace("( R", "(R"),
        lambda text: "\n".join("\t".join(line.split("    ")) for line in text.split("\n")),
    ],
)
def test_blanks_that_a_web_page_or_an_editor_changed_carry_no_fact(
    change: Callable[[str], str],
) -> None:
    records = parse_xe(change(GENUINE)).records
    assert [{k: v.replace("\xa0", " ") for k, v in r.items()} for r in records] == RECORDS
