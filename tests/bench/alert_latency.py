"""How long it takes from a fault to the webhook: scrape, rule, Alertmanager, all of them real."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

from tests.bench.measure import Line, Say
from tests.e2e.conftest import Demo, running_demo
from tests.labs.alerting import Alerting, Alertmanager, alerting, alertmanager

AT_ONCE = 1e9
"""So many times faster than in production: no rule waits."""
INTERVALS = {1.0: 12, 5.0: 8}
"""Seconds between scrapes, and between evaluations; and how many faults."""
DIRECTLY = 30
HOST = "xenserver1"
GIVE_UP = 60.0


async def measure(say: Say) -> list[Line]:
    """The figures for every interval, and those of Alertmanager alone."""
    return await asyncio.to_thread(lambda: [*_whole(say), *_directly(say)])


def _whole(say: Say) -> Iterator[Line]:
    for every, times in INTERVALS.items():
        say(f"alerts: {times} faults, scraped and evaluated every {every:g} s")
        with (
            tempfile.TemporaryDirectory() as folder,
            running_demo() as demo,
            alerting(Path(folder), demo.url, every, AT_ONCE) as running,
        ):
            chance = Random(times)
            pauses = [chance.uniform(0, 2 * every) for _ in range(times)]
            yield from _lines(every, [_one(demo, running, pause) for pause in pauses])


def _lines(every: float, took: list[float]) -> Iterator[Line]:
    what = f"fault to webhook, every {every:g} s"
    note = f"{len(took)} faults, {min(took):.2f} to {max(took):.2f} s"
    yield Line(f"{what}: median", median(took), "s", note=note)
    note = "the most it should take, and what Alertmanager adds"
    yield Line(
        f"{what}: median ÷ (scrape + evaluation)", median(took) / every / 2, "", 1.0, note=note
    )


def _one(demo: Demo, running: Alerting, pause: float) -> float:
    """Seconds from one fault until the webhook is told; after a pause, to be out of step."""
    demo.fault("scm2/pushed-back")
    _wait(running.alertmanager, told=False)
    time.sleep(pause)
    running.heard.forget()
    began = time.monotonic()
    demo.fault("scm2/pulled")
    return _wait(running.alertmanager, told=True) - began


def _wait(manager: Alertmanager, *, told: bool) -> float:
    """Wait until the webhook is told of the host, or of its end; gives that moment."""
    give_up = time.monotonic() + GIVE_UP
    while time.monotonic() < give_up:
        at = [at for fired, at in manager.heard.all().items() if _is_it(fired)]
        if told and at:
            return min(at)
        if not told and not any(map(_is_it, manager.heard.now())):
            return time.monotonic()
        time.sleep(0.01)
    raise TimeoutError(f"no word {'of the fault' if told else 'of its end'} in {GIVE_UP:g} s")


def _is_it(fired: tuple[str, tuple[tuple[str, str], ...]]) -> bool:
    receiver, labels = fired
    return receiver == "remediation" and dict(labels).get("host") == HOST


def _directly(say: Say) -> Iterator[Line]:
    """Alertmanager alone: an alert posted to it, until the webhook is told."""
    say("alerts: Alertmanager alone")
    with tempfile.TemporaryDirectory() as folder, alertmanager(Path(folder)) as manager:
        took = [_posted(manager, number) for number in range(DIRECTLY)]
    note = f"{DIRECTLY} alerts, slowest {max(took) * 1000:.0f} ms"
    yield Line("Alertmanager to webhook: median", median(took) * 1000, "ms", note=note)


def _posted(manager: Alertmanager, number: int) -> float:
    manager.heard.forget()
    began = time.monotonic()
    labels = {"alertname": "Bench", "audience": "machine", "host": HOST, "number": str(number)}
    manager.post(labels, GIVE_UP)
    while True:
        for fired, at in manager.heard.all().items():
            if dict(fired[1]).get("number") == str(number):
                return at - began
        time.sleep(0.0005)
