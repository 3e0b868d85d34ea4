"""`python -m tests.stress.soak [--minutes N]`: does the exporter hold what it held, hours later?

The demo pool and the exporter are processes of their own. Every target is scraped every second.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Annotated

import psutil
import typer
from rich.console import Console

from tests.bench.measure import percentile
from tests.bench.programs import demo, exporter
from tests.stress.flatness import Sample, Trend, trends
from tests.stress.scraping import Scraper, Tally
from tests.tables import print_table

HOSTS = 3
HEAD = ("what", "1st quarter", "2nd quarter", "3rd quarter", "4th quarter", "grew", "flat")
"""The first quarter is the warm-up; judged is the fourth beside the second."""


@dataclass(frozen=True, slots=True)
class Soak:
    """What a run gave."""

    minutes: float
    samples: tuple[Sample, ...]
    tally: Tally
    cpu: float
    """Seconds of CPU the exporter used."""

    @property
    def flat(self) -> bool:
        """Whether nothing grew, and no scrape failed."""
        return all(each.flat for each in trends(self.samples)) and not self.tally.failed


async def soak(minutes: float, every: float, sample: float, console: Console) -> Soak:
    """Start the demo pool and the exporter, scrape, and sample the exporter's process."""
    async with demo(HOSTS) as config, exporter(config) as (url, process):
        scraper = Scraper(url, every)
        samples: list[Sample] = []
        sampling = asyncio.create_task(_sample(process, sample, samples, console))
        try:
            await scraper.run(minutes * 60)
        finally:
            sampling.cancel()
        times = process.cpu_times()
        return Soak(minutes, tuple(samples), scraper.tally, times.user + times.system)


async def _sample(
    process: psutil.Process, every: float, samples: list[Sample], console: Console
) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(every)
        taken = sample_of(process, time.monotonic() - began)
        samples.append(taken)
        if len(samples) % 12 == 0:
            console.print(
                f"{taken.at:.0f} s: {taken.resident / 2**20:.1f} MiB, {taken.fds} fds, "
                f"{taken.threads} threads",
                highlight=False,
            )


def sample_of(process: psutil.Process, at: float) -> Sample:
    """What the process holds now."""
    return Sample(at, process.num_fds(), process.memory_info().rss, process.num_threads())


def main(
    minutes: Annotated[float, typer.Option(min=0.2, help="How long to scrape.")] = 30.0,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two scrapes.")] = 1.0,
    sample: Annotated[float, typer.Option(min=0.1, help="Seconds between two samples.")] = 5.0,
    markdown: Annotated[bool, typer.Option("--markdown", help="A table for a document.")] = False,
) -> None:
    """Scrape every target of the demo pool; exits 1 where anything grows or a scrape failed."""
    result = asyncio.run(soak(minutes, every, sample, Console(stderr=True)))
    print_table(HEAD, [_row(each) for each in trends(result.samples)], markdown=markdown)
    for line in _said(result):
        typer.echo(line)
    raise typer.Exit(0 if result.flat else 1)


def _row(of: Trend) -> tuple[str, ...]:
    shown = [f"{value:.1f}" if of.allowed else f"{value:.0f}" for value in of.quarters]
    return of.name, *shown, f"{of.growth:+.2%}", "yes" if of.flat else "NO"


def _said(result: Soak) -> Iterator[str]:
    tally = result.tally
    took = [seconds * 1000 for seconds in tally.seconds]
    yield f"{tally.done} scrapes in {result.minutes:g} minutes, {tally.late} turns left out"
    yield (
        f"median {median(took):.1f} ms, 99th percentile {percentile(took, 99):.1f} ms, "
        f"slowest {max(took):.0f} ms; {result.cpu / result.minutes / 60:.1%} of one core"
    )
    yield f"failed: {sum(tally.failed.values())}"
    yield from (f"  {times} times {what}" for what, times in tally.failed.most_common())


if __name__ == "__main__":
    typer.run(main)
