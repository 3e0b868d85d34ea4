"""Every host and pool under watch, and what they may say of one another."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from collectors.disk_records import Standing
from collectors.host import Host
from collectors.registry import Collector, Reading, Scope, View, collectors_by_name
from collectors.xapi.members import Member
from collectors.xapi.reader import PoolReader
from collectors.xapi.source import XapiSource
from exporter.config import PoolTarget, Target, UnknownTarget, pools_of
from exporter.hosts import open_host
from exporter.hosts.pool_itself import PoolItself
from exporter.pools import Sources, member_of, sources_of
from exporter.retirement import Retirement
from exporter.watch import Surroundings, Watch

FRESH_SECONDS = 300.0
"""A reading of another host, or of the pool, older than this is no longer compared with."""
RECENT_SECONDS = 90.0
"""The same for what a pool concludes from its hosts, such as that a LUN's map is missing."""


class Fleet:
    """The watched hosts and their pools, by name. `clock` gives Unix time."""

    def __init__(
        self,
        targets: Iterable[Target],
        clock: Callable[[], float],
        open_host: Callable[..., Host] = open_host,
        collectors: Mapping[str, Callable[[], Collector]] | None = None,
        sources: Sources = sources_of,
        disk_probes: Callable[[str], tuple[Standing, ...]] = lambda name: (),
    ) -> None:
        self._clock = clock
        self._disk_probes = disk_probes
        self._open_host = open_host
        self._sources = sources
        self._collectors = collectors_by_name() if collectors is None else collectors
        self._retirement = Retirement()
        self._watches: dict[str, Watch] = {}
        self._pools: dict[str, Watch] = {}
        self._readers: dict[str, PoolReader] = {}
        self.follow(targets)

    def watches(self) -> list[Watch]:
        """All watched hosts and guests in the inventory's order, then the pools."""
        return [*self._watches.values(), *self._pools.values()]

    def hosts(self) -> list[Watch]:
        """All watched hosts in the inventory's order."""
        return [watch for watch in self._watches.values() if not is_guest(watch)]

    def guests(self) -> list[Watch]:
        """All watched guests in the inventory's order."""
        return [watch for watch in self._watches.values() if is_guest(watch)]

    def pools(self) -> list[Watch]:
        """All watched pools in the inventory's order."""
        return list(self._pools.values())

    def watch(self, name: str) -> Watch:
        """The watched host or pool of that name. Raises UnknownTarget, naming those there are."""
        found = {watch.target.name: watch for watch in self.watches()}
        try:
            return found[name]
        except KeyError:
            raise UnknownTarget(name, found) from None

    def reader(self, pool: str) -> PoolReader | None:
        """What reads a pool's XAPI; None for a pool that is not watched."""
        return self._readers.get(pool)

    @property
    def collector_names(self) -> tuple[str, ...]:
        """The collectors there are."""
        return tuple(self._collectors)

    def follow(self, targets: Iterable[Target]) -> None:
        """Watch these targets from now on. Hosts that are reached as before keep their state.

        So do pools that are still there, whatever became of their members.
        """
        wanted = tuple(targets)
        before, self._watches = self._watches, {}
        for target in wanted:
            kept = before.get(target.name)
            if kept is not None and target.reached_as(kept.target):
                del before[target.name]
                kept.target = target
            else:
                kept = self._host_watch(target)
            self._watches[target.name] = kept
        gone = self._follow_pools(pools_of(wanted))
        self._retirement.begin(gone, self._pools_left(wanted), list(before.values()))

    def _follow_pools(self, pools: Iterable[PoolTarget]) -> list[XapiSource]:
        """Watch these pools too; gives the ways to XAPI that are no longer asked."""
        gone: list[XapiSource] = []
        for pool in pools:
            known = self._pools.get(pool.pool)
            if known is None:
                self._pools[pool.pool] = self._pool_watch(pool)
            elif known.target != pool:
                known.target = pool
                reader = self._readers[pool.pool]
                gone += reader.follow(self._members(pool, reader))
        return gone

    def _pools_left(self, targets: Iterable[Target]) -> list[Watch]:
        """The watches of pools that are no longer there, taken out."""
        there = {pool.pool for pool in pools_of(targets)}
        left = [name for name in self._pools if name not in there]
        for name in left:
            del self._readers[name]
        return [self._pools.pop(name) for name in left]

    def _host_watch(self, target: Target) -> Watch:
        around = Surroundings(
            lambda collector: View(
                watch.target.inventory,
                self._peers(target, collector),
                pool=self._of_pool(target.pool),
            ),
            lambda: self._readers.get(target.pool),
            lambda: self._disk_probes(target.name),
        )
        host = self._open_host(target.name, target.settings)
        scopes: tuple[Scope, ...] = ("guest", "machine") if target.guest else ("host", "machine")
        watch = Watch(target, host, self._made(*scopes), around, self._clock)
        return watch

    def _pool_watch(self, target: PoolTarget) -> Watch:
        reader = self._readers[target.pool] = PoolReader(self._members(target), self._clock)
        around = Surroundings(lambda collector: self._view_of_pool(target.pool), lambda: reader)
        host = PoolItself(target.name, reader)
        return Watch(target, host, self._made("pool"), around, self._clock)

    def _members(self, pool: PoolTarget, reader: PoolReader | None = None) -> list[Member]:
        """A pool's members; those whose host `reader` knows keep their session with XAPI."""
        members = []
        for target in pool.members:
            host = self._watches[target.name].host
            known = reader.member(target.name) if reader else None
            same = known is not None and known.host is host
            members.append(known if same and known else member_of(target, host, self._sources))
        return members

    def _made(self, *scopes: Scope) -> list[Collector]:
        made = (make() for make in self._collectors.values())
        return [collector for collector in made if collector.scope in scopes]

    def _peers(self, target: Target, collector: str) -> dict[str, Reading[Any]]:
        """Fresh readings of one collector on the other hosts of the target's pool."""
        others = (w for w in self._watches.values() if w.target.pool == target.pool)
        return {
            watch.target.name: reading
            for watch in others
            if watch.target.name != target.name
            and (reading := self._fresh(watch).get(collector)) is not None
        }

    def _view_of_pool(self, pool: str) -> View:
        watch = self._pools.get(pool)
        if watch is None or not isinstance(watch.target, PoolTarget):
            return View()
        return View(watch.target.inventory, members=self._of_members(watch.target))

    def _of_members(self, pool: PoolTarget) -> dict[str, dict[str, Reading[Any]]]:
        """Recent readings of a pool's hosts, by collector, then by host."""
        found: dict[str, dict[str, Reading[Any]]] = {}
        for member in pool.members:
            watch = self._watches.get(member.name)
            readings = self._fresh(watch, RECENT_SECONDS) if watch else {}
            for collector, reading in readings.items():
                found.setdefault(collector, {})[member.name] = reading
        return found

    def _of_pool(self, pool: str) -> dict[str, Reading[Any]]:
        """Fresh readings of a pool's own collectors."""
        watch = self._pools.get(pool)
        return self._fresh(watch) if watch else {}

    def _fresh(self, watch: Watch, seconds: float = FRESH_SECONDS) -> dict[str, Reading[Any]]:
        now = self._clock()
        return {
            collector: last.reading
            for collector, last in watch.last.items()
            if last.reading is not None and now - last.at < seconds
        }

    async def close(self) -> None:
        """Let go of every host, after logging out of every pool."""
        await self._retirement.close()
        await asyncio.gather(*(watch.close() for watch in self._pools.values()))
        await asyncio.gather(*(watch.close() for watch in self._watches.values()))


def is_guest(watch: Watch) -> bool:
    """Whether it is a machine that is only probed, no dom0."""
    return isinstance(watch.target, Target) and watch.target.guest
