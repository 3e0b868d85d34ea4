"""This process's log: where it goes, in which format, and from which level on."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from exporter.config.model import Log
from exporter.logs.lines import JsonLines, Logfmt
from exporter.logs.malformed import server_log, without_text
from exporter.logs.repeats import Repeats

OWN = ("exporter", "collectors", "alerts")


def set_level(section: Log) -> None:
    """Of our own loggers only: asyncssh tells of every channel at its `info`."""
    for name in OWN:
        logging.getLogger(name).setLevel(section.level.upper())


class Logs:
    """Lines on `stream`: of our own from the configured level on, of libraries from warning on.

    `clock` is in seconds, `environ` says whether colours are unwanted.
    """

    def __init__(
        self,
        stream: TextIO,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lines = logging.StreamHandler(stream)
        self._logfmt = Logfmt(coloured=wants_colours(stream, environ))
        self.handler = Repeats(self._lines, clock)
        self.follow(Log())

    def follow(self, section: Log) -> None:
        """Write in this format and from this level from now on."""
        self._lines.setFormatter(JsonLines() if section.format == "json" else self._logfmt)
        set_level(section)

    def settle(self) -> None:
        """Write the repeats that are due; to be called now and then."""
        self.handler.settle()


def wants_colours(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """On a terminal that knows them, unless NO_COLOR says otherwise (no-color.org)."""
    if environ.get("NO_COLOR") or environ.get("TERM", "dumb") == "dumb":
        return False
    return stream.isatty()


@contextmanager
def logs_on(stream: TextIO) -> Iterator[Logs]:
    """The log of this process while the block runs; at its end all that was held back."""
    logs = Logs(stream)
    root = logging.getLogger()
    root.addHandler(logs.handler)
    server_log.addFilter(without_text)
    logging.captureWarnings(True)
    try:
        yield logs
    finally:
        logging.captureWarnings(False)
        server_log.removeFilter(without_text)
        root.removeHandler(logs.handler)
        logs.handler.close()
