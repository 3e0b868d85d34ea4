"""100 demo hosts, each probed every 15 s over HTTP, by one exporter in a process of its own.

The hosts are the demo pool's: SSH servers in another process, whose CPU is not counted.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
import psutil

from tests.bench.measure import Line, Say, percentile
from tests.bench.programs import demo, exporter

HOSTS, ROUNDS, INTERVAL = 100, 4, 15.0
HEADERS = {
    "Accept": "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.5",
    "Accept-Encoding": "gzip",
    "X-Prometheus-Scrape-Timeout-Seconds": "10",
}
"""As Prometheus sends them."""
_FAILED = re.compile(r"^xenlens_(?:target_up|collector_success)\{[^}]*\} 0", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Round:
    """Every host probed once, evenly over the interval."""

    seconds: tuple[float, ...]
    """Of each probe, as the client saw it."""
    failures: tuple[str, ...]
    cpu: float
    """Seconds of CPU the exporter used in this interval."""


async def measure(say: Say) -> list[Line]:
    """Start the pool and the exporter, probe, and say what it took."""
    say(f"{HOSTS} demo hosts: starting")
    async with demo(HOSTS) as config, exporter(config) as (url, process):
        async with aiohttp.ClientSession(headers=HEADERS) as session:
            names = await _targets(session, url)
            rounds = []
            for number in range(ROUNDS + 1):
                say(f"{HOSTS} demo hosts: round {number} of {ROUNDS}, {INTERVAL:.0f} s each")
                rounds.append(await _round(session, url, names, process))
        return _lines(rounds[0], rounds[1:], _peak(process.pid))


async def _targets(session: aiohttp.ClientSession, url: str) -> list[str]:
    async with session.get(f"{url}/sd") as response:
        groups = await response.json()
    names = [group["labels"]["__param_target"] for group in groups]
    assert len(names) == HOSTS
    return names


async def _round(
    session: aiohttp.ClientSession, url: str, names: Sequence[str], process: psutil.Process
) -> Round:
    used, started = _cpu(process), time.perf_counter()
    step = INTERVAL / len(names)
    probes = (_probe(session, url, name, at * step) for at, name in enumerate(names))
    answers = await asyncio.gather(*probes)
    await asyncio.sleep(max(0.0, started + INTERVAL - time.perf_counter()))
    failures = tuple(failure for _, failure in answers if failure)
    return Round(tuple(taken for taken, _ in answers), failures, _cpu(process) - used)


async def _probe(
    session: aiohttp.ClientSession, url: str, name: str, after: float
) -> tuple[float, str]:
    """Seconds, and what was wrong with the answer, empty when nothing was."""
    await asyncio.sleep(after)
    started = time.perf_counter()
    async with session.get(f"{url}/probe", params={"target": name}) as response:
        page = await response.text()
    taken = time.perf_counter() - started
    if not response.ok or "xenlens_target_up{" not in page:
        return taken, f"{name}: status {response.status}"
    failed = _FAILED.search(page)
    return taken, f"{name}: {failed[0]}" if failed else ""


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _peak(pid: int) -> float:
    """MiB of the largest resident set so far (proc(5), VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def _lines(first: Round, rounds: Sequence[Round], peak: float) -> list[Line]:
    taken = [seconds * 1000 for each in rounds for seconds in each.seconds]
    failures = [failure for each in (first, *rounds) for failure in each.failures]
    cpu = median(each.cpu for each in rounds)
    opening = f"{first.cpu:.2f} s in the first round, which opens {HOSTS} SSH connections"
    share = f"{cpu / INTERVAL:.1%} of one core; {opening}"
    of = f"{len(taken)} probes in {len(rounds)} rounds after the first"
    slowest = f"slowest {max(taken):.0f} ms; in the first round {max(first.seconds) * 1000:.0f} ms"
    what = f"{HOSTS} demo hosts every {INTERVAL:.0f} s"
    return [
        Line(f"{what}: failed probes", len(failures), "", 0, note="; ".join(failures[:3])),
        Line(f"{what}: peak memory", peak, "MiB", note="largest resident set of the exporter"),
        Line(f"{what}: CPU a round", cpu, "s", note=share),
        Line(f"{what}: probe, median", median(taken), "ms", note=of),
        Line(f"{what}: probe, 95th percentile", percentile(taken, 95), "ms", note=slowest),
    ]
