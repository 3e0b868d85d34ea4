"""What dmsetup prints of multipath maps, captured on a machine whose controllers were pulled."""

from pathlib import Path

import pytest

from collectors.dmsetup import (
    KernelGroup,
    KernelMap,
    KernelPath,
    Mapped,
    parse_listed,
    parse_status,
)
from collectors.parsing import Parsed, ParseError, ToolError

FIXTURES = Path(__file__).parents[1] / "fixtures" / "dmsetup"


def captured(name: str) -> tuple[KernelMap, ...]:
    """The maps of a capture, which must be whole."""
    parsed = parse_status((FIXTURES / f"{name}.txt").read_text())
    assert (parsed.noise, parsed.damaged) == ((), 0)
    return parsed.records


def shown(one: KernelMap) -> list[tuple[str, list[str]]]:
    """Each group's state, and its paths in a few words."""
    return [
        (
            group.state,
            [f"{p.major}:{p.minor} {p.state} {p.failures}" for p in group.paths],
        )
        for group in one.groups
    ]


STATES = {
    "one-group": [("active", ["8:0 active 0", "8:16 active 0"])],
    "active-path-offline": [("enabled", ["8:0 failed 1"]), ("active", ["8:16 active 1"])],
    "left-on-group-2": [("enabled", ["8:0 active 1"]), ("active", ["8:16 active 1"])],
    "alua": [
        ("active", ["8:64 active 0", "8:32 active 0"]),
        ("enabled", ["8:48 active 0", "8:80 active 0"]),
    ],
    "all-offline": [("enabled", ["8:0 failed 1"]), ("enabled", ["8:16 failed 1"])],
    "path-held-out": [("active", ["8:0 active 0"]), ("enabled", ["8:16 failed 3"])],
    "pushed-back": [("active", ["8:0 active 0"]), ("enabled", ["8:32 active 0"])],
}


@pytest.mark.parametrize("state", STATES)
def test_a_captured_state_shows_these_groups_and_paths(state: str) -> None:
    (one,) = captured(state)
    assert shown(one) == STATES[state]


def test_a_host_with_many_maps_shows_each_by_the_name_that_dmsetup_gives_it() -> None:
    maps = captured("eight-maps")
    assert [one.name for one in maps] == [f"mpath{letter}" for letter in "bcdefghi"]
    assert {len(group.paths) for one in maps for group in one.groups} == {2}


def test_a_host_without_maps_has_none() -> None:
    assert captured("no-maps") == ()
    assert parse_status("") == Parsed(())


def test_the_group_to_use_next_is_told_though_none_is_active() -> None:
    (one,) = captured("all-offline")
    assert one.current == 1


def test_selectors_with_words_of_their_own_and_a_handler_are_skipped_by_their_counts() -> None:
    line = "a: 0 8 multipath 2 0 3 1 alua 1 1 D 2 x y 1 0 8:0 F 7 \n"
    path = KernelPath(8, 0, "failed", 7)
    wanted = KernelMap("a", 1, (KernelGroup("disabled", (path,)),))
    assert parse_status(line).records == (wanted,)


@pytest.mark.parametrize(
    "line",
    [
        "a: 0 8 multipath 2 0 0 0 1 1 A 0 1 2 8:0 A 0 0 1",
        "a: 0 8 multipath 2 0 0 0 1 1 A 0 1 2 8:0 A 0 0 \n",
        "a: 0 8 multipath 2 0 0 0 1 1 A 0 1 2 8:0 A 0 0 1 1 \n",
        "a: 0 8 multipath 2 0 0 0 1 2 A 0 1 2 8:0 A 0 0 1 \n",
        "a: 0 8 multipath 2 0 0 0 1 1 X 0 1 2 8:0 A 0 0 1 \n",
        "a: 0 8 multipath 2 0 0 0 1 1 A 0 1 2 8:0 X 0 0 1 \n",
        "a: 0 8 multipath 2 0 0 0 1 1 A 0 1 2 sda A 0 0 1 \n",
        "0 8 multipath 2 0 0 0 1 1 A 0 1 2 8:0 A 0 0 1 \n",
        "a: 0 8 linear \n",
    ],
)
def test_a_line_that_is_not_whole_is_left_out_and_counted(line: str) -> None:
    with pytest.raises(ParseError, match="line 1: expected a map's status"):
        parse_status(line)
    whole = (FIXTURES / "alua.txt").read_text()
    parsed = parse_status(whole + line)
    assert (parsed.records, parsed.damaged) == (captured("alua"), 1)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("/dev/mapper/control: open failed: Permission denied", "permission"),
        ("/dev/mapper/control: open failed: No such device", "failed"),
        ("Failure to communicate with kernel device-mapper driver.", "failed"),
    ],
)
def test_an_error_message_is_no_status(said: str, kind: str) -> None:
    with pytest.raises(ToolError) as error:
        parse_status(f"{said}\nCommand failed.\n")
    assert (error.value.kind, str(error.value)) == (kind, said)


def test_mapped_devices_have_name_uuid_and_number() -> None:
    text = "mpatha|mpath-3600c0ff000112233|253|0\nvg-lv|LVM-abc|253|1\n"
    assert parse_listed(text).records == (
        Mapped("mpatha", "mpath-3600c0ff000112233", 253, 0),
        Mapped("vg-lv", "LVM-abc", 253, 1),
    )
    assert parse_listed("No devices found\n") == Parsed(())
    with pytest.raises(ParseError, match=r"NAME\|UUID\|MAJOR\|MINOR"):
        parse_listed("mpatha:mpath-3600c0ff000112233:253:0\n")
