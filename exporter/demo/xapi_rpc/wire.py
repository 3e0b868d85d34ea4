"""A call as it came, and the way to answer it. Times travel as XAPI writes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from exporter.demo.xapi_rpc.errors import XapiError

_DATE = "%Y%m%dT%H:%M:%SZ"


class Malformed(ValueError):
    """The body of a request is no call."""


class Reply(Protocol):
    """How to answer one call. What `encode` gives may be kept and put into other replies."""

    @property
    def content_type(self) -> str:
        """Of the body."""

    def encode(self, value: Any) -> bytes:
        """A value, with nothing around it."""

    def success(self, encoded: bytes) -> bytes:
        """The body that carries a value."""

    def failure(self, error: XapiError) -> bytes:
        """The body that says why there is none."""


@dataclass(frozen=True, slots=True)
class Request:
    """A call as it was read, and how to answer it."""

    method: str
    params: list[Any]
    reply: Reply


def in_utc(time: datetime) -> datetime:
    """A time that says no zone is in UTC."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def written(time: datetime) -> str:
    """A time in XAPI's form of ISO 8601."""
    return in_utc(time).astimezone(UTC).strftime(_DATE)


def with_dates(value: Any, date: Callable[[datetime], Any]) -> Any:
    """A value in plain lists and dicts, with its times as `date` makes them."""
    if isinstance(value, datetime):
        return date(value)
    if isinstance(value, Mapping):
        return {key: with_dates(each, date) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [with_dates(each, date) for each in value]
    return value
