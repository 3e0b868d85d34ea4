"""While a command hangs on a host, no second one of the same is started there."""

import asyncio
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from collectors.host import DeadlineExceeded, HostError, Output, Stuck, Unreachable, loop_time

GRACE = 1.0
"""Seconds a killed command has to disappear before it counts as stuck."""


class Execution(Protocol):
    """One run of one command."""

    async def outcome(self) -> Output:
        """Start the command and wait for its output. Raises HostError."""

    def overdue(self) -> HostError:
        """What to tell the caller when the deadline passed first."""

    async def end(self) -> None:
        """Kill what still runs and return once it is really gone, however long that takes."""


class _Flight:
    """A run under way. Lives until its process is gone, longer than its outcome does."""

    gone: asyncio.Task[None]

    def __init__(self, execution: Execution, deadline: float) -> None:
        # Kept, since `age` may be asked for from a thread that renders.
        self._clock = asyncio.get_running_loop().time
        self.execution = execution
        self.began = self._clock()
        self.deadline = deadline
        self.waiters = 0
        self.outcome = asyncio.create_task(execution.outcome())

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return self._clock() - self.began

    @property
    def is_stuck(self) -> bool:
        """Whether it outlived its deadline and the time to die of the kill."""
        return self._clock() > self.deadline + GRACE

    async def share(self, deadline: float) -> Output:
        """Wait for the outcome until `deadline`; the last one to leave ends the run."""
        self.deadline = max(self.deadline, deadline)
        self.waiters += 1
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(self.outcome)
        except TimeoutError:
            raise self.execution.overdue() from None
        except asyncio.CancelledError:
            asker = asyncio.current_task()
            if self.outcome.cancelled() and not (asker and asker.cancelling()):
                # Not the asker was cancelled: the host was closed under it.
                raise Unreachable("the host is no longer watched") from None
            raise
        finally:
            self.waiters -= 1
            if not self.waiters:
                self.outcome.cancel()


class SingleFlight:
    """At most one run of the same argv at a time.

    A caller never gets the output of a run that began before it asked, since what it asks may
    be the effect of a change it just made; callers that waited together share the next run.

    What a command reads on its standard input is not looked at: whoever asks the same argv gives
    it the same program to read. Were it part of the key, a program that hangs on a host would be
    started there once more with its every new version.
    """

    def __init__(self) -> None:
        self._flights: dict[tuple[str, ...], _Flight] = {}

    async def run(
        self, argv: Sequence[str], deadline: float, start: Callable[[], Execution]
    ) -> Output:
        """The output of `start()`. Raises Stuck while an earlier run will not die."""
        key = tuple(argv)
        asked = loop_time()
        while (flight := self._flights.get(key)) and flight.began < asked:
            await _wait_until_gone(flight, key, deadline)
        if flight is None:
            flight = self._start(key, deadline, start)
        return await flight.share(deadline)

    def _start(
        self, key: tuple[str, ...], deadline: float, start: Callable[[], Execution]
    ) -> _Flight:
        if deadline <= loop_time():
            raise DeadlineExceeded(f"{shlex.join(key)}: no time was left to start it")
        flight = self._flights[key] = _Flight(start(), deadline)
        flight.gone = asyncio.create_task(self._see_off(key, flight))
        return flight

    async def _see_off(self, key: tuple[str, ...], flight: _Flight) -> None:
        try:
            # Callers get the exception; here it only counts as seen when all of them have left.
            await asyncio.gather(flight.outcome, return_exceptions=True)
        finally:
            # Also when the event loop is being shut down: no process is to outlive it.
            try:
                await flight.execution.end()
            finally:
                del self._flights[key]

    def stuck(self) -> Mapping[str, float]:
        """Command lines that outlived their deadline and the kill: seconds since they began."""
        flights = list(self._flights.items())
        return {shlex.join(key): flight.age for key, flight in flights if flight.is_stuck}

    async def close(self) -> None:
        """End every run; one that will not die is left behind after a grace."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.outcome.cancel()
        if flights:
            _, left = await asyncio.wait({flight.gone for flight in flights}, timeout=GRACE)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)


async def _wait_until_gone(flight: _Flight, key: tuple[str, ...], deadline: float) -> None:
    patience = flight.deadline + GRACE
    timeout = max(0.0, min(patience, deadline) - loop_time())
    done, _ = await asyncio.wait({flight.gone}, timeout=timeout)
    if done:
        return
    age = f"{flight.age:.0f} s"
    if patience <= deadline:
        raise Stuck(f"{shlex.join(key)}: a run from {age} ago still hangs, none was started")
    raise DeadlineExceeded(f"{shlex.join(key)}: a run from {age} ago had not ended yet")
