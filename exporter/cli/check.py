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

from exporter.cli.errors import UNKNOWN, fail
from exporter.config import ConfigError, Configuration, UnknownTarget, default_path, load
from exporter.fleet import Fleet
from exporter.outcome import Outcome
from exporter.watch import Scrape, Watch

OK, WARNING, CRITICAL = 0, 1, 2
STYLES = {OK: "green", WARNING: "yellow", CRITICAL: "bold red", UNKNOWN: "magenta"}
WORDS = {OK: "ok", WARNING: "warning", CRITICAL: "critical", UNKNOWN: "unknown"}
PIPE_WIDTH = 1000
"""Columns when nobody looks: lines are for programs then and must not wrap."""
Row = tuple[str, str, int, str]
"""Host, subject, status, text."""


def check(
    targets: Annotated[
        list[str] | None, typer.Argument(help="Hosts or pools; all when none.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Configuration file.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for the look.")] = 10.0,
) -> None:
    """Look once at hosts and say what is wrong.

    Exits 0 when all is well, 1 for warnings, 2 for critical faults and hosts that do not
    answer, 3 when something could not be found out.
    """
    try:
        configuration = load(default_path(config))
        rows = asyncio.run(_look(configuration, targets or [], timeout))
    except (ConfigError, UnknownTarget) as error:
        fail(str(error), UNKNOWN)
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPE_WIDTH)
    console.print(_summary(rows))
    console.print(_table(rows))
    raise typer.Exit(worst([status for _, _, status, _ in rows]))


def worst(statuses: Sequence[int]) -> int:
    """The worst of several statuses: critical, then unknown, then warning, then ok."""
    return max(statuses, key=(OK, WARNING, UNKNOWN, CRITICAL).index, default=OK)


async def _look(configuration: Configuration, names: list[str], timeout: float) -> list[Row]:
    fleet = Fleet(configuration.targets(), time.time)
    try:
        chosen = [target.name for name in names for target in configuration.select(name)]
        watches = [fleet.watch(name) for name in chosen] or fleet.watches()
        scrapes = await _scrape_all(watches, timeout)
    finally:
        await fleet.close()
    return [
        row
        for watch, scrape in zip(watches, scrapes, strict=True)
        for row in _rows(watch.target.name, scrape)
    ]


async def _scrape_all(watches: list[Watch], timeout: float) -> list[Scrape]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} of {task.total} hosts answered"))
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=len(watches))

        async def one(watch: Watch) -> Scrape:
            scrape = await watch.scrape(budget=timeout)
            bar.advance(task)
            return scrape

        return list(await asyncio.gather(*map(one, watches)))


def _rows(host: str, scrape: Scrape) -> list[Row]:
    if not scrape.up:
        return [(host, "host", CRITICAL, scrape.outcomes[0].message)]
    return [row for outcome in scrape.outcomes for row in _of_collector(host, outcome)]


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
    hosts = len({row[0] for row in rows})
    healthy = f"{hosts} {'host' if hosts == 1 else 'hosts'}, nothing wrong"
    said = f"{bad[0][0]} {bad[0][1]}: {bad[0][3]}" if bad else healthy
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    return Text(f"{WORDS[status].upper()}: {said}{more}", style=STYLES[status])


def _table(rows: list[Row]) -> Table:
    table = Table("host", "subject", "state", "what", box=None, pad_edge=False)
    for host, subject, status, text in rows:
        table.add_row(host, Text(subject), Text(WORDS[status], style=STYLES[status]), Text(text))
    return table
