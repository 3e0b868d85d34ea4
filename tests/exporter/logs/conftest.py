"""The log of a process, and what is written to it."""

import io
from collections.abc import Iterator

import pytest

from exporter.logs import Logs, logs_on


@pytest.fixture
def stream() -> io.StringIO:
    """Where the log is written to."""
    return io.StringIO()


@pytest.fixture
def logs(stream: io.StringIO) -> Iterator[Logs]:
    """The log, as long as the test runs."""
    with logs_on(stream) as logs:
        yield logs
