"""Real parts are skipped where they are missing, or required: see tests/real.py."""

import fcntl
import os
import re
import tempfile
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests.real import MISSING, OPTIONAL, REQUIRED_BY

pytest_plugins = [
    "tests.labs.fixtures",
    "tests.labs.disk_fixtures",
    "tests.labs.multipath.fixtures",
]

# No test is timed. Where the result decides about a change, it must not depend on chance.
settings.register_profile("everywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everywhere")

_ONE_AT_A_TIME = re.compile(
    r"tests/(live/test_disk_|exporter/test_probe_|collectors/onhost/test_disk_)"
)
"""Tests that measure disks: the machine's own lock lets one measurement run at a time."""
_MEASURING = Path(tempfile.gettempdir()) / f"xenlens-tests-{os.getuid()}.lock"
_LONG = "tests/e2e/test_alerts_"
"""Tests that wait for minutes: begun first, when several processes run tests."""

_NOT_FOUND = pytest.StashKey[dict[str, str]]()


@cache
def _missing(marker: str) -> str | None:
    return MISSING[marker]()


def pytest_configure(config: pytest.Config) -> None:
    """Start an empty list of what was not found."""
    config.stash[_NOT_FOUND] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest."""
    items.sort(key=lambda item: not _file_of(item).startswith(_LONG))


def _file_of(item: pytest.Item) -> str:
    return item.path.relative_to(item.config.rootpath).as_posix()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Let tests of other processes that measure disks end first; before a test's time counts."""
    if not _ONE_AT_A_TIME.match(_file_of(item)):
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
