"""Reads log lines back: a strict reader of logfmt, and records as our own code makes them."""

import io
import json
import logging
import re
from collections.abc import Mapping

PAIR = re.compile(r'([A-Za-z0-9_.]+)=("(?:[^"\\\x00-\x1f]|\\.)*"|[^\s"=\\]+)(?: |$)')


def read_logfmt(line: str) -> dict[str, str]:
    """The pairs of a line, with nothing between them. Raises ValueError."""
    found, at = {}, 0
    while at < len(line):
        if (pair := PAIR.match(line, at)) is None:
            raise ValueError(f"no pair at {line[at : at + 40]!r}")
        value = pair[2]
        found[pair[1]] = json.loads(value) if value.startswith('"') else value
        at = pair.end()
    return found


def record(
    message: str = "event",
    *,
    level: int = logging.WARNING,
    fault: BaseException | None = None,
    fields: Mapping[str, object] | None = None,
    **more: object,
) -> logging.LogRecord:
    """A record as `log.log(level, message, extra=fields)` makes it."""
    exc_info = (type(fault), fault, fault.__traceback__) if fault else None
    extra = {**(fields or {}), **more}
    name = "exporter.test"
    return logging.Logger(name).makeRecord(
        *(name, level, "test.py", 1, message, (), exc_info), extra=extra
    )


class Written(logging.StreamHandler[io.StringIO]):
    """Keeps what is written."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__(io.StringIO())
        self.setFormatter(formatter)

    def lines(self) -> list[str]:
        """Everything so far, cut only where a line really ends."""
        text = self.stream.getvalue()
        assert text == "" or text.endswith("\n")
        return text.split("\n")[:-1]

    def told(self) -> list[Mapping[str, str]]:
        """The same, read back from logfmt."""
        return [read_logfmt(line) for line in self.lines()]
