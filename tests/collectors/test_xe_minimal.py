"""`xe --minimal`: values, escapes, and what a terminal adds."""

import pytest

from collectors.parsing import ParseError, ToolError
from collectors.xe_minimal import parse_xe_minimal

ONE, TWO = "5f2c0e0a-0000-4000-8000-0000000000a1", "5f2c0e0a-0000-4000-8000-0000000000a2"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", ()),
        ("\n", ()),
        (f"{ONE}\n", (ONE,)),
        (f"{ONE},{TWO}\n", (ONE, TWO)),
        (f"{ONE},{TWO}", (ONE, TWO)),
        ("a\\,b\\\\c,,multi\nline\n", ("a,b\\c", "", "multi\nline")),
        (",\n", ("", "")),
        (f"{ONE},{TWO}\n{TWO}\n", (ONE, TWO, TWO)),
        (f"{ONE}\r\n", (ONE,)),
    ],
)
def test_values_are_told_apart_and_unescaped(text: str, values: tuple[str, ...]) -> None:
    assert parse_xe_minimal(text).records == values


def test_prompts_around_the_answer_are_noise() -> None:
    text = f"[root@xs1 ~]# xe sr-list --minimal\n{ONE},{TWO}\n[root@xs1 ~]# \n"
    parsed = parse_xe_minimal(text)
    assert parsed.records == (ONE, TWO)
    assert [noise.line for noise in parsed.noise] == [1, 3]


@pytest.mark.parametrize(
    "text",
    [
        f"uuid ( RO)    : {ONE}\n    name-label ( RW): IMS LUN0\n\n\n",
        f"uuid ( RO)    : {ONE}\n",
        f"   uuid ( RO)    : {ONE}\n",
        f"uuid ( RO): {ONE}\nname-label ( RW): IMS LUN0\n",
        f"patches (SRO) [DEPRECATED]    : {ONE},{TWO}\n",
    ],
)
def test_a_list_of_records_is_refused_with_its_line_and_what_was_expected(text: str) -> None:
    expected = r"expected values joined by commas as `--minimal` .*, found '(?:uuid|patches) \("
    with pytest.raises(ParseError, match=rf"^line 1: {expected}"):
        parse_xe_minimal(text)
    with pytest.raises(ParseError, match=rf"^line 3: {expected}"):
        parse_xe_minimal(f"[root@xs1 ~]# xe sr-list\n\n{text}")


def test_a_value_may_hold_what_looks_like_a_record_further_down() -> None:
    text = f"web\nuuid ( RO)    : {ONE}\n"
    assert parse_xe_minimal(text).records == (text.removesuffix("\n"),)


def test_an_escape_that_xe_does_not_write_is_refused_with_its_line() -> None:
    with pytest.raises(ParseError, match=r"^line 2: expected values joined by commas"):
        parse_xe_minimal("a\nb\\nc\n")


def test_an_error_message_is_no_value() -> None:
    with pytest.raises(ToolError) as caught:
        parse_xe_minimal("Error: Unknown field 'nmae-label'\n")
    assert caught.value.kind == "bad-command"
