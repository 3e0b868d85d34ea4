"""The command line as a whole: what it costs to start, and what it says of a wrong name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from exporter.cli.commands import COMMANDS
from tests.exporter.test_bundled import xenlens


def test_help_names_every_command() -> None:
    said = xenlens("--help").stdout
    assert [name for name in COMMANDS if f" {name} " not in said] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = xenlens(name, "--help")
    assert done.exit_code == 0
    assert f"xenlens {name}" in done.stdout


def test_a_wrong_name_is_told_with_what_is_like_it() -> None:
    done = xenlens("chek")
    assert done.exit_code == 2
    assert "No such command 'chek'. Did you mean 'check'?" in done.stderr


@pytest.mark.parametrize(
    ("name", "unneeded"),
    [
        ("version", {"asyncssh", "aiohttp", "sqlalchemy"}),
        ("rules", {"asyncssh", "aiohttp", "sqlalchemy"}),
        ("check", {"sqlalchemy", "svg", "exporter.demo"}),
    ],
)
def test_a_command_waits_for_no_library_that_it_does_not_use(name: str, unneeded: set[str]) -> None:
    script = "import sys; from exporter.cli import main\ntry: main()\nfinally: print(*sys.modules)"
    argv = [sys.executable, "-c", script, name, "--help"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert unneeded & set(done.stdout.split()) == set()


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("check --config FILE", 3),
        ("check -c FILE h", 3),
        ("config check FILE", 1),
        ("version", 1),
        ("--help", 1),
    ],
)
def test_a_fault_of_its_own_is_unknown_to_monitoring_and_else_a_failure(
    tmp_path: Path, words: str, status: int, unbuffered: str
) -> None:
    """Such as an output that is full, which Python notices a second time at its end."""
    (tmp_path / "date.txt").write_text("today\n")
    file = tmp_path / "xenlens.yml"
    file.write_text("pools: {p: {hosts: {h: {recorded: date.txt}}}}\n")
    argv = [str(file) if word == "FILE" else word for word in words.split()]
    script = "from exporter.cli import main; main()"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", script, *argv],
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == status
    assert done.stderr.startswith(b"xenlens: failed by a fault of its own (OSError: ")
    assert done.stderr.count(b"\n") == 1
