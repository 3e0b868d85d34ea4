"""The Pythons found are those that run."""

import sys
from pathlib import Path

import pytest

from tests.labs.pythons import ask, interpreters


def _program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_running_python_is_found_as_itself() -> None:
    versions = {python.version: python.argv for python in interpreters()}
    assert versions[sys.version_info[:3]] == (sys.executable,)


def test_there_is_one_of_each_minor_version_the_oldest_first() -> None:
    minors = [python.version[:2] for python in interpreters()]
    assert minors == sorted(set(minors))


def test_a_python_is_asked_for_its_version() -> None:
    python = ask(Path(sys.executable))
    assert python is not None
    assert python.version == sys.version_info[:3]
    assert str(python) == f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize(
    "script",
    ["echo 'python2.7: command not found' >&2; exit 127", "echo 2 7 18; exit 1", "echo Python 2.7"],
    ids=["a shim without its version", "one that fails", "one that is no Python"],
)
def test_a_program_that_is_there_but_is_no_python_is_not_counted(
    tmp_path: Path, script: str
) -> None:
    assert ask(_program(tmp_path / "python2.7", script)) is None


def test_a_program_that_is_not_there_is_not_counted(tmp_path: Path) -> None:
    assert ask(tmp_path / "python2.7") is None


@pytest.mark.python2
def test_python_2_7_is_among_them() -> None:
    assert (2, 7) in [python.version[:2] for python in interpreters()]
