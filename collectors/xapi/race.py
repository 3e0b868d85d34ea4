"""Asking one member after the other, the next one when the last refused or keeps us waiting."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from collectors.host import loop_time
from collectors.xapi.members import Attempt, towards
from collectors.xapi.records import PoolState
from collectors.xapi.source import Inquiry, XapiFailed

log = logging.getLogger(__name__)

FIRST_PATIENCE = 0.6
"""Share of the time in which the first member is asked alone. All sockets of a pool lead to its
coordinator: when that is only slow, asking a second member makes it slower."""
NEXT_PATIENCE = 0.5
"""The same for those after it, of the time that is left."""
HANGING = frozenset({"deadline_exceeded", "slow", "stuck"})
"""A member whose XAPI keeps us waiting is not asked another way: it would wait there as well."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a member gave nothing. `waited` is how many seconds a request of ours was open there."""

    reason: str
    text: str
    waited: float


class Race:
    """One read of a pool. `refusals` holds the last one of each member.

    `foreign` says of a state why it is not this pool's, or None.
    """

    def __init__(
        self,
        waiting: Sequence[Attempt],
        addresses: Mapping[str, str],
        foreign: Callable[[PoolState], str | None],
    ) -> None:
        self.refusals: dict[str, Refusal] = {}
        self._everyone = tuple(waiting)
        self._waiting = list(waiting)
        self._addresses = addresses
        self._foreign = foreign
        self._running: dict[asyncio.Task[PoolState], tuple[Attempt, float]] = {}

    async def run(self, inquiry: Inquiry) -> tuple[Attempt, PoolState] | None:
        """The first state and whose it is; None when nobody gave one until the deadline."""
        patience = FIRST_PATIENCE
        try:
            while self._running or (self._waiting and _left(inquiry.deadline)):
                if (following := self._next()) and _left(inquiry.deadline):
                    self._start(following, inquiry)
                done = await self._some_done(inquiry.deadline, patience)
                if (won := self._judged(done)) is not None:
                    return won
                patience = FIRST_PATIENCE if not self._running else NEXT_PATIENCE
        finally:
            for task, (overtaken, began) in self._running.items():
                task.cancel()
                text = "gave no answer before another member did"
                self._refuse(overtaken, "deadline_exceeded", text, loop_time() - began)
        return None

    def _next(self) -> Attempt | None:
        """Who is asked next: a member that still keeps us waiting is not asked another way."""
        asked = [attempt.member for attempt, _ in self._running.values()]
        return next((one for one in self._waiting if one.member not in asked), None)

    def _start(self, attempt: Attempt, inquiry: Inquiry) -> None:
        self._waiting.remove(attempt)
        task = asyncio.ensure_future(attempt.source.read(inquiry))
        self._running[task] = attempt, loop_time()

    async def _some_done(self, deadline: float, patience: float) -> set[asyncio.Task[PoolState]]:
        """Those that ended; none when it is time to ask the next member as well."""
        left = _left(deadline)
        timeout = left * patience if self._next() and left else None
        done, _ = await asyncio.wait(
            self._running, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        return done

    def _judged(self, done: set[asyncio.Task[PoolState]]) -> tuple[Attempt, PoolState] | None:
        for task in done:
            attempt, began = self._running.pop(task)
            try:
                state = task.result()
                if (why := self._foreign(state)) is not None:
                    raise XapiFailed("wrong_pool", why)
            except XapiFailed as failure:
                self._take(attempt, failure, began)
            except Exception as error:
                # One way's own fault must not cost the pool what another member tells.
                told = {"member": attempt.member.name, "source": attempt.source.via}
                log.exception("a fault of xenlens in reading a pool", extra=told)
                self._refuse(attempt, "internal_error", f"{type(error).__name__}: {error}", 0.0)
            else:
                self.refusals.pop(attempt.member.name, None)
                return attempt, state
        return None

    def _take(self, attempt: Attempt, failure: XapiFailed, began: float) -> None:
        """Who is asked next: a member that names its coordinator sends us there."""
        waited = max(attempt.source.stuck().values(), default=0.0)
        if failure.reason != "stuck":
            waited = loop_time() - began
        self._refuse(attempt, failure.reason, str(failure), waited)
        if failure.reason in HANGING:
            others = (one for one in self._waiting if one.member is not attempt.member)
            self._waiting = list(others)
        if failure.reason == "host_is_slave" and failure.parameters:
            coordinator = failure.parameters[0]
            followed = towards(coordinator, self._waiting, self._addresses)
            if followed is None and not self._knows(coordinator):
                text = f"its coordinator {coordinator} is not at any address of the inventory"
                self._refuse(attempt, "unknown_coordinator", text, waited)
            self._waiting = followed or self._waiting

    def _refuse(self, attempt: Attempt, reason: str, text: str, waited: float) -> None:
        before = self.refusals.get(attempt.member.name)
        if before is None or before.reason not in HANGING:
            self.refusals[attempt.member.name] = Refusal(reason, text, waited)

    def _knows(self, address: str) -> bool:
        """Whether a member is at an address, asked or not."""
        return towards(address, self._everyone, self._addresses) is not None


def _left(deadline: float) -> float:
    return max(0.0, deadline - loop_time())
