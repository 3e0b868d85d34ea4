"""What a drill watches on a host, as its recorder sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from exporter.drill.record import Io, Kind, State


class NoSubject(Exception):
    """The host has no such map or bond, or several: one line that says which to name."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: the state of every lane there is, and what serves now."""

    lanes: Mapping[str, State]
    """By the lane's name; a lane that was there before and is not in it is absent."""
    serving: State


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a host's log: Unix time by the host's clock, source and text."""

    unix: float
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class HostIo:
    """I/O measured on the host, its times still by the host's clock (`Io.at` is Unix time).

    `clock` is what that clock said when the program began there.
    """

    clock: float
    io: Sequence[Io]


class Subject(Protocol):
    """A map or a bond under test. Every method only looks; all raise HostError."""

    @property
    def kind(self) -> Kind:
        """Which kind of drill."""

    @property
    def name(self) -> str:
        """The subject's name in the report: WWID (alias), or bond."""

    @property
    def io_name(self) -> str:
        """What `io` measures, for people."""

    @property
    def collectors(self) -> tuple[str, ...]:
        """The collectors whose metrics decide which alerts would have fired."""

    async def facts(self) -> Sequence[tuple[str, str]]:
        """Versions and settings that hold for the whole drill."""

    async def sample(self) -> Sample:
        """One look, in well under a second, that touches no disk and changes nothing."""

    async def io(self, seconds: float) -> HostIo:
        """Light I/O for about `seconds`; longer while an operation hangs."""

    async def log_lines(self) -> Sequence[LogLine]:
        """What the host's logs said since the last call; nothing on the first."""
