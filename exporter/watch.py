"""One host or pool under watch: its collectors, what they gave last, and one scrape at a time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.core import Metric

from collectors.disk_records import Standing
from collectors.host import Host, loop_time
from collectors.registry import Collector, View
from collectors.xapi.access import PoolAccess
from exporter.config import PoolTarget, Target
from exporter.evidence import Evidence
from exporter.in_flight import InFlight
from exporter.outcome import Assignment, Outcome, is_up, run_collector
from exporter.status import Memory, status_metrics

RESERVE = 0.1
"""Share of a scrape's budget kept for rendering and the way back."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """What one scrape of a target gave."""

    outcomes: tuple[Outcome, ...]
    metrics: tuple[Metric, ...]

    @property
    def up(self) -> bool:
        """Whether the host, or any host of the pool, answered anything at all."""
        return is_up(self.outcomes)


class UnknownCollector(ValueError):
    """A collector was asked for that does not exist."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a watch sees beside its own host. All is asked anew for every run."""

    view: Callable[[str], View]
    """What a collector, by name, may compare with."""
    pool: Callable[[], PoolAccess | None] = lambda: None
    disk_probes: Callable[[], tuple[Standing, ...]] = tuple


class Watch:
    """A target with its kept connection and the state of its collectors."""

    def __init__(
        self,
        target: Target | PoolTarget,
        host: Host,
        collectors: Sequence[Collector],
        around: Surroundings,
        clock: Callable[[], float],
    ) -> None:
        self.target = target
        self.evidence = Evidence()
        self.last: dict[str, Outcome] = {}
        self.host = host
        self.in_use = InFlight()
        """Uses of the host: collectors' runs, disk probes, effects."""
        self._collectors = {collector.name: collector for collector in collectors}
        self._around = around
        self._clock = clock
        self._memory = Memory(Counter(), Counter(), {})
        self._running: dict[tuple[tuple[str, ...], float], asyncio.Task[Scrape]] = {}

    async def scrape(self, names: Iterable[str] = (), budget: float = 10.0) -> Scrape:
        """Run the collectors `names` (all when empty) within `budget` seconds.

        Callers that ask for the same while it runs share the run. Raises UnknownCollector.
        """
        run = (self.choose(names), budget)
        task = self._running.get(run)
        if task is None:
            task = self._running[run] = asyncio.ensure_future(self._scrape(*run))
            task.add_done_callback(lambda done: self._running.pop(run, None))
        return await asyncio.shield(task)

    async def fresh(self, name: str, budget: float) -> Outcome:
        """Run one collector, beginning after now: a run that is under way is not shared.

        Raises UnknownCollector.
        """
        (name,) = self.choose([name])
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=budget)
        await self.scrape([name], budget)
        return self.last[name]

    def choose(self, names: Iterable[str]) -> tuple[str, ...]:
        """The collectors `names`, all when empty. Raises UnknownCollector."""
        chosen = tuple(sorted(set(names))) or self.collector_names
        for name in chosen:
            if name not in self._collectors:
                known = ", ".join(sorted(self._collectors))
                raise UnknownCollector(f"unknown collector {name!r}; there are: {known}")
        return chosen

    async def _scrape(self, names: tuple[str, ...], budget: float) -> Scrape:
        deadline = loop_time() + budget * (1 - RESERVE)
        runs = (self._run(self._collectors[name], deadline) for name in names)
        outcomes = tuple(await asyncio.gather(*runs))
        metrics = [metric for outcome in outcomes for metric in outcome.metrics]
        scrape = Scrape(outcomes, tuple(metrics))
        status = status_metrics(self.labels, scrape.up, outcomes, self._memory, self.stuck())
        return Scrape(outcomes, (*status, *metrics))

    async def _run(self, collector: Collector, deadline: float) -> Outcome:
        outcome = await self.run_apart(collector, deadline)
        self._memory.take(outcome)
        self.last[outcome.collector] = outcome
        return outcome

    async def run_apart(self, collector: Collector, deadline: float) -> Outcome:
        """Run what is no part of a scrape, such as a disk probe; its evidence is kept here too."""
        assignment = Assignment(
            self.host,
            self.target.inventory,
            self.labels,
            lambda: self._around.view(collector.name),
            self._around.pool(),
            self._around.disk_probes(),
        )
        with self.in_use.one():
            outcome = await run_collector(collector, assignment, deadline, self._clock)
        self.evidence.add(outcome)
        return outcome

    @property
    def collector_names(self) -> tuple[str, ...]:
        """The collectors that look at this target."""
        return tuple(sorted(self._collectors))

    @property
    def labels(self) -> dict[str, str]:
        """The labels every series of this target carries."""
        return self.target.labels

    def stuck(self) -> Mapping[str, float]:
        """Commands that outlived their deadline and still hang, with their age in seconds."""
        return self.host.stuck()

    async def retire(self) -> None:
        """Let what is under way end within its time, then let go of the host."""
        while self._running:
            await asyncio.wait(list(self._running.values()))
        await self.in_use.ended()
        await self.close()

    async def close(self) -> None:
        """Let go of the host."""
        for task in list(self._running.values()):
            task.cancel()
        for collector in self._collectors.values():
            await collector.close()
        await self.host.close()
