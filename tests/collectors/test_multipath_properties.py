"""What holds for every listing of multipath maps, whole or damaged."""

from collections.abc import Iterable
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.multipath_any import parse_any
from collectors.multipath_records import Map, path_healthy
from collectors.multipath_text import parse_multipath
from collectors.multipathd import parse_raw_paths
from collectors.parsing import Parsed, ParseError, ToolError
from tests.collectors.multipath_printer import printed_new, printed_old
from tests.collectors.multipath_strategies import several
from tests.synthetic import multipath_listing

often_enough = settings(max_examples=30)
LISTINGS = st.one_of(several(True).map(printed_new), several(False).map(printed_old))
NOISE = st.sampled_from(
    [
        "",
        "multipathd> show topology",
        "Oct 28 14:02:44 | sdc: alua not supported",
        "148.903344 | sdd: prio = const (setting: emergency fallback - alua failed)",
        'sdl: checker msg is "emc_clariion_checker: Logical Unit is unbound or LUNZ"',
        "error calling out /sbin/scsi_id -g -u -s /block/sda",
        "stdin: is not a tty",
        "Last login: Fri Aug  2 10:00:00 2013 from 10.0.0.9",
    ]
)


def read(text: str) -> Parsed[Map]:
    """The maps, none where the text is refused; any other exception fails the test."""
    try:
        return parse_any(text)
    except (ParseError, ToolError):
        return Parsed(())


def healthy(maps: Iterable[Map]) -> set[tuple[str, str | None, int | None, int | None]]:
    """The paths that count as healthy."""
    return {
        (one.wwid, path.hctl, path.major, path.minor)
        for one in maps
        for group in one.groups
        for path in group.paths
        if path_healthy(path, group)
    }


@given(several(True))
@often_enough
def test_what_0_9_prints_reads_back(maps: tuple[Map, ...]) -> None:
    assert parse_multipath(printed_new(maps)) == Parsed(maps)


@given(several(False))
@often_enough
def test_what_0_4_7_prints_reads_back(maps: tuple[Map, ...]) -> None:
    assert parse_multipath(printed_old(maps)) == Parsed(maps)


@given(several(False))
@often_enough
def test_lost_leading_blanks_change_nothing(maps: tuple[Map, ...]) -> None:
    text = "\n".join(line.strip() for line in printed_old(maps).splitlines())
    assert parse_multipath(text) == Parsed(maps)


@given(LISTINGS, st.data())
@often_enough
def test_noise_between_lines_changes_no_record(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    for _ in range(data.draw(st.integers(1, 5))):
        lines.insert(data.draw(st.integers(0, len(lines))), data.draw(NOISE))
    with_noise = parse_multipath("\n".join(lines))
    assert with_noise.records == parse_multipath(text).records
    assert with_noise.damaged == 0


@given(LISTINGS, st.data())
@settings(max_examples=60)
def test_a_cut_line_never_makes_a_path_healthy_or_a_map_out_of_two(
    text: str, data: st.DataObject
) -> None:
    lines = text.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    start = len(lines[at]) - len(lines[at].lstrip())
    lines[at] = lines[at][: data.draw(st.integers(start + 1, len(lines[at])))]
    whole, cut = read(text), read("\n".join(lines))
    assert healthy(cut.records) <= healthy(whole.records)
    counts = {(one.wwid, len(one.paths)) for one in whole.records}
    assert {(one.wwid, len(one.paths)) for one in cut.records} <= counts


@given(several(True).map(printed_new), st.data())
@settings(max_examples=60)
def test_a_line_lost_from_the_tree_layout_never_makes_a_path_healthy(
    text: str, data: st.DataObject
) -> None:
    lines = text.splitlines()
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    assert healthy(read("\n".join(lines)).records) <= healthy(read(text).records)


@given(LISTINGS, st.data())
@often_enough
def test_a_text_that_ends_early_never_makes_a_path_healthy(text: str, data: st.DataObject) -> None:
    early = text[: data.draw(st.integers(0, len(text)))]
    assert healthy(read(early).records) <= healthy(read(text).records)


@given(st.text(max_size=400))
@often_enough
def test_garbage_is_refused_or_read_and_nothing_else(text: str) -> None:
    read(text)
    with suppress(ParseError, ToolError):
        parse_raw_paths(text)


PIECES = st.sampled_from(
    (
        *("\\_ ", "| |- ", "`-+- ", "policy='", "prio=", "[active]", "[", "]", "dm-0", " ", "\n"),
        *("size=", "1:0:0:1 ", "sda 8:0 ", "active ready running", "3600a098 ", "(", ")", ","),
        *(
            "{",
            '"maps": [',
            "#:#",
            "multipathd> ",
            "hwhandler='0' wp=rw",
            "features='0'",
            "9" * 400,
        ),
    )
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=60)
def test_pieces_of_listings_in_any_order_are_refused_or_read_and_nothing_else(text: str) -> None:
    read(text)


@given(LISTINGS, st.data())
@often_enough
def test_a_changed_character_is_refused_or_read_and_nothing_else(
    text: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    read(text[:at] + data.draw(st.characters()) + text[at + 1 :])


def test_a_long_listing_is_read_whole_in_both_layouts() -> None:
    for generation in ("0.4.7", "0.9"):
        parsed = parse_multipath(multipath_listing(200, 4, generation))
        assert (len(parsed.records), parsed.noise, parsed.damaged) == (200, (), 0)
        assert all(len(one.paths) == 4 for one in parsed.records)
