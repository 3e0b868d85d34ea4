"""Every host under watch, and what they may say of one another."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from collectors.host import Host
from collectors.registry import Collector, Reading, collectors_by_name
from exporter.config import Target, UnknownTarget
from exporter.hosts import open_host
from exporter.watch import Watch

FRESH_SECONDS = 300.0
"""A peer's reading older than this is no longer compared with."""


class Fleet:
    """The watched hosts, by name. `clock` gives Unix time."""

    def __init__(
        self,
        targets: Iterable[Target],
        clock: Callable[[], float],
        open_host: Callable[..., Host] = open_host,
        collectors: Mapping[str, Callable[[], Collector]] | None = None,
    ) -> None:
        self._clock = clock
        self._open_host = open_host
        self._collectors = collectors_by_name() if collectors is None else collectors
        self._retiring: set[asyncio.Task[None]] = set()
        self._watches = {target.name: self._watch(target) for target in targets}

    def _watch(self, target: Target) -> Watch:
        return Watch(
            target,
            self._open_host(target.name, target.settings),
            [make() for make in self._collectors.values()],
            lambda collector: self._peers(target, collector),
            self._clock,
        )

    def _peers(self, target: Target, collector: str) -> dict[str, Reading[Any]]:
        """Fresh readings of one collector on the other hosts of the target's pool."""
        found: dict[str, Reading[Any]] = {}
        for watch in self._watches.values():
            last = watch.last.get(collector)
            if watch.target.pool != target.pool or watch.target.name == target.name:
                continue
            if last and last.reading and self._clock() - last.at < FRESH_SECONDS:
                found[watch.target.name] = last.reading
        return found

    def watches(self) -> list[Watch]:
        """All watched hosts in the inventory's order."""
        return list(self._watches.values())

    def watch(self, name: str) -> Watch:
        """The watched host `name`. Raises UnknownTarget, naming those there are."""
        try:
            return self._watches[name]
        except KeyError:
            raise UnknownTarget(name, self._watches) from None

    @property
    def collector_names(self) -> tuple[str, ...]:
        """The collectors that every host is asked with."""
        return tuple(self._collectors)

    def follow(self, targets: Iterable[Target]) -> None:
        """Watch these targets from now on. Hosts whose entry did not change keep their state."""
        before = self._watches
        self._watches = {}
        for target in targets:
            kept = before.get(target.name)
            unchanged = kept is not None and kept.target == target
            self._watches[target.name] = (
                before.pop(target.name) if unchanged else self._watch(target)
            )
        for watch in before.values():
            self._retire(watch)

    def _retire(self, watch: Watch) -> None:
        task = asyncio.ensure_future(watch.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def close(self) -> None:
        """Let go of every host."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*(watch.close() for watch in self._watches.values()))
