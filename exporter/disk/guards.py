"""May a probe run now? Asked of the hosts themselves, right before it would."""

import asyncio
from collections.abc import Iterable, Iterator

from collectors.disk_reasons import DiskProbeFailed
from collectors.disk_records import DiskProbe
from collectors.pool_facts import PoolFacts
from collectors.storage_matrix import sr_cells
from collectors.storage_reading import StorageReading
from collectors.xapi.records import Sr
from exporter.fleet import Fleet, is_guest
from exporter.outcome import Outcome
from exporter.watch import Watch

PATHS, STORAGE, POOL = "multipath", "storage", "pool"
LOST = ("unplugged", "missing")
NO_STORAGE = "iso"
"""An unplugged ISO library says nothing of the disks."""


async def objection(fleet: Fleet, probe: DiskProbe, budget: float) -> DiskProbeFailed | None:
    """Why the probe must not run now, or None. Looks anew; what is unknown is an objection.

    A guest may run on any host of its pool that lives: lost paths of any of them count.
    """
    machine = fleet.watch(probe.host)
    pool = next((w for w in fleet.pools() if w.target.pool == machine.target.pool), None)
    if pool is None:
        return _of_guests_only(probe)
    guest = is_guest(machine)
    hosts = [w for w in fleet.hosts() if w.target.pool == machine.target.pool]
    asked = hosts if guest else [machine]
    (storage, state), *paths = await asyncio.gather(
        _look(pool, (STORAGE, POOL), budget), *(_look(w, (PATHS,), budget) for w in asked)
    )
    dead = _dead(state) if guest else frozenset()
    own = None if guest else probe.host
    objections = (
        *_of_paths(o for w, (o,) in zip(asked, paths, strict=True) if w.target.name not in dead),
        *_of_pool(state, own),
        *_of_storage(storage, probe, own),
    )
    return objections[0] if objections else None


def _of_guests_only(probe: DiskProbe) -> DiskProbeFailed | None:
    """A pool without hosts in the inventory has nobody who knows of its storage."""
    if not probe.sr:
        return None
    text = f"no host of the pool is there to ask about SR {probe.sr}: name one, or leave sr out"
    return DiskProbeFailed("state_unknown", text)


async def _look(watch: Watch, names: Iterable[str], budget: float) -> tuple[Outcome, ...]:
    """The outcomes of these collectors, in their order."""
    wanted = tuple(names)
    by_name = {o.collector: o for o in (await watch.scrape(wanted, budget)).outcomes}
    return tuple(by_name[name] for name in wanted)


def _of_paths(outcomes: Iterable[Outcome]) -> Iterator[DiskProbeFailed]:
    for outcome in outcomes:
        if not outcome.success:
            yield _unknown(outcome)
        for finding in outcome.findings:
            yield DiskProbeFailed("paths_degraded", f"{finding.subject}: {finding.text}")


def _unknown(outcome: Outcome) -> DiskProbeFailed:
    text = f"{outcome.collector} could not be read: {outcome.message or 'XAPI does not answer'}"
    return DiskProbeFailed("state_unknown", text)


def _dead(outcome: Outcome) -> frozenset[str]:
    """The hosts that XAPI calls dead: no guest runs there."""
    facts = outcome.reading
    if not isinstance(facts, PoolFacts):
        return frozenset()
    return frozenset(facts.pool.name_of(h.uuid) for h in facts.records if h.live is False)


def _of_pool(outcome: Outcome, host: str | None) -> Iterator[DiskProbeFailed]:
    """Whether the pool, and the `host` in it, do their normal work."""
    facts = outcome.reading
    if not isinstance(facts, PoolFacts) or facts.pool.state is None:
        yield _unknown(outcome)
        return
    if facts.pool.state.pool.rolling_upgrade:
        yield DiskProbeFailed("host_in_maintenance", "the pool is being upgraded")
    if host is None:
        return
    own = [found for found in facts.records if facts.pool.name_of(found.uuid) == host]
    if not own:
        yield DiskProbeFailed("state_unknown", f"XAPI knows no host {host}")
    elif own[0].live is None:
        yield DiskProbeFailed("state_unknown", f"XAPI does not say whether {host} lives")
    elif not own[0].enabled or not own[0].live:
        said = "disabled" if own[0].live else "not live"
        yield DiskProbeFailed("host_in_maintenance", f"XAPI calls {host} {said}")


def _of_storage(outcome: Outcome, probe: DiskProbe, host: str | None) -> Iterator[DiskProbeFailed]:
    """Whether the SR (all of them, where the probe names none) is where it should be."""
    reading = outcome.reading
    if not isinstance(reading, StorageReading):
        yield _unknown(outcome)
        return
    srs = [sr for sr in reading.records if _concerns(sr, probe)]
    if probe.sr and not srs:
        text = f"the pool has no SR of the name or uuid {probe.sr}"
        yield DiskProbeFailed("state_unknown", text)
    for sr in srs:
        lost = [reading.hosts[uuid] for uuid, state in sr_cells(reading, sr) if state in LOST]
        if lost and (host is None or host in lost):
            text = f"the PBD of {sr.name} is unplugged or missing on {', '.join(lost)}"
            yield DiskProbeFailed("storage_degraded", text)
    yield from _of_luns(outcome, reading, srs)


def _concerns(sr: Sr, probe: DiskProbe) -> bool:
    if probe.sr:
        return probe.sr in (sr.name, sr.uuid)
    return sr.shared and NO_STORAGE not in (sr.type, sr.content_type)


def _of_luns(outcome: Outcome, reading: StorageReading, srs: list[Sr]) -> Iterator[DiskProbeFailed]:
    luns = {scsi_id for scsi_id, on in reading.luns.items() if any(sr in on for sr in srs)}
    for finding in outcome.findings:
        if finding.subject in luns:
            text = f"LUN {finding.subject}: {finding.text}"
            yield DiskProbeFailed("storage_degraded", text)
