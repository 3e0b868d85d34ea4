"""`/disks`: storage classes side by side, and how every disk probe stands."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import aiohttp_jinja2
from aiohttp import web

from collectors.disk_compare import Comparison, Speed, Verdict, Word, by_pool
from collectors.disk_reasons import is_skip
from collectors.disk_records import Standing
from exporter.service import Service
from exporter.web.keys import SERVICE
from exporter.words import duration, speed

STATES: Mapping[Word, str] = {
    "faster": "ok",
    "not faster": "warning",
    "slower": "warning",
    "unknown": "unknown",
}
"""Of a class that is expected to be faster."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One class in a picture of several; `share` of the widest, 0 to 1."""

    name: str
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One comparison: a bar for each class, and a sentence for each pair."""

    title: str
    bars: tuple[Bar, ...]
    says: tuple[tuple[str, str], ...]
    """State (ok, warning, unknown) and sentence."""
    notes: tuple[str, ...]
    """How old the figures are, and what hinders new ones."""


@dataclass(frozen=True, slots=True)
class Row:
    """One probe."""

    standing: Standing
    pool: str
    state: str
    figures: tuple[str, ...]
    age: str
    due: str


@aiohttp_jinja2.template("disks.html")
async def page(request: web.Request) -> dict[str, object]:
    """The page for people; `?embed` leaves out what surrounds the pictures."""
    service = request.app[SERVICE]
    return {
        "pools": pictures(service),
        "rows": [] if "embed" in request.query else _rows(service),
        "embed": "embed" in request.query,
    }


def pictures(service: Service) -> dict[str, list[Picture]]:
    """The comparisons of each pool that has any."""
    standings: defaultdict[str, list[Standing]] = defaultdict(list)
    for standing in service.board.standings():
        standings[_pool_of(service, standing)].append(standing)
    now = service.clock()
    compared = by_pool(standings)
    return {pool: [_picture(one, now) for one in found] for pool, found in compared.items()}


def _pool_of(service: Service, standing: Standing) -> str:
    return service.fleet.watch(standing.probe.host).target.pool


def _picture(comparison: Comparison, now: float) -> Picture:
    widest = max(one.bandwidth or 0.0 for one in comparison.speeds) or 1.0
    return Picture(
        comparison.title,
        tuple(_bar(one, widest) for one in comparison.speeds),
        tuple(_said(one, comparison.title) for one in comparison.verdicts()),
        tuple(_notes(comparison, now)),
    )


def _bar(one: Speed, widest: float) -> Bar:
    parts = [speed(one.bandwidth, one.iops, one.latency)]
    if one.probes > 1:
        parts.append(f"mean of {one.probes} probes")
    if one.limited:
        parts.append("at its rate limit")
    return Bar(one.name, (one.bandwidth or 0.0) / widest, ", ".join(parts))


def _said(verdict: Verdict, title: str) -> tuple[str, str]:
    return STATES[verdict.word], verdict.sentence(title)


def _notes(comparison: Comparison, now: float) -> Iterator[str]:
    """The oldest figures, then each probe that has a reason to give none, or no new ones."""
    measured = [s.success_at for s in comparison.standings if s.run and s.success_at is not None]
    if measured:
        yield f"oldest figures: {duration(now - min(measured))} ago"
    for standing in comparison.standings:
        without = "" if standing.run else ", it has no figures here"
        if standing.reason is not None:
            done = "was skipped" if is_skip(standing.reason) else "failed"
            yield f"{standing.probe.name} {done} ({standing.reason}){without}"
        elif is_too_old(standing):
            yield f"the figures of {standing.probe.name} are too old"


def _rows(service: Service) -> list[Row]:
    now = service.clock()
    return [_row(s, _pool_of(service, s), now) for s in service.board.standings()]


def _row(standing: Standing, pool: str, now: float) -> Row:
    at, due = standing.success_at, standing.next_at
    age = "never" if at is None else f"{duration(now - at)} ago"
    return Row(standing, pool, state_of(standing), _figures(standing), age, _due(due, now))


def _figures(standing: Standing) -> tuple[str, ...]:
    """The last figures, with their direction where there are several."""
    if is_too_old(standing):
        return ("too old",)
    figures = standing.run.figures if standing.run else ()
    return tuple(
        (f"{one.direction}: " if len(figures) > 1 else "")
        + speed(one.bandwidth, one.iops, one.latency_mean)
        for one in figures
    )


def _due(due: float | None, now: float) -> str:
    return "" if due is None or due < now else f"in {duration(due - now)}"


def state_of(standing: Standing) -> str:
    """The probe's state in a word or two."""
    if standing.running_since is not None:
        return "running"
    if standing.reason is not None:
        return "skipped" if is_skip(standing.reason) else "failed"
    if is_too_old(standing):
        return "too old"
    return "ok" if standing.run is not None else "not run yet"


def is_too_old(standing: Standing) -> bool:
    """Whether there were figures that are not believed any more; a failed run leaves none."""
    at, ended = standing.success_at, standing.ended_at
    return standing.run is None and at is not None and (ended is None or at >= ended)
