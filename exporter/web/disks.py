"""`/disks`: storage classes side by side, and how every disk probe stands."""

from collections import defaultdict
from dataclasses import dataclass

import aiohttp_jinja2
from aiohttp import web

from collectors.disk_compare import BARELY, ClassSpeed, Comparison, by_pool
from collectors.disk_reasons import is_skip
from collectors.disk_records import Standing
from exporter.service import Service
from exporter.web.keys import SERVICE
from exporter.words import duration, per_second, seconds_text


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
    compared = by_pool(standings)
    return {pool: [_picture(one) for one in found] for pool, found in compared.items()}


def _pool_of(service: Service, standing: Standing) -> str:
    return service.fleet.watch(standing.probe.host).target.pool


def _picture(comparison: Comparison) -> Picture:
    widest = max(speed.bandwidth for speed in comparison.speeds) or 1.0
    bars = tuple(
        Bar(speed.storage_class, speed.bandwidth / widest, _said_of(speed))
        for speed in comparison.speeds
    )
    says = tuple(_sentence(faster, slower, ratio) for faster, slower, ratio in comparison.pairs())
    return Picture(f"{comparison.profile} ({comparison.direction})", bars, says)


def _said_of(speed: ClassSpeed) -> str:
    parts = [per_second(speed.bandwidth)]
    if speed.iops is not None:
        parts.append(f"{speed.iops:,.0f} IOPS")
    if speed.latency is not None:
        parts.append(f"{seconds_text(speed.latency)} mean latency")
    if speed.limited:
        parts.append("at its rate limit")
    return ", ".join(parts)


def _sentence(faster: ClassSpeed, slower: ClassSpeed, ratio: float | None) -> tuple[str, str]:
    names = f"{faster.storage_class} ÷ {slower.storage_class}"
    if ratio is None:
        return "unknown", f"{names}: not known, a rate limit was reached"
    if ratio < BARELY:
        return "warning", f"{names} = {ratio:.2f}: the faster class is not faster"
    return "ok", f"{names} = {ratio:.2f}"


def _rows(service: Service) -> list[Row]:
    now = service.clock()
    return [_row(s, _pool_of(service, s), now) for s in service.board.standings()]


def _row(standing: Standing, pool: str, now: float) -> Row:
    figures = standing.run.figures if standing.run else ()
    said = tuple(
        f"{one.direction}: {per_second(one.bandwidth)}"
        + (f", {one.iops:,.0f} IOPS" if one.iops is not None else "")
        + (f", {seconds_text(one.latency_mean)}" if one.latency_mean is not None else "")
        for one in figures
        if one.bandwidth is not None
    )
    at, due = standing.success_at, standing.next_at
    age = "never" if at is None else f"{duration(now - at)} ago"
    return Row(standing, pool, state_of(standing), said, age, _due(due, now))


def _due(due: float | None, now: float) -> str:
    return "" if due is None or due < now else f"in {duration(due - now)}"


def state_of(standing: Standing) -> str:
    """The probe's state in one word."""
    if standing.running_since is not None:
        return "running"
    if standing.reason is not None:
        return "skipped" if is_skip(standing.reason) else "failed"
    return "ok" if standing.run is not None else "not run yet"
