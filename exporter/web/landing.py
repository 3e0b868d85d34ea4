"""`/`: every pool and host at a glance, worst first, and where everything is."""

from dataclasses import dataclass

import aiohttp_jinja2
from aiohttp import web

from collectors.registry import Finding
from exporter.outcome import Outcome, is_up
from exporter.watch import Watch
from exporter.web.keys import SERVICE

RANK = {"down": 0, "critical": 1, "unknown": 2, "warning": 3, "ok": 4, "not looked at": 5}


@dataclass(frozen=True, slots=True)
class Row:
    """One host or pool on the page. `age` is seconds since the last look, None before the first."""

    name: str
    pool: str
    state: str
    age: float | None
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All pools, or all hosts, and the collectors that look at them."""

    title: str
    collectors: tuple[str, ...]
    rows: tuple[Row, ...]


def row_of(watch: Watch, now: float) -> Row:
    """The last known state of a host or pool; nothing is asked for the page."""
    outcomes = tuple(watch.last[name] for name in sorted(watch.last))
    findings = tuple(finding for outcome in outcomes for finding in outcome.findings)
    age = now - min(o.at for o in outcomes) if outcomes else None
    target = watch.target
    return Row(target.name, target.pool, state_of(outcomes, findings), age, outcomes, findings)


def state_of(outcomes: tuple[Outcome, ...], findings: tuple[Finding, ...]) -> str:
    """The worst that is known, in one word."""
    if not outcomes:
        return "not looked at"
    if not is_up(outcomes):
        return "down"
    severities = {finding.severity for finding in findings}
    if "critical" in severities:
        return "critical"
    if "unknown" in severities or not all(outcome.success for outcome in outcomes):
        return "unknown"
    return "warning" if findings else "ok"


@aiohttp_jinja2.template("landing.html")
async def page(request: web.Request) -> dict[str, object]:
    """The landing page."""
    service = request.app[SERVICE]
    fleet = service.fleet
    tables = [("Pools", fleet.pools()), ("Hosts", fleet.hosts()), ("Guests", fleet.guests())]
    return {"tables": [_table(title, watches, service.clock()) for title, watches in tables]}


def _table(title: str, watches: list[Watch], now: float) -> Table:
    rows = [row_of(watch, now) for watch in watches]
    rows.sort(key=lambda row: (RANK[row.state], row.pool, row.name))
    return Table(title, watches[0].collector_names if watches else (), tuple(rows))
