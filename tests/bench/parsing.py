"""1,000 maps of 4 paths: how fast they are read, and whether the event loop feels it."""

import asyncio
import time
from pathlib import Path
from statistics import median

from collectors.inventory import HostInventory
from collectors.metrics import Page
from collectors.multipath import Multipath
from collectors.multipath_reading import MultipathReading
from collectors.multipath_text import parse_multipath
from collectors.registry import View
from exporter.config import Target
from exporter.hosts.settings import Recorded
from exporter.render import render
from exporter.responsive import stay_responsive
from exporter.watch import Surroundings, Watch
from tests.bench.measure import Line, Say, Stalls, stopwatch
from tests.fakes import Answer, FakeHost
from tests.synthetic import multipath_listing

MAPS, PATHS = 1000, 4
PARSES, RUNS, COUNT_SECONDS = 31, 8, 1.0
PARSE_TARGET, STALL_TARGET = 60.0, 10.0
"""Milliseconds."""
GENERATIONS = ("0.4.7", "0.9")
PROMETHEUS = ("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.5", "gzip")
"""What Prometheus accepts."""
LABELS = {"pool": "pool", "host": "host"}


async def measure(say: Say) -> list[Line]:
    """Parse, render and scrape the listing in the text of an old and of a new version."""
    stay_responsive()
    say("stalls of the event loop beside a thread that only counts")
    lines = [await _counting()]
    for generation in GENERATIONS:
        text = multipath_listing(MAPS, PATHS, generation)
        say(f"multipath -ll of {generation}: parsing")
        lines.append(_parse(generation, text))
        say(f"multipath -ll of {generation}: rendering")
        lines += await _render(generation, text)
        say(f"multipath -ll of {generation}: whole scrapes")
        lines += await _scrape(generation, text)
    return lines


async def _counting() -> Line:
    """What this machine and interpreter cost the event loop beside any thread that computes."""
    longest = []
    for _ in range(RUNS):
        async with Stalls() as stalls:
            await asyncio.to_thread(_count, COUNT_SECONDS)
        longest.append(stalls.longest * 1000)
    return _stall("longest stall beside a thread that only counts", longest, None)


def _count(seconds: float) -> None:
    number, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        number += 1


def _parse(generation: str, text: str) -> Line:
    times = []
    for _ in range(PARSES):
        with stopwatch() as taken:
            parsed = parse_multipath(text)
        times.append(taken() * 1000)
    assert len(parsed.records) == MAPS
    note = f"{len(text) / 1e6:.2f} MB; best of {PARSES}: {min(times):.0f} ms"
    return Line(f"parse, {generation}", median(times), "ms", PARSE_TARGET, note=note)


async def _render(generation: str, text: str) -> list[Line]:
    """From records to the page that Prometheus gets."""
    reading = MultipathReading(parse_multipath(text).records, "file")
    longest, times, note = [], [], ""
    for _ in range(RUNS):
        async with Stalls() as stalls:
            with stopwatch() as taken:
                note = await _page(reading)
        longest.append(stalls.longest * 1000)
        times.append(taken())
    return [
        Line(f"render, {generation}", median(times), "s", note=note),
        _stall(f"longest stall while rendering, {generation}", longest),
    ]


async def _page(reading: MultipathReading) -> str:
    page = Page(LABELS)
    await asyncio.to_thread(Multipath.fill, page, reading, View())
    body = (await render(page.metrics(), *PROMETHEUS)).body
    samples = sum(len(metric.samples) for metric in page.metrics())
    return f"{samples:,} samples, {len(body) / 1e6:.2f} MB gzipped"


async def _scrape(generation: str, text: str) -> list[Line]:
    """Everything a probe does but the network: ask, parse, fill, findings, evidence, render."""
    answers: dict[str, Answer] = {}
    target = Target("host", "pool", Recorded(Path("none")), HostInventory(paths_per_map=PATHS))
    watch = Watch(
        target, FakeHost(answers), [Multipath()], Surroundings(lambda name: View()), time.time
    )
    longest, times = [], []
    for number in range(RUNS):
        answers["multipath -ll"] = _with_failed_paths(text, number)
        async with Stalls() as stalls:
            with stopwatch() as taken:
                await _probe(watch)
        longest.append(stalls.longest * 1000)
        times.append(taken())
    await watch.close()
    return [
        Line(f"whole scrape, {generation}", median(times), "s", note="the host answers at once"),
        _stall(f"longest stall during a whole scrape, {generation}", longest),
    ]


def _with_failed_paths(text: str, count: int) -> str:
    for good, failed in (
        ("active ready", "failed faulty"),
        ("[active][ready]", "[failed][faulty]"),
    ):
        text = text.replace(good, failed, count)
    return text


async def _probe(watch: Watch) -> None:
    scrape = await watch.scrape(budget=60)
    assert scrape.outcomes[0].success, scrape.outcomes[0].message
    await render(scrape.metrics, *PROMETHEUS)


def _stall(what: str, longest: list[float], target: float | None = STALL_TARGET) -> Line:
    note = f"the longest of {len(longest)} runs; their median {median(longest):.1f} ms"
    return Line(what, max(longest), "ms", target, note=note)
