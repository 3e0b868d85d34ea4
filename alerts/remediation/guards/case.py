"""What a guard judges, and what it may ask."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from alerts.remediation.clock import Clocks, ClockWatch
from alerts.remediation.history import History
from alerts.remediation.playbook import Playbook
from alerts.remediation.records import Origin, Target


@dataclass(frozen=True, slots=True)
class Case:
    """A run that wants to go on."""

    run: int
    target: Target
    playbook: Playbook
    origin: Origin


class AlertSource(Protocol):
    """What Alertmanager says. Both raise Unreadable."""

    async def is_firing(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert of just these labels is active, silenced or inhibited or not."""

    async def silenced_by(self, labels: Mapping[str, str]) -> str:
        """What silences these labels, for people; empty for nothing."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which nobody but people may act. Unix times; `labels` are patterns (fullmatch)."""

    begins: float
    ends: float
    labels: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


@dataclass(slots=True)
class Surroundings:
    """What is true of this xenlens now. The engine keeps it up to date."""

    clocks: Clocks
    clock: ClockWatch
    history: History
    kill_switch: Callable[[], str]
    """Why nothing may act; empty while it may. Raises OSError where that cannot be known."""
    alerts: AlertSource | None = None
    windows: tuple[Window, ...] = ()
    paused: str = ""
    """Who paused and why; empty while nobody has."""
    quarantined: dict[str, str] = field(default_factory=dict)
    """Why, by the key of the object."""


Guard = Callable[[Case, Surroundings], Awaitable[None]]
"""Allows by returning. Raises Refusal, and Unreadable where it cannot know."""
