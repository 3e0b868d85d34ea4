"""Real parts are skipped where they are missing, or required: see tests/real.py."""

import fcntl
import os
import sys
import tempfile
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.real import MISSING, OPTIONAL, REQUIRED_BY
from tests.turns import DISKS, Turns, turn

pytest_plugins = [
    "tests.labs.fixtures",
    "tests.labs.disk_fixtures",
    "tests.labs.multipath.fixtures",
]

# No test is timed. Where the result decides about a change, it must not depend on chance.
settings.register_profile("everywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everywhere")

# Hundreds of tests start a Python: nothing is compiled twice, whatever a user's environment says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

_MEASURING = Path(tempfile.gettempdir()) / f"xenlens-tests-{os.getuid()}.lock"
_ALONE = ("lasting", "hurried", "multipath")
"""Markers of the tests that `make test` runs by themselves."""
_NOT_FOUND = pytest.StashKey[dict[str, str]]()


@cache
def _missing(marker: str) -> str | None:
    return MISSING[marker]()


def pytest_configure(config: pytest.Config) -> None:
    """Start an empty list of what was not found."""
    config.stash[_NOT_FOUND] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest."""
    items.sort(key=lambda item: turn(_file_of(item)))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read just the files that have such tests, where just they are to run."""
    marker = config.option.markexpr
    if marker not in _ALONE or collection_path.suffix != ".py":
        return None
    return f"mark.{marker}" not in collection_path.read_text("utf-8") or None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Turns | None:
    """Distribute files, and those that share something together."""
    return Turns(config, log) if config.getoption("dist") == "loadfile" else None


def _file_of(item: pytest.Item) -> str:
    return item.path.relative_to(item.config.rootpath).as_posix()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Let tests of other processes that measure disks end first; before a test's time counts."""
    if not DISKS.match(_file_of(item)):
        return (yield)
    with _MEASURING.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose real part is missing, before any fixture is made."""
    for marker in MISSING:
        if item.get_closest_marker(marker) is None:
            continue
        reason = _missing(marker)
        if reason is None:
            continue
        item.config.stash[_NOT_FOUND][marker] = reason
        if os.environ.get(REQUIRED_BY) == "1" and marker not in OPTIONAL:
            pytest.fail(f"{marker}: {reason}, and {REQUIRED_BY}=1 requires it", pytrace=False)
        pytest.skip(f"{marker}: {reason}")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say at the end which real parts were not found."""
    for marker, reason in sorted(config.stash[_NOT_FOUND].items()):
        terminalreporter.write_line(f"real part not found: {marker} ({reason})", yellow=True)
