"""One drill from the command line: its host is opened, it is recorded and shown, and written."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.core import Metric
from rich.console import Console

from collectors.host import Host
from exporter.cli.drill_output import save
from exporter.cli.drill_screen import shown
from exporter.cli.drill_subjects import Opened
from exporter.cli.drill_typing import Typed, is_terminal, listening
from exporter.config import Configuration, Target
from exporter.drill.alerts import would_fire
from exporter.drill.plan import Heading, Plan, heading_of
from exporter.drill.record import Drill
from exporter.drill.recorder import Recorder, Scraper
from exporter.fleet import Fleet
from exporter.hosts import open_host
from exporter.watch import Watch

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asked for."""

    target: Target
    plan: Plan
    folder: Path
    opened: Opened


@dataclass(frozen=True, slots=True)
class Surface:
    """Where a person is."""

    console: Console
    """Where the drill is shown: standard error."""
    source: int | None
    """Where marks come from: standard input, by its number; None where it has none."""


async def record(
    configuration: Configuration,
    order: Order,
    surface: Surface,
    open_host: Callable[..., Host] = open_host,
) -> Drill:
    """Record a drill and save it in the order's folder, also one that a fault of ours ends.

    Raises NoSubject, HostError where the host does not answer at the beginning, and OSError.
    """
    fleet = Fleet(configuration.targets(), time.time, open_host)
    try:
        watch = fleet.watch(order.target.name)
        async with order.opened(watch.host, order.target) as subject:
            heading = await heading_of(subject, order.target.name, order.plan)
            scrape = scraper(watch, subject.collectors, configuration.scrape.timeout)
            recorder = Recorder(subject, scrape, order.plan, time.time)
            try:
                await _shown_while_recorded(recorder, heading, surface)
            finally:
                # Before the alerts are judged: whatever fails there, the drill is kept.
                save(recorder.drill(heading, lambda pages, ends: ()), order.folder)
            drill = recorder.drill(heading, would_fire)
    finally:
        await fleet.close()
    save(drill, order.folder)
    return drill


async def _shown_while_recorded(recorder: Recorder, heading: Heading, surface: Surface) -> None:
    source, terminal = surface.source, surface.console.is_terminal
    # Nobody is left to type where a terminal ends; a pipe may end long before the drill.
    interactive = source is not None and is_terminal(source)
    typed = Typed(recorder.mark, recorder.stop if interactive else lambda: None)
    async with shown(recorder, heading, typed, surface.console):
        with _stoppable(recorder), listening(source, typed, keys=terminal):
            await recorder.record()


def scraper(watch: Watch, collectors: Sequence[str], budget: float) -> Scraper:
    """What gives the metrics of some collectors of a watch."""

    async def scrape() -> Sequence[Metric]:
        return (await watch.scrape(collectors, budget)).metrics

    return scrape


@contextmanager
def _stoppable(recorder: Recorder) -> Iterator[None]:
    """Signals that end a program end the drill instead; a second one ends it at once."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, recorder.stop)
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
