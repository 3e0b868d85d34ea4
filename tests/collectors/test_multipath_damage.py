"""Damaged listings: a map that is not whole is left out and counted, never guessed."""

import pytest

from collectors.multipath_text import parse_multipath
from collectors.parsing import ParseError
from tests.synthetic import multipath_listing

WHOLE_OLD = "22202000155fdb615 dm-9 Intel,Multi-Flex\n" + "\n".join(
    multipath_listing(1, 4, "0.4.7").splitlines()[1:]
)
WHOLE_NEW = multipath_listing(1, 4).replace("mpath0 (3600a0980", "whole (3600a0999")
OLD = multipath_listing(1, 4, "0.4.7")
NEW = multipath_listing(1, 4)


def damaged(text: str, line: int, instead: str | None) -> str:
    """The listing with a line replaced, or lost."""
    lines = text.splitlines()
    lines[line : line + 1] = [] if instead is None else [instead]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (0, "mpath0 (3600a098000"),
        (0, "mpath0"),
        (0, None),
        (1, "size=100G features='3 queue_if"),
        (1, "size"),
        (1, None),
        (2, "|-+- policy='service-time 0' prio=5"),
        (2, "|-+-"),
        (2, None),
        (3, "| |- 0:0:0:0    sda   8:0    active"),
        (3, "| |- 0:0:0:0    sda   8:0    active ready"),
        (3, "| |- 0:0:0:0    sda   8:0    active i/o pending"),
        (3, "| |- 0:0:0"),
        (3, "0:0"),
        (3, "| |-"),
        (5, "`-+- policy='service-time 0'"),
        (5, None),
        (7, "  `"),
        (7, "  `- 3:0:1:0    sdd   8:48   active ready running  `- 3:0:1:0 sde 8:64 active"),
    ],
)
def test_a_map_with_a_torn_or_missing_line_is_left_out_and_the_next_one_is_read(
    line: int, instead: str | None
) -> None:
    parsed = parse_multipath(damaged(NEW, line, instead) + WHOLE_NEW)
    assert parsed.records == parse_multipath(WHOLE_NEW).records
    assert parsed.damaged >= 1


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (0, "3600a0980000"),
        (0, "3600a0980000000000000000000"),
        (0, None),
        (1, "[size=100G][features=1 queue_if"),
        (1, None),
        (2, "\\_ round-robin 0 [prio=50]"),
        (2, "\\_ round-robin 0 [prio=50][act"),
        (2, "\\_ round-robin 0"),
        (2, None),
        (3, " \\_ 0:0:0:0 sda 8:0 [active][rea"),
        (3, " \\_ 0:0:0:0 sda 8:0"),
        (3, " \\_ 0:0:0:0 sda [active][ready]"),
        (3, " \\_"),
        (3, " \\"),
    ],
)
def test_the_same_holds_for_brackets(line: int, instead: str | None) -> None:
    parsed = parse_multipath(damaged(OLD, line, instead) + WHOLE_OLD)
    assert parsed.records == parse_multipath(WHOLE_OLD).records
    assert parsed.damaged >= 1


def test_the_lines_of_a_map_that_was_left_out_are_noise() -> None:
    parsed = parse_multipath(WHOLE_NEW + damaged(NEW, 4, "| `- 1:0:1:0    sdb   8:16   act"))
    assert [noise.line for noise in parsed.noise] == list(range(9, 17))
    assert parsed.damaged == 1


@pytest.mark.parametrize("kept", range(1, 8))
@pytest.mark.parametrize("layout", [OLD, NEW], ids=["0.4.7", "0.9"])
def test_a_listing_without_its_first_lines_gives_no_map_that_lacks_them(
    layout: str, kept: int
) -> None:
    head = "\n".join(layout.splitlines()[kept:]) + "\n"
    whole = WHOLE_OLD if layout == OLD else WHOLE_NEW
    parsed = parse_multipath(head + whole)
    assert parsed.records == parse_multipath(whole).records
    assert parsed.damaged == 1


@pytest.mark.parametrize("kept", [1, 2, 3, 6])
def test_a_listing_that_ends_inside_a_map_does_not_show_that_map(kept: int) -> None:
    """A header, its vendor or a group promise lines that did not come."""
    parsed = parse_multipath(WHOLE_NEW + "\n".join(NEW.splitlines()[:kept]))
    assert (len(parsed.records), parsed.damaged) == (1, 1)


def test_a_path_after_the_last_of_its_group_shows_that_a_group_line_is_missing() -> None:
    with pytest.raises(ParseError, match=r"^line 6: expected a whole map"):
        parse_multipath(damaged(NEW, 5, None))


def test_a_group_after_the_last_of_its_map_shows_that_a_header_is_missing() -> None:
    groups = "\n".join(NEW.splitlines()[2:])
    parsed = parse_multipath(f"{NEW}{groups}\n{WHOLE_NEW}")
    assert parsed.records == parse_multipath(WHOLE_NEW).records
    assert parsed.damaged == 1


def test_a_text_without_a_whole_map_is_refused_where_the_first_is_torn() -> None:
    with pytest.raises(ParseError, match=r"^line 4: expected a whole map, found '\| \|- 0:0"):
        parse_multipath(damaged(NEW, 3, "| |- 0:0"))


def test_path_lines_before_any_header_belong_to_no_map() -> None:
    parsed = parse_multipath("\n".join(NEW.splitlines()[3:5]))
    assert (parsed.records, parsed.damaged, len(parsed.noise)) == ((), 1, 2)


@pytest.mark.parametrize(
    "text", ["\\_ [[[\n", "|-+- policy='service-time 0' prio=50 status=active\n", "1" * 2_000]
)
def test_other_lines_without_a_map_are_no_answer(text: str) -> None:
    with pytest.raises(ParseError, match=r"^line 1: expected the first line of a map"):
        parse_multipath(text)


def test_a_state_word_that_is_no_known_one_is_kept_as_printed() -> None:
    text = NEW.replace("active ready running", 'failed f"aulty running', 1)
    (one,) = parse_multipath(text).records
    assert one.paths[0].checker_state == 'f"aulty'


def test_a_line_without_an_end_does_not_hold_up_the_rest() -> None:
    parsed = parse_multipath("x dm-" * 200_000 + "\n" + NEW)
    assert len(parsed.records) == 1
    assert len(parsed.noise[0].text) <= 1_000
