"""The types of the remediation section's fields."""

import re
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, Strict, WithJsonSchema

from alerts.remediation.durations import seconds
from alerts.remediation.playbook import DAY, REMEMBERED
from exporter.config.kinds import text
from exporter.config.values import described


def _time(value: object) -> float:
    try:
        found = seconds(value)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        allowed = "a time such as 30s, 10m, 24h or 90d"
        raise ValueError(f"{described(value)} is not allowed; allowed: {allowed}")
    return found


def kept(time: float) -> float:
    """How long the journal keeps what attempts are counted by. Raises ValueError."""
    if time < REMEMBERED:
        raise ValueError(f"must be at least {REMEMBERED / DAY:.0f}d: attempts are counted so long")
    return time


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.password:
        allowed = "http://HOST:PORT or https://HOST:PORT, without a password"
        raise ValueError(f"{described(value)} is not allowed; allowed: {allowed}")
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{described(value)} is no regular expression: {error}") from None
    return value


def _moment(value: object) -> float:
    if isinstance(value, float):
        return value
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        allowed = "a time with its offset, such as 2026-12-01T22:00:00+01:00"
        raise ValueError(f"{described(value)} is not allowed; allowed: {allowed}")
    return found.timestamp()


def _shown(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().isoformat()


def _told(time: float) -> float | str:
    """To be read back: whole seconds with their unit, others as the number that they are."""
    return f"{time:.0f}s" if time.is_integer() else time


_TEXT = WithJsonSchema({"type": "string"})
Time = Annotated[
    float,
    BeforeValidator(_time),
    PlainSerializer(_told, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
Url = Annotated[str, Strict(), AfterValidator(_url), _TEXT]
Pattern = Annotated[str, Strict(), AfterValidator(_pattern), _TEXT]
Moment = Annotated[float, BeforeValidator(_moment), PlainSerializer(_shown), _TEXT]
UserName = Annotated[str, *text(r"[^\s:]{1,128}", "at most 128 characters without space or colon")]
Count = Annotated[int, Strict()]
AnyMode = Literal["observe", "suggest", "approve", "auto"]
