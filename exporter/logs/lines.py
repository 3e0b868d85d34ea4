"""One line per event, whatever is in it: a log record as logfmt or as JSON.

A call gives a constant message, and what varies as fields: `extra={"target": name}`.
"""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite

Value = str | int | float | bool
LONGEST = 16_384
"""Characters of a value; the rest is cut."""
STANDARD = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"})
"""What every record has; all else was given by `extra`."""
CHANGE = "change"
"""The one field that is not written: see exporter.logs.repeats."""
COLOURS = {"warning": "33", "error": "31", "critical": "31;1"}
BARE = re.compile(r"[^\s\"=\\]+")
"""What needs no quotes where all of it can be printed."""
NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9_.]")
_tracebacks = logging.Formatter()


class JsonLines(logging.Formatter):
    """A JSON object; ASCII only, so that nothing in it is a line break or moves a cursor."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        return json.dumps(event(record))


class Logfmt(logging.Formatter):
    """`key=value` pairs; a value that is not one plain word is quoted as in JSON."""

    def __init__(self, *, coloured: bool = False) -> None:
        super().__init__()
        self._colours = COLOURS if coloured else {}

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        told = event(record)
        pairs = {NOT_IN_A_KEY.sub("_", key) or "_": quoted(v) for key, v in told.items()}
        if colour := self._colours.get(pairs["level"]):
            pairs["level"] = f"\x1b[{colour}m{pairs['level']}\x1b[0m"
        return " ".join(f"{key}={value}" for key, value in pairs.items())


def event(record: logging.LogRecord) -> dict[str, Value]:
    """What a record tells, in the order in which it is written."""
    at = datetime.fromtimestamp(record.created, UTC)
    head: dict[str, Value] = {
        "time": at.isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "msg": plain(message_of(record)),
    }
    told = {**fields_of(record), **_failure(record)}
    # A library's own field of such a name must not pass for ours.
    return head | {f"{key}_" if key in head else key: plain(told[key]) for key in told}


def message_of(record: logging.LogRecord) -> str:
    """The message; one whose arguments do not fit it, as it stands in the code."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """The fields that were given, without those that are None."""
    given = vars(record).items()
    return {k: v for k, v in given if k not in STANDARD and k != CHANGE and v is not None}


def error_of(record: logging.LogRecord) -> str | None:
    """The error that a record carries, without its traceback."""
    if not record.exc_info or record.exc_info[1] is None:
        return None
    error = record.exc_info[1]
    return f"{type(error).__name__}: {error}"


def _failure(record: logging.LogRecord) -> Mapping[str, object]:
    error = error_of(record)
    if error is None or record.exc_info is None or isinstance(record.exc_info, bool):
        return {}
    return {"error": error, "traceback": _tracebacks.formatException(record.exc_info)}


def quoted(value: Value) -> str:
    """A value as logfmt has it; what cannot be printed is escaped."""
    text = json.dumps(value) if not isinstance(value, str) else value
    if BARE.fullmatch(text) and text.isprintable():
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def plain(value: object) -> Value:
    """A value as it is written; what is neither a number nor a truth is text, and not too long."""
    if isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
