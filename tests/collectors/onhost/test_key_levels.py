"""Each level of a key allows its commands, and the one below does not."""

import shlex
from pathlib import Path

import pytest

from exporter.keys.table import LEVELS, TABLE, table
from tests.collectors.onhost.key_commands import ALLOWED, EACH, FORBIDDEN, UNSENT, why
from tests.collectors.onhost.key_program import KEY, installed


@pytest.fixture(scope="module")
def opt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What /opt/xenlens is on a host."""
    return installed(tmp_path_factory.mktemp("key") / "opt")


@pytest.mark.parametrize(("lowest", "argv"), EACH, ids=str)
def test_a_level_allows_what_it_should_and_the_one_below_does_not(
    opt: Path, lowest: str, argv: tuple[str, ...]
) -> None:
    above = KEY.LEVELS.index(lowest)
    allowed = [not why(level, opt, argv) for level in KEY.LEVELS]
    assert allowed == [number >= above for number in range(len(KEY.LEVELS))]


@pytest.mark.parametrize("argv", [*FORBIDDEN, *UNSENT], ids=str)
def test_no_level_allows_what_none_should(opt: Path, argv: tuple[str, ...]) -> None:
    assert why("heal", opt, argv).startswith("the key on this host allows heal only: ")


def test_a_program_may_also_be_run_from_where_it_is_installed_and_from_nowhere_else(
    opt: Path,
) -> None:
    words = ("probe", "--count", "3")
    for place, allowed in ((f"{opt}/", True), ("", False), ("/tmp/", False), (f"{opt}/./", False)):
        argv = ("python3", "-S", "-E", f"{place}xenlens_host.py", *words)
        assert (why("probe", opt, argv) == "") == allowed


def test_the_table_has_lines_of_the_levels_and_no_others() -> None:
    lines = [line for line in table().splitlines() if not line.startswith("#")]
    assert {shlex.split(line)[0] for line in lines} == set(LEVELS) == set(KEY.LEVELS)


def test_a_line_that_an_operator_takes_out_is_no_longer_allowed(tmp_path: Path) -> None:
    opt = installed(tmp_path / "opt")
    lines = (opt / TABLE).read_text().splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("read bash"))
    (opt / TABLE).write_text(kept)
    refused = [argv for argv in ALLOWED["read"] if why("read", opt, argv)]
    assert {argv[0] for argv in refused} == {"bash"}
