"""500 hosts whose commands take a second or two, each probed every 15 s, by one exporter.

The hosts are SSH servers on 500 addresses of loopback, in a process of their own. Such
fleets, each of another size, show where the limit of the machine is.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from tests.bench.measure import Line, Say, percentile
from tests.bench.programs import exporter
from tests.stress.scraping import Scraper, Tally

SIZES = (60, 250, 400, 500)
INTERVAL, ROUNDS = 15.0, 4
"""Seconds between two scrapes of a target; rounds that count, after one that connects."""
START_SECONDS, STOP_SECONDS = 120.0, 15.0
TIMEOUT = 10.0
"""Seconds that Prometheus gives a scrape, which the header tells the exporter."""
PROMISED = 250
"""Hosts up to which all of them answer in time on one core."""
LOOK = 0.1
"""Seconds between two looks at whether the exporter's event loop still turns."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a fleet of one size did to its exporter."""

    tally: Tally
    cpu: float
    """Seconds of CPU of the exporter."""
    others: float
    """Seconds of CPU of the hosts' process."""
    resident: int
    fds: int
    delays: tuple[float, ...]
    """Seconds that /-/healthy took, asked again and again."""


async def measure(say: Say) -> list[Line]:
    """A fleet of every size, one after the other."""
    lines: list[Line] = []
    for size in SIZES:
        say(f"{size} slow hosts, {ROUNDS + 1} rounds of {INTERVAL:.0f} s")
        lines += _lines(size, await loaded(size, INTERVAL, ROUNDS))
    return lines


async def loaded(size: int, interval: float, rounds: int) -> Load:
    """Start the hosts and the exporter, connect in a first round, and scrape."""
    async with slow_hosts(size) as (config, hosts), exporter(config) as (url, process):
        await Scraper(url, interval).run(interval)
        before, others = _cpu(process), _cpu(hosts)
        scraper, delays = Scraper(url, interval), list[float]()
        watching = asyncio.create_task(_watch(url, delays))
        try:
            await scraper.run(interval * rounds)
        finally:
            watching.cancel()
        return Load(
            scraper.tally,
            _cpu(process) - before,
            _cpu(hosts) - others,
            process.memory_info().rss,
            process.num_fds(),
            tuple(delays),
        )


@asynccontextmanager
async def slow_hosts(size: int) -> AsyncIterator[tuple[str, psutil.Process]]:
    """The hosts' process; gives the configuration that fits them."""
    with tempfile.TemporaryDirectory(prefix="xenlens-slow-") as folder:
        argv = (sys.executable, "-m", "tests.stress.slow_hosts", folder, "--hosts", str(size))
        process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
        try:
            assert process.stdout is not None
            async with asyncio.timeout(START_SECONDS):
                config = (await process.stdout.readline()).decode().strip()
            if not Path(config).is_file():
                raise ChildProcessError("the slow hosts did not start")
            yield config, psutil.Process(process.pid)
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), STOP_SECONDS)


async def _watch(url: str, delays: list[float]) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            asked = time.perf_counter()
            async with session.get(f"{url}/-/healthy") as response:
                await response.read()
            delays.append(time.perf_counter() - asked)
            await asyncio.sleep(LOOK)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _lines(size: int, load: Load) -> list[Line]:
    tally, wall = load.tally, INTERVAL * ROUNDS
    what = f"{size} slow hosts every {INTERVAL:.0f} s"
    said = "; ".join(f"{times} × {failure}" for failure, times in tally.failed.most_common(2))
    others = f"the hosts took {load.others / wall:.1%}"
    slowest = f"median {percentile(tally.seconds, 50):.1f} s, slowest {max(tally.seconds):.1f} s"
    delay = f"median {percentile(load.delays, 50) * 1000:.0f} ms"
    held = f"{load.resident / 2**20:.0f} MiB resident"
    failed = sum(tally.failed.values()) / max(1, tally.done)
    late = sum(taken > TIMEOUT for taken in tally.seconds) / max(1, tally.done)
    target = 0.0 if size <= PROMISED else None
    return [
        Line(f"{what}: failures a probe", failed, "", target, note=f"{tally.done} probes; {said}"),
        Line(f"{what}: later than {TIMEOUT:.0f} s", late, "", target, note="share of the probes"),
        Line(f"{what}: probe, 95th percentile", percentile(tally.seconds, 95), "s", note=slowest),
        Line(f"{what}: CPU of one core", load.cpu / wall, "", note=others),
        Line(f"{what}: file descriptors a host", load.fds / size, "", note=held),
        Line(
            f"{what}: /-/healthy, 99th percentile",
            percentile(load.delays, 99) * 1000,
            "ms",
            note=delay,
        ),
    ]
