"""How a drill's report says times, counts and names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from exporter.drill.record import Kind
from exporter.words import seconds_text


@dataclass(frozen=True, slots=True)
class Nouns:
    """What is under test, for people."""

    lane: str
    serving: str
    name: str
    """What a lane that comes back with another name has changed."""
    io: str
    ends: str
    """What an operation did not do that never ended."""


NOUNS: Mapping[Kind, Nouns] = {
    "multipath": Nouns("path", "path group", "address", "read", "ended"),
    "bond": Nouns("member", "active member", "name", "ping", "was answered"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """Turns seconds since the drill began into times of day."""

    began: float
    """Unix time."""
    zone: tzinfo | None = None
    """None: the zone of this machine."""

    def day(self, at: float = 0.0) -> str:
        """Date and time with its zone: `2026-04-07 17:26:31 UTC`."""
        return f"{self._moment(at):%Y-%m-%d %H:%M:%S %Z}"

    def zone_name(self) -> str:
        """The zone's short name: `CEST`."""
        return f"{self._moment(0.0):%Z}"

    def time(self, at: float) -> str:
        """Time of day: `17:26:31`."""
        return f"{self._moment(at):%H:%M:%S}"

    def exact(self, at: float) -> str:
        """Time of day to a tenth of a second: `17:26:31.4`."""
        moment = self._moment(at)
        return f"{moment:%H:%M:%S}.{moment.microsecond // 100_000}"

    def both(self, at: float) -> str:
        """Time of day and seconds since the drill began: `17:26:31.4 (12.0 s)`."""
        return f"{self.exact(at)} ({since(at)})"

    def _moment(self, at: float) -> datetime:
        """To the next tenth, as `since` rounds."""
        return datetime.fromtimestamp(round(self.began + at, 1), self.zone).astimezone(self.zone)


def since(seconds: float) -> str:
    """Seconds since something, to a tenth: `12.0 s`."""
    return f"{seconds + 0.0:.1f} s"


def lasted(seconds: float) -> str:
    """How long something took: `640 µs`, `1.2 s`, `1384 s`."""
    return f"{seconds:.0f} s" if seconds >= 99.95 else seconds_text(seconds)


def around(seconds: float, what: str) -> str:
    """When, seen from a mark: `0.4 s after the mark`, `0.2 s before the mark`."""
    return f"{since(abs(seconds))} {'before' if seconds < 0 else 'after'} {what}"


def counted(count: int, noun: str) -> str:
    """`1 path`, `3 paths`, `no path`."""
    return f"{count or 'no'} {noun}{'s' if count > 1 else ''}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def sentence(words: str) -> str:
    """With a capital at the start and a full stop at the end."""
    return f"{words[:1].upper()}{words[1:]}."


def plain(text: str) -> str:
    """Text on one line, without characters that steer terminals, break XML or cannot be written."""
    if text.isprintable():
        return text
    return "".join(
        " " if c.isspace() else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def cut(text: str, most: int) -> str:
    """At most so many characters, with an ellipsis where something is missing."""
    return text if len(text) <= most else f"{text[: max(0, most - 1)].rstrip()}…"
