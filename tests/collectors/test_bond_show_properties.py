"""bond/show: what holds for every bond, every generation of Open vSwitch, and every damage."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.bond_show import Bond, Member, parse_bond_show
from collectors.parsing import ParseError, ToolError
from tests.collectors.bond_show_printer import (
    GENERATIONS,
    Generation,
    as_told,
    printed,
)

often_enough = settings(max_examples=50)

NAMES = st.from_regex(r"[a-zA-Z][a-zA-Z0-9._-]{0,14}", fullmatch=True).filter(
    lambda name: name != "none"
)
MODES = st.sampled_from(["active-backup", "balance-slb", "balance-tcp"])
LACP = st.sampled_from(["negotiated", "configured", "off"])
DELAYS = st.integers(min_value=0, max_value=600_000)
NOISE = st.sampled_from(
    [
        "",
        "[root@xs1 ~]# ",
        "# date",
        "============= 10.0.0.1 ============",
        "2023-12-13T07:58:12Z|00001|daemon_unix|WARN|something happened",
        "Warning: Permanently added '10.0.0.1' (RSA) to the list of known hosts.",
        "Last login: Fri Aug  2 10:00:00 2013 from 10.0.0.9",
        "stdin: is not a tty",
        "...",
        "an unknown word or two",
    ]
)
WORDS = st.sampled_from(
    [
        "slave",
        "member",
        "eth0:",
        ":",
        "-",
        "active",
        "enabled",
        "\n",
        "\n\t",
        "ms",
        "---- b0 ----\n",
    ]
)


@st.composite
def bonds(draw: st.DrawFn) -> Bond:
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    active = draw(st.sampled_from([None, *names]))
    states, may = st.sampled_from([True, False, None]), st.booleans()
    members = tuple(Member(name, draw(states), name == active, draw(may)) for name in names)
    return Bond(
        draw(NAMES),
        draw(MODES),
        draw(LACP),
        draw(DELAYS),
        draw(DELAYS),
        active,
        draw(st.sampled_from([None, "gone", *names])),
        members,
    )


FLEETS = st.lists(bonds(), min_size=1, max_size=3)
LAYOUTS = st.sampled_from(GENERATIONS)


def text_of(fleet: list[Bond], by: Generation) -> str:
    return "".join(printed(bond, by) for bond in fleet)


@often_enough
@given(FLEETS, LAYOUTS)
def test_every_bond_printed_in_any_generation_reads_back(fleet: list[Bond], by: Generation) -> None:
    parsed = parse_bond_show(text_of(fleet, by))
    assert parsed.records == tuple(as_told(bond, by) for bond in fleet)
    assert not parsed.noise
    assert not parsed.damaged


@often_enough
@given(FLEETS, LAYOUTS, st.data())
def test_noise_around_and_inside_changes_no_record(
    fleet: list[Bond], by: Generation, data: st.DataObject
) -> None:
    lines = text_of(fleet, by).split("\n")
    added = data.draw(st.lists(NOISE, max_size=5))
    for line in added:
        lines.insert(data.draw(st.integers(0, len(lines))), line)
    parsed = parse_bond_show("\n".join(lines))
    assert parsed.records == tuple(as_told(bond, by) for bond in fleet)
    assert len(parsed.noise) == sum(bool(line) for line in added)


@often_enough
@given(FLEETS, LAYOUTS, st.sampled_from(["", " ", "        ", "\t"]), st.sampled_from([1, 2, 3]))
def test_indentation_blank_lines_and_line_ends_carry_no_fact(
    fleet: list[Bond], by: Generation, indent: str, spacing: int
) -> None:
    lines = [indent + line.strip() for line in text_of(fleet, by).split("\n")]
    text = ("\r\n" * spacing).join(lines)
    assert parse_bond_show(text).records == tuple(as_told(bond, by) for bond in fleet)


@often_enough
@given(FLEETS, LAYOUTS.filter(lambda by: by.may_enable), st.data())
def test_a_lost_line_never_makes_a_wrong_fact(
    fleet: list[Bond], by: Generation, data: st.DataObject
) -> None:
    lines = text_of(fleet, by).split("\n")
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    try:
        records = parse_bond_show("\n".join(lines)).records
    except ParseError:
        return
    told = {m for bond in fleet for m in as_told(bond, by).members}
    unknown = {replace(member, active=False) for member in told}
    unknown |= {replace(member, may_enable=None) for member in told | unknown}
    assert {member for bond in records for member in bond.members} <= told | unknown
    actives = {bond.active_member for bond in fleet}
    assert {bond.active_member for bond in records} <= actives | {None}


@often_enough
@given(FLEETS, LAYOUTS, st.data())
def test_a_mutilated_text_is_read_or_refused_but_never_breaks_the_parser(
    fleet: list[Bond], by: Generation, data: st.DataObject
) -> None:
    text = text_of(fleet, by)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + data.draw(st.text(max_size=8)) + text[end:]
    readable_or_refused(text)


@often_enough
@given(st.text() | st.lists(WORDS).map(" ".join))
def test_garbage_is_refused_or_is_noise(text: str) -> None:
    readable_or_refused(text)


def readable_or_refused(text: str) -> None:
    try:
        parsed = parse_bond_show(text)
    except (ParseError, ToolError) as error:
        refusal: Exception | None = error
    else:
        refusal = None
        assert all(0 < noise.line <= text.count("\n") + 1 for noise in parsed.noise)
    assert len(str(refusal).splitlines()) == 1
