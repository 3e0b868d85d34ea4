"""One scrape of the emulated host as `serve` makes it, and three listings of its maps compared."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from itertools import chain

from prometheus_client.samples import Sample

from collectors.inventory import HostInventory
from collectors.multipath import LISTING
from collectors.multipath_json import parse_maps_json
from collectors.multipath_records import Map
from collectors.multipath_text import parse_listing
from collectors.multipathd import MAPS_JSON, RAW_PATHS, TOPOLOGY, complete, parse_raw_paths
from exporter.config import Target
from exporter.fleet import Fleet
from exporter.outcome import Outcome
from exporter.watch import Scrape, Watch
from tests.labs.machine import Machine
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.paths import ask
from tests.labs.multipath.setup import HOSTNAME

BUDGET = 40.0
"""Seconds for a scrape; an emulated processor that others slow down takes one to ten."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one scrape gave."""

    scrape: Scrape

    def outcome(self, collector: str = "multipath") -> Outcome:
        """What became of one collector."""
        (found,) = (one for one in self.scrape.outcomes if one.collector == collector)
        return found

    @property
    def findings(self) -> list[str]:
        """What `xenlens check` prints of multipath, as `SUBJECT SEVERITY TEXT`.

        Raises AssertionError where the maps could not be read.
        """
        outcome = self.outcome()
        assert outcome.success, f"{outcome.reason}: {outcome.message}"
        return [f"{one.subject} {one.severity} {one.text}" for one in outcome.findings]

    @property
    def via(self) -> str:
        """The way the maps were read; empty where they were not."""
        reading = self.outcome().reading
        return reading.via if reading else ""

    def value(self, name: str, **labels: str) -> float | None:
        """The one sample of `xenlens_multipath_NAME` that has these labels; None without any."""
        found = [sample.value for sample in self._samples(name, labels)]
        assert len(found) < 2, f"{name}{labels} is {len(found)} series"
        return found[0] if found else None

    def state(self, name: str, **labels: str) -> str | None:
        """The one state of `xenlens_multipath_NAME` that is 1; None without such series."""
        found = [s.labels["state"] for s in self._samples(name, labels) if s.value == 1]
        assert len(found) < 2, f"{name}{labels} is {found}"
        return found[0] if found else None

    def _samples(self, name: str, labels: Mapping[str, str]) -> Iterator[Sample]:
        for sample in chain.from_iterable(metric.samples for metric in self.scrape.metrics):
            is_named = sample.name == f"xenlens_multipath_{name}"
            if is_named and labels.items() <= sample.labels.items():
                yield sample


class Watcher:
    """The host under watch; what it had before is remembered from look to look."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch

    async def look(self, *collectors: str, budget: float = BUDGET) -> Sight:
        """One scrape, of the multipath collector alone when none is named."""
        return Sight(await self.watch.scrape(collectors or ("multipath",), budget))

    async def until_it_answers(self, timeout: float) -> Sight:
        """The first look that succeeds. Raises AssertionError after `timeout` seconds."""
        until = time.monotonic() + timeout
        while not (sight := await self.look()).outcome().success:
            assert time.monotonic() < until, sight.outcome().message
            await asyncio.sleep(1)
        return sight


@asynccontextmanager
async def watching(
    lab: MultipathLab, inventory: HostInventory | None = None
) -> AsyncIterator[Watcher]:
    """The lab's host, reached by SSH, as the only one of its pool."""
    settings = replace(lab.settings(), connect_timeout=BUDGET)
    target = Target(HOSTNAME, "lab", settings, inventory or HostInventory())
    fleet = Fleet([target], time.time)
    try:
        yield Watcher(fleet.watch(HOSTNAME))
    finally:
        await fleet.close()


def by_listing(machine: Machine) -> tuple[Map, ...]:
    """The maps by `multipath -ll`."""
    return parse_listing(machine.call(*LISTING).stdout).records


def by_json(machine: Machine) -> tuple[Map, ...]:
    """The maps by multipathd's JSON, completed by its list of paths."""
    maps = parse_maps_json(ask(machine, " ".join(MAPS_JSON))).records
    return complete(maps, parse_raw_paths(ask(machine, " ".join(RAW_PATHS))).records)


def by_topology(machine: Machine) -> tuple[Map, ...]:
    """The maps by multipathd's topology."""
    return parse_listing(ask(machine, " ".join(TOPOLOGY))).records


def disagreements(machine: Machine) -> dict[str, tuple[object, object]]:
    """Where `multipath -ll`, or the daemon's topology, says another thing than the daemon's JSON.

    Compared while nothing changes; fields of the topology have that word before them.
    """
    until = time.monotonic() + BUDGET
    while time.monotonic() < until:
        told, listed, shown = by_json(machine), by_listing(machine), by_topology(machine)
        if told == by_json(machine):
            of_topology = differences(shown, told).items()
            return differences(listed, told) | {f"topology {name}": x for name, x in of_topology}
    raise TimeoutError("the daemon's maps do not stand still")


def differences(one: tuple[Map, ...], other: tuple[Map, ...]) -> dict[str, tuple[object, object]]:
    """Fields in which two readings differ, such as `sda checker_state`, with both values."""
    left, right = _flat(one), _flat(other)
    names = dict.fromkeys((*left, *right))
    pairs = {name: (left.get(name), right.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _flat(maps: tuple[Map, ...]) -> Mapping[str, object]:
    return {name: value for one in maps for name, value in _fields_of(one)}


def _fields_of(one: Map) -> Iterator[tuple[str, object]]:
    yield from _fields(one.wwid, one, "groups")
    for number, group in enumerate(one.groups, 1):
        yield from _fields(f"{one.wwid} group {number}", group, "paths")
        for path in group.paths:
            name = path.device or f"{path.major}:{path.minor}"
            yield f"{name} place", (one.wwid, number)
            yield from _fields(name, path, "")


def _fields(name: str, record: object, but: str) -> Iterator[tuple[str, object]]:
    for field in fields(record):  # type: ignore[arg-type]
        if field.name != but:
            yield f"{name} {field.name}", getattr(record, field.name)
