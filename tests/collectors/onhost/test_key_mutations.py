"""A changed command is another command, and a changed line is no line."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exporter.hosts.ssh_command import RemoteProcess, kill_line, wrapped
from tests.collectors.onhost.key_commands import ACT, EACH, why
from tests.collectors.onhost.key_program import KEY, MARKER, STREAMED, installed, started


@pytest.fixture(scope="module")
def opt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What /opt/xenlens is on a host."""
    return installed(tmp_path_factory.mktemp("key") / "opt")


HOSTILE = st.sampled_from(
    [*";&|$()`'\"*?\\<>#! \n\t\r\0", "$(id)", "; id", "/../", "\x1b[2J", "\u2028"]
)
"""What no name, number, uuid or path of these commands has in it."""
ADDED = st.sampled_from(
    [
        "-v",
        "--help",
        "--target=/tmp/x",
        "/etc/shadow",
        "../x",
        "params=all",
        "$(id)",
        "",
        "-pw",
        ";",
    ]
)
"""Words that no command of these may have beside its own."""
FREE = frozenset({"probe", "--at", "take", "release"})
"""In commands with words of free text, or of options that the program itself checks."""
PRINTED = st.characters(codec="utf-8", exclude_categories=["Cc"])
CHANGED = [argv for _, argv in EACH if not FREE & set(argv) and "param-key" not in argv[-1]]


def changeable(argv: tuple[str, ...]) -> range:
    """Places of the words that are no free text: of an effect, those of the effect itself."""
    return range(len(ACT) if argv[: len(ACT)] == ACT else 0, len(argv))


@st.composite
def with_hostile_text(draw: st.DrawFn) -> tuple[str, ...]:
    """A command with such text in one of its words."""
    argv = draw(st.sampled_from(CHANGED).filter(changeable))
    place = draw(st.sampled_from(changeable(argv)))
    at = draw(st.integers(0, len(argv[place])))
    word = argv[place][:at] + draw(HOSTILE) + argv[place][at:]
    return (*argv[:place], word, *argv[place + 1 :])


@st.composite
def with_another_word(draw: st.DrawFn) -> tuple[str, ...]:
    """A command with one word more, or with another in the place of one."""
    argv = draw(st.sampled_from(CHANGED))
    place = draw(st.sampled_from([*changeable(argv), len(argv)]))
    behind = place + draw(st.integers(0, 1))
    return (*argv[:place], draw(ADDED), *argv[behind:])


@given(with_hostile_text())
def test_hostile_text_in_any_word_is_refused(opt: Path, argv: tuple[str, ...]) -> None:
    assert why("heal", opt, argv)


@given(with_another_word())
def test_a_word_more_or_another_word_is_refused(opt: Path, argv: tuple[str, ...]) -> None:
    assert why("heal", opt, argv)


# ---- lines ----


@st.composite
def nearly_a_line(draw: st.DrawFn) -> str:
    """A line of an allowed command, in which a piece is left out, put in or put twice."""
    argv = draw(st.sampled_from([argv for _, argv in EACH]))
    line = started(argv, reads=argv[: len(STREAMED)] == STREAMED)
    start = draw(st.integers(0, len(line)))
    end = draw(st.integers(start, min(len(line), start + 9)))
    put = draw(st.one_of(HOSTILE, st.just(""), st.just(2 * line[start:end]), st.text(max_size=3)))
    return line[:start] + put + line[end:]


@given(st.one_of(nearly_a_line(), st.text()))
def test_what_is_not_refused_is_a_line_just_as_xenlens_writes_it(opt: Path, line: str) -> None:
    data = line.encode("utf-8", "surrogatepass").decode("latin-1")
    try:
        found = KEY.PLAIN.match(data) and KEY.started_by(data)
    except KEY.Refused:
        return
    if found:
        marker, words, reads = found
        assert wrapped(words, marker, reads=reads) == data


@given(st.lists(st.text(PRINTED), min_size=1))
def test_every_command_line_is_understood_word_by_word(words: list[str]) -> None:
    """As bytes, each of them a character."""
    line = started(words).encode().decode("latin-1")
    sent = [word.encode().decode("latin-1") for word in words]
    assume(KEY.PLAIN.match(line))
    assert KEY.started_by(line) == (MARKER, sent, False)


@given(st.integers(1, 2**32 - 1), st.integers(0, 2**63))
def test_a_line_that_kills_is_understood_and_a_changed_one_is_not(pid: int, ticks: int) -> None:
    line = kill_line(RemoteProcess(pid, ticks))
    assert KEY.killed_by(line) == (pid, ticks)
    assert KEY.killed_by(f"{line}; id") is None
    assert KEY.killed_by(line.replace("kill -9", "kill -1")) is None
    assert KEY.killed_by(line.replace(f"= {ticks}", f"= {ticks}1", 1)) is None
