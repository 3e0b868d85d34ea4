"""`xenlens check`: one look, a table, and an exit status as monitoring plugins give it."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from exporter.cli.console import console
from exporter.cli.errors import UNKNOWN, fail
from exporter.cli.words import counted
from exporter.config import (
    POOL_PREFIX,
    ConfigError,
    Configuration,
    PoolTarget,
    Target,
    UnknownTarget,
    default_path,
    load,
)
from exporter.fleet import Fleet
from exporter.outcome import Outcome, why_down
from exporter.watch import Scrape, Watch

OK, WARNING, CRITICAL = 0, 1, 2
STYLES = {OK: "green", WARNING: "yellow", CRITICAL: "bold red", UNKNOWN: "magenta"}
WORDS = {OK: "ok", WARNING: "warning", CRITICAL: "critical", UNKNOWN: "unknown"}
Row = tuple[str, str, int, str]
"""Target, subject, status, text."""


def check(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            help="Hosts, or pools with all their hosts (NAME or pool:NAME); all when none."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Configuration file.", readable=False)
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=3600, help="Seconds for each look.")
    ] = 10.0,
) -> None:
    """Look once at hosts and pools and say what is wrong.

    Hosts come first, so that what XAPI says of a pool is compared with what its hosts show.

    Exits 0 when all is well, 1 for warnings, 2 for critical faults and hosts that do not
    answer, 3 when something could not be found out.
    """
    try:
        configuration = load(default_path(config))
        rows = asyncio.run(_look(configuration, targets or [], timeout))
    except (ConfigError, UnknownTarget) as error:
        fail(str(error), UNKNOWN)
    printed = console()
    printed.print(_summary(rows))
    printed.print(_table(rows))
    raise typer.Exit(worst([status for _, _, status, _ in rows]))


def worst(statuses: Sequence[int]) -> int:
    """The worst of several statuses: critical, then unknown, then warning, then ok."""
    return max(statuses, key=(OK, WARNING, UNKNOWN, CRITICAL).index, default=OK)


async def _look(configuration: Configuration, names: list[str], timeout: float) -> list[Row]:
    fleet = Fleet(configuration.targets(), time.time)
    try:
        chosen = [target for name in names for target in configuration.select(name)]
        watches = [fleet.watch(name) for name in dict.fromkeys(chosen)] or fleet.watches()
        scrapes = await _scrape_all(watches, timeout)
    finally:
        await fleet.close()
    return [row for watch in watches for row in _rows(watch.target, scrapes[watch])]


async def _scrape_all(watches: list[Watch], timeout: float) -> dict[Watch, Scrape]:
    terminal = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} of {task.total} answered"))
    scrapes: dict[Watch, Scrape] = {}
    with Progress(
        *columns, console=terminal, transient=True, disable=not terminal.is_terminal
    ) as bar:
        task = bar.add_task("", total=len(watches))

        async def one(watch: Watch) -> None:
            scrapes[watch] = await watch.scrape(budget=timeout)
            bar.advance(task)

        pools = [watch for watch in watches if isinstance(watch.target, PoolTarget)]
        hosts = [watch for watch in watches if watch not in pools]
        await asyncio.gather(*map(one, hosts))
        await asyncio.gather(*map(one, pools))
    return scrapes


def _rows(target: Target | PoolTarget, scrape: Scrape) -> list[Row]:
    if not scrape.up:
        why = why_down(scrape.outcomes)
        return [(target.name, _kind_of(target), CRITICAL, why.message if why else "no answer")]
    return [row for outcome in scrape.outcomes for row in _of_collector(target.name, outcome)]


def _kind_of(target: Target | PoolTarget) -> str:
    if isinstance(target, PoolTarget):
        return "pool"
    return "guest" if target.guest else "host"


def _of_collector(host: str, outcome: Outcome) -> list[Row]:
    name = outcome.collector
    if not outcome.success:
        return [(host, name, UNKNOWN, f"{outcome.reason}: {outcome.message}")]
    if not outcome.present or outcome.reading is None:
        return [(host, name, OK, f"not present: {outcome.message}")]
    found = outcome.findings
    if not found:
        count = len(outcome.reading.records)
        return [(host, name, OK, f"{count} found, nothing wrong ({outcome.reading.via})")]
    severity = {"warning": WARNING, "critical": CRITICAL, "unknown": UNKNOWN}
    return [(host, f.subject, severity[f.severity], f.text) for f in found]


def _summary(rows: list[Row]) -> Text:
    """The one line that monitoring systems show."""
    status = worst([row[2] for row in rows])
    bad = [row for row in rows if row[2] != OK]
    bad.sort(key=lambda row: row[2] != status)
    names = {row[0] for row in rows}
    pools = sum(name.startswith(POOL_PREFIX) for name in names)
    healthy = f"{counted(len(names) - pools, 'host')}, {counted(pools, 'pool')}, nothing wrong"
    said = f"{bad[0][0]} {bad[0][1]}: {bad[0][3]}" if bad else healthy
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    return Text(f"{WORDS[status].upper()}: {said}{more}", style=STYLES[status])


def _table(rows: list[Row]) -> Table:
    table = Table("target", "subject", "state", "what", box=None, pad_edge=False)
    for host, subject, status, text in rows:
        table.add_row(host, Text(subject), Text(WORDS[status], style=STYLES[status]), Text(text))
    return table
