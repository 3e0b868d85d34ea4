"""10,000 alerts in a minute on the webhook of an exporter that heals the demo pool meanwhile.

`xenlens serve` has one core, and everything else the others: the simulated hosts, an Alertmanager
that says of every alert that it fires, and the client. What became of the alerts is read from the
journal.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from exporter.demo.config_remediation import WEBHOOK_TOKEN
from exporter.demo.server import DemoPool
from exporter.web.webhook import PATH
from tests.bench.measure import Line, Say, percentile
from tests.bench.programs import exporter
from tests.bench.remediation_alerts import alert_of, alerts, body_of
from tests.bench.remediation_journal import Written, left
from tests.bench.remediation_journal import written as read_journal

ALERTS, SECONDS = 10_000, 60.0
HOSTS, FAULT = 6, "switch1.uplink.down"
AHEAD = 8.0
"""Seconds for the runs on the demo's own hosts to begin before the storm stops all others."""
MOST_MS, PER_POOL = 50.0, 3
PATIENCE = 300.0
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Answer:
    """Of one call: its status, 0 for none, and seconds until it came."""

    status: int
    seconds: float


async def measure(say: Say) -> list[Line]:
    """Start pool, Alertmanager and exporter; post; wait until nothing is left to do."""
    say("remediation: starting")
    manager = web.Application()
    manager.add_routes([web.get("/api/v2/{what}", _listed), web.post("/api/v2/alerts", _taken)])
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(manager))
        pool = await stack.enter_async_context(DemoPool(HOSTS))
        config = pool.write_config(alertmanager=str(server.make_url("")).rstrip("/"))
        journal = pool.folder / "remediation.db"
        with _on_core(0):
            url, process = await stack.enter_async_context(exporter(str(config)))
        with _on_core(1):
            before = process.memory_info().rss
            pool.apply(FAULT)
            answers = await _post_all(f"{url}{PATH}", pool, say)
            say("remediation: waiting for the last runs")
            drained = await _drained(journal)
            memory = before, process.memory_info().rss
            cpu = process.cpu_times()
        return _lines(answers, read_journal(journal), drained, memory, cpu.user + cpu.system)


@contextmanager
def _on_core(number: int) -> Iterator[None]:
    """What is started in the block runs on one core, where there is more than that one."""
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(0, {sorted(cores)[number]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


async def _listed(request: web.Request) -> web.Response:
    """Every alert that is asked for by its labels fires; there are no silences, and no others."""
    pairs = (text.partition("=") for text in request.query.getall("filter", []))
    labels = {name: value.strip('"') for name, _, value in pairs}
    found = {"labels": labels, "annotations": {}, "startsAt": "2026-01-01T00:00:00Z"}
    return web.json_response([found] if "alertname" in labels else [])


async def _taken(request: web.Request) -> web.Response:
    return web.Response()


async def _post_all(url: str, pool: DemoPool, say: Say) -> list[Answer]:
    token = (pool.folder / WEBHOOK_TOKEN).read_text()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    now = time.time()
    own = [alert_of("set-active-member", h, "bond0", now) for h in pool.model.chassis.hosts]
    storm = list(alerts(ALERTS - len(own), Random(1), now))
    async with aiohttp.ClientSession(headers=headers) as session:
        answers = [await _post(session, url, body_of(alert)) for alert in own]
        await asyncio.sleep(AHEAD)
        say(f"remediation: {ALERTS} alerts in {SECONDS:.0f} s")
        began = asyncio.get_running_loop().time()
        posted = []
        for number, alert in enumerate(storm):
            due = began + number * SECONDS / len(storm)
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            posted.append(asyncio.create_task(_post(session, url, body_of(alert))))
        return answers + await asyncio.gather(*posted)


async def _post(session: aiohttp.ClientSession, url: str, body: bytes) -> Answer:
    began = time.perf_counter()
    try:
        async with session.post(url, data=body) as response:
            await response.read()
            return Answer(response.status, time.perf_counter() - began)
    except aiohttp.ClientError:
        return Answer(0, time.perf_counter() - began)


async def _drained(journal: Path) -> float:
    """Seconds until every alert is decided upon and every run has ended. Raises TimeoutError."""
    began = time.perf_counter()
    while any(left(journal)):
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError(f"undecided alerts and open runs: {left(journal)}")
        await asyncio.sleep(0.2)
    return time.perf_counter() - began


def _lines(
    answers: Sequence[Answer],
    written: Written,
    drained: float,
    memory: tuple[int, int],
    cpu: float,
) -> list[Line]:
    what = f"{ALERTS:,} alerts in {SECONDS:.0f} s"
    taken = [answer.seconds * 1000 for answer in answers]
    accepted = sum(answer.status == 202 for answer in answers)
    others = Counter(answer.status for answer in answers if answer.status != 202)
    ended = ", ".join(f"{count} {name}" for name, count in written.outcomes.most_common())
    before, after = (bytes_ / MIB for bytes_ in memory)
    all_ = f"{written.alerts:,} in it"
    per_alert = f"{cpu:.1f} s of CPU in all; nothing left to do {drained:.1f} s after the last"
    return [
        Line(f"{what}: not answered 202", len(answers) - accepted, "", 0, note=_said(others)),
        Line(f"{what}: 202 and not in the journal", accepted - written.alerts, "", 0, note=all_),
        Line(f"{what}: undecided in the end", written.pending, "", 0, note=per_alert),
        Line(f"{what}: answer, median", percentile(taken, 50), "ms"),
        Line(
            f"{what}: answer, 99th percentile",
            percentile(taken, 99),
            "ms",
            MOST_MS,
            note=f"slowest {max(taken):.0f} ms",
        ),
        Line(f"{what}: runs fixed", written.outcomes["fixed"], note=ended),
        Line(
            f"{what}: most at work at once",
            written.most_at_work,
            "",
            PER_POOL,
            note=f"one pool, whose cap is {PER_POOL}",
        ),
        Line(f"{what}: memory", after, "MiB", note=f"resident; {before:.0f} MiB before"),
        Line(f"{what}: journal", written.size / MIB, "MiB", note="with its log"),
    ]


def _said(others: Counter[int]) -> str:
    return ", ".join(f"{count} answered {status or 'nothing'}" for status, count in others.items())
