"""What a run works with. All of it is handed in."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from alerts.remediation.door import Doorway
from alerts.remediation.guards import OVERRULED_BY_A_PERSON, Case, Guard, Surroundings
from alerts.remediation.journal import Journal
from alerts.remediation.meter import Meter
from alerts.remediation.playbook import Rules
from alerts.remediation.records import Refusal, Target, Unreadable
from alerts.remediation.sight import Sight
from alerts.remediation.states import State
from alerts.remediation.tool import Tool

log = logging.getLogger(__name__)


class Tell(Protocol):
    """What people are told through Alertmanager, for as long as the block runs."""

    def at_work(self, target: Target) -> AbstractAsyncContextManager[None]:
        """A run is at work: the page about its object waits."""

    def awaits_approval(self, run: int, target: Target) -> AbstractAsyncContextManager[None]:
        """A plan waits for a person."""


class Nobody:
    """Where no Alertmanager is configured nobody is told, and no page waits."""

    def at_work(self, target: Target) -> AbstractAsyncContextManager[None]:
        """Does nothing."""
        return nullcontext()

    def awaits_approval(self, run: int, target: Target) -> AbstractAsyncContextManager[None]:
        """Does nothing."""
        return nullcontext()


async def unobserved(run: int, state: State) -> None:
    """Nobody watches the transitions."""


@dataclass(slots=True)
class Parts:
    """Rules may be replaced while runs are under way: each looks at them again when it arms."""

    journal: Journal
    tools: Mapping[str, Tool]
    rules: Mapping[str, Rules]
    sight: Sight
    door: Doorway
    around: Surroundings
    meter: Meter
    tell: Tell = field(default_factory=Nobody)
    hold: Callable[[str], AbstractContextManager[None]] = lambda pool: nullcontext()
    """Keeps disk probes out of a pool."""
    observe: Callable[[int, State], Awaitable[None]] = unobserved
    """Called after each transition is written down."""
    arming: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Guards and the step to ARMED are one: no other run may arm in between."""
    confirming: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(8))
    """So many runs may read hosts at once."""
    again: float = 5.0
    """Seconds between two looks at what cannot be read after a crash."""


async def ask_guards(guards: tuple[Guard, ...], case: Case, around: Surroundings) -> list[str]:
    """Ask one after the other; gives the names of those that allowed. Raises Refusal.

    A guard that fails by a fault of its own refuses.
    """
    asked = []
    for guard in guards:
        if case.origin.person and guard in OVERRULED_BY_A_PERSON:
            continue
        try:
            await guard(case, around)
        except Refusal:
            raise
        except Exception as error:
            told = {"run": case.run, "guard": guard.__name__}
            log.exception("a fault of xenlens in a guard", extra=told)
            raise Unreadable("guard", f"{guard.__name__}: {type(error).__name__}") from error
        asked.append(guard.__name__)
    return asked
