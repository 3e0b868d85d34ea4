"""What holds for every status of multipath maps, whole or damaged."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.dmsetup import (
    KernelGroup,
    KernelMap,
    KernelPath,
    parse_listed,
    parse_status,
)
from collectors.parsing import Parsed, ParseError, ToolError

often_enough = settings(max_examples=60)
WORDS = {"active": "A", "failed": "F", "enabled": "E", "disabled": "D"}
NUMBERS = st.integers(0, 2**20)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:#\\-]{0,20}", fullmatch=True)
PATHS = st.builds(
    KernelPath, st.integers(0, 4095), NUMBERS, st.sampled_from(["active", "failed"]), NUMBERS
)
STATES = st.sampled_from(["active", "enabled", "disabled"])
GROUPS = st.builds(KernelGroup, STATES, st.lists(PATHS, max_size=4).map(tuple))


@st.composite
def maps(draw: st.DrawFn) -> KernelMap:
    """One map; the group to use next is one of its groups, or 0 where it has none."""
    groups = tuple(draw(st.lists(GROUPS, max_size=4)))
    return KernelMap(draw(NAMES), draw(st.integers(min(1, len(groups)), len(groups))), groups)


def printed(one: KernelMap, selector: list[str], arguments: list[str]) -> str:
    """As `multipath_status` prints it, behind dmsetup's name, start, length and target."""
    words = [f"{one.name}: 0 2048 multipath 2 0 0 0 {len(one.groups)} {one.current}"]
    for group in one.groups:
        words += [WORDS[group.state], str(len(selector)), *selector]
        words += [str(len(group.paths)), str(len(arguments))]
        for path in group.paths:
            words += [f"{path.major}:{path.minor} {WORDS[path.state]} {path.failures}", *arguments]
    return " ".join(words) + " \n"


ARGUMENTS = st.lists(NUMBERS.map(str), max_size=3)


@st.composite
def texts(draw: st.DrawFn) -> tuple[tuple[KernelMap, ...], str]:
    """Maps, and what dmsetup prints of them."""
    some = tuple(draw(st.lists(maps(), min_size=1, max_size=3)))
    return some, "".join(printed(one, draw(ARGUMENTS), draw(ARGUMENTS)) for one in some)


def read(text: str) -> Parsed[KernelMap]:
    """The maps, none where the text is refused; any other exception fails the test."""
    try:
        return parse_status(text)
    except (ParseError, ToolError):
        return Parsed(())


@given(texts())
@often_enough
def test_what_the_kernel_prints_reads_back(made: tuple[tuple[KernelMap, ...], str]) -> None:
    some, text = made
    assert parse_status(text) == Parsed(some)


@given(texts(), st.data())
@often_enough
def test_a_text_that_breaks_off_gives_the_maps_before_that_and_no_other(
    made: tuple[tuple[KernelMap, ...], str], data: st.DataObject
) -> None:
    some, text = made
    early = text[: data.draw(st.integers(0, len(text)))]
    assert read(early).records == some[: early.count("\n")]


@given(st.text(max_size=300))
@often_enough
def test_garbage_is_refused_or_empty(text: str) -> None:
    assert read(text).records == ()
    with suppress(ParseError, ToolError):
        parse_listed(text)
