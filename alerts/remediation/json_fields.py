"""Values in JSON that others wrote: each is asked for what it must be, and says where it is not."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from alerts.remediation.records import Json

LONGEST = 1024
"""Bytes of a label's name and of its value."""
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_NONE = datetime(1, 1, 1, tzinfo=UTC)
"""Go's zero time."""
_SHOWN = 60


class BadPayload(ValueError):
    """Something else was expected. The text is one line that says what, and where."""


def document(body: bytes, name: str) -> "Field":
    """The whole of a JSON text in UTF-8, called so in errors. Raises BadPayload."""
    try:
        return Field(name, json.loads(body.decode(), parse_constant=_no_number))
    except UnicodeDecodeError as error:
        raise BadPayload(f"{name}: UTF-8 expected ({error.reason} at byte {error.start})") from None
    except ValueError as error:
        raise BadPayload(f"{name}: JSON expected ({error})") from None
    except RecursionError:
        raise BadPayload(f"{name}: JSON expected (too many brackets)") from None


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


@dataclass(frozen=True, slots=True)
class Field:
    """A value and where it stands: `payload.alerts[2].labels`. All it offers raises BadPayload.

    What is absent is null, as Go writes empty maps.
    """

    where: str
    value: Json

    def member(self, name: str) -> "Field":
        """The member of an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return Field(f"{self.where}.{name}", self.value.get(name))

    def elements(self, most: int) -> Iterator["Field"]:
        """The elements of a list that has no more than `most`."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        if len(self.value) > most:
            raise BadPayload(f"{self.where}: at most {most} expected, found {len(self.value)}")
        return (Field(f"{self.where}[{n}]", value) for n, value in enumerate(self.value))

    def text(self, absent: str | None = None) -> str:
        """A text that UTF-8 can hold; `absent` is what it is where there is none."""
        if self.value is None and absent is not None:
            return absent
        if not isinstance(self.value, str):
            raise self.wrong("text")
        if not _is_unicode(self.value):
            raise self.wrong("Unicode")
        return self.value

    def one_of(self, *words: str) -> str:
        """One of these words."""
        if self.value not in words:
            raise self.wrong(" or ".join(words))
        return str(self.value)

    def flag(self, absent: bool) -> bool:
        """True or false."""
        if self.value is None:
            return absent
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def count(self) -> int:
        """A whole number that is not negative; 0 where there is none."""
        if self.value is None:
            return 0
        if type(self.value) is not int or self.value < 0:
            raise self.wrong("a count")
        return self.value

    def texts(self) -> Mapping[str, str]:
        """An object of texts; empty where there is none."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        for name in self.value:
            Field(f"name in {self.where}", name).text()
        return {n: Field(f"{self.where}[{_shown(n)}]", v).text() for n, v in self.value.items()}

    def labels(self) -> Mapping[str, str]:
        """Labels: at least one, and neither names nor values longer than LONGEST."""
        labels = self.texts()
        if not labels or "" in labels:
            raise BadPayload(f"{self.where}: at least one label expected, and names for all")
        for name, value in labels.items():
            if max(len(name.encode()), len(value.encode())) > LONGEST:
                at = f"{self.where}[{_shown(name)}]"
                raise BadPayload(f"{at}: at most {LONGEST} bytes expected in a name and a value")
        return labels

    def time(self) -> float | None:
        """Unix time of what Go writes (RFC 3339); None for its zero time and where there is none.

        Of nanoseconds six digits are kept.
        """
        if self.value is None:
            return None
        if not isinstance(self.value, str) or not _TIME.fullmatch(self.value):
            raise self.wrong("a time")
        try:
            moment = datetime.fromisoformat(self.value)
        except ValueError:
            raise self.wrong("a time") from None
        return None if moment == _NONE else moment.timestamp()

    def wrong(self, expected: str) -> BadPayload:
        """The error that says what was expected here."""
        return BadPayload(f"{self.where}: {expected} expected, found {_found(self.value)}")


def _found(value: Json) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return _shown(value)


def _shown(value: Json) -> str:
    """A short form on one line, in ASCII."""
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_unicode(text: str) -> bool:
    """Whether it has no half of a surrogate pair, which JSON can spell and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
