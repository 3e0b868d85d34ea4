"""The Pythons of this machine, for what must run on every Python that a host may have."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
VERSIONS = [(2, minor) for minor in range(4, 8)] + [(3, minor) for minor in range(20)]
_VERSION = "import sys; sys.stdout.write('%d %d %d' % sys.version_info[:3])"


@dataclass(frozen=True)
class Interpreter:
    """A Python that runs: the beginning of its command line, and its version."""

    argv: tuple[str, ...]
    version: tuple[int, int, int]

    def __str__(self) -> str:
        return "python{}.{}".format(*self.version)


def python2_home() -> Path:
    """Where `.ci/python2` unpacks Python 2.7."""
    return Path(os.environ.get("XENLENS_PYTHON2_HOME") or CHECKOUT / ".cache/python2.7").absolute()


def ask(program: Path) -> Interpreter | None:
    """The Python at `program`; None when there is none or it does not run, as pyenv's shims."""
    command = [str(program), "-S", "-E", "-c", _VERSION]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        major, minor, micro = (int(number) for number in told.stdout.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Interpreter((str(program),), (major, minor, micro))


def _folders() -> list[Path]:
    """Where Pythons may be; PATH last, because its shims are slow to say that they do not run."""
    pyenv = sorted(Path.home().glob(".pyenv/versions/*/bin"))
    return [python2_home() / "usr/bin", *pyenv, *map(Path, os.get_exec_path())]


def _find(version: tuple[int, int]) -> Interpreter | None:
    if version == sys.version_info[:2]:
        return ask(Path(sys.executable))
    name = "python{}.{}".format(*version)
    # A PATH that was root's may have folders that nobody else may look into.
    programs = [folder / name for folder in _folders() if os.path.exists(folder / name)]
    return next(filter(None, map(ask, programs)), None)


@cache
def interpreters() -> tuple[Interpreter, ...]:
    """Each Python of this machine that runs, one of a minor version, the oldest first."""
    return tuple(filter(None, map(_find, VERSIONS)))
