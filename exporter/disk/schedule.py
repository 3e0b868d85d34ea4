"""Runs disk probes when they are due, each in a task of its own."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from collectors.disk_reasons import is_skip
from collectors.disk_records import DiskProbe
from exporter.disk.attempt import Means, attempt
from exporter.disk.board import Board
from exporter.disk.slots import jittered, next_slot

log = logging.getLogger(__name__)
LONGEST_SLEEP = 30.0
"""Seconds: the wall clock may be set while a task sleeps."""


def _told(task: asyncio.Task[None]) -> None:
    """A task ends only when it is cancelled; anything else must not go unseen."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a disk probe is no longer run", extra={"task": task.get_name()}, exc_info=error)


@dataclass(frozen=True, slots=True)
class _Task:
    probe: DiskProbe
    task: asyncio.Task[None]


class Schedule:
    """The probes under schedule. `clock` gives Unix time, `chance` the jitter.

    `means` may be replaced; the next attempts use the new ones.
    """

    def __init__(
        self, means: Means, board: Board, clock: Callable[[], float], chance: Random
    ) -> None:
        self.means = means
        self._board = board
        self._clock = clock
        self._chance = chance
        self._tasks: dict[str, _Task] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def follow(self, probes: Iterable[DiskProbe]) -> None:
        """Run these from now on. One that changed or is gone is ended, also in mid-run."""
        wanted = {probe.name: probe for probe in probes}
        self._board.follow(wanted.values())
        for name, kept in list(self._tasks.items()):
            if wanted.get(name) != kept.probe or kept.task.done():
                self._end(self._tasks.pop(name).task)
        for name, probe in wanted.items():
            if name not in self._tasks:
                task = asyncio.create_task(self._repeat(probe), name=f"disk probe {name}")
                task.add_done_callback(_told)
                self._tasks[name] = _Task(probe, task)

    def _end(self, task: asyncio.Task[None]) -> None:
        task.cancel()
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _repeat(self, probe: DiskProbe) -> None:
        while True:
            # From the wall clock anew: a run that took longer than a period skips those it missed.
            due = jittered(probe, next_slot(probe, self._clock()), self._chance)
            self._board.planned(probe, due)
            if await self._until(due, probe):
                await self._once(probe)

    async def _until(self, due: float, probe: DiskProbe) -> bool:
        """Wait on the wall clock. False where that was set, or stood still: plan anew then."""
        while (left := due - self._clock()) > 0:
            if left > probe.every + probe.jitter + LONGEST_SLEEP:
                return False
            await asyncio.sleep(min(left, LONGEST_SLEEP))
        return self._clock() - due < max(probe.every / 2, LONGEST_SLEEP)

    async def _once(self, probe: DiskProbe) -> None:
        self._board.began(probe)
        outcome = await attempt(self.means, probe)
        self._board.ended(probe, outcome)
        if outcome.reason is not None:
            done = "disk probe skipped" if is_skip(outcome.reason) else "disk probe failed"
            told = {"probe": probe.name, "target": probe.host, "reason": outcome.reason}
            log.info(done, extra={**told, "error": outcome.message})

    async def close(self) -> None:
        """End every run; what it left on its machine is gone when its process is."""
        for name in list(self._tasks):
            self._end(self._tasks.pop(name).task)
        await asyncio.gather(*self._ending, return_exceptions=True)
