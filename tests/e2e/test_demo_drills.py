"""Drills on the demo pool, from begin to report."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from collectors.host import loop_time
from exporter.cli.drill_end import write
from exporter.cli.drill_run import Order, Surface, record
from exporter.cli.drill_subjects import Opened, a_bond, a_map
from exporter.config import load
from exporter.demo.chassis import Chassis
from exporter.demo.modular import modular_chassis
from exporter.demo.server import DemoPool
from exporter.drill.plan import Plan
from exporter.drill.record import Drill, Lane

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
PLAN = Plan(seconds=60.0, every=0.15, chunk=1.0, logs_every=0.3, scrape_every=1.0)
PATIENCE = 40.0
SSD = "222ac00015543fe63"
UPDELAY = 0.5


def chassis() -> Chassis:
    """The demo's, its switches and bonds in a hurry."""
    made = modular_chassis(reset_seconds=1.0)
    for host in made.hosts.values():
        bonds = tuple(replace(bond, updelay=UPDELAY) for bond in host.bonds)
        made = made.with_host(replace(host, bonds=bonds))
    return made


@dataclass
class Drilling:
    """A drill under way, and its screen."""

    pool: DemoPool
    screen: StringIO = field(default_factory=StringIO)

    async def seen(self, *texts: str) -> None:
        """Wait until the screen has said all this."""
        until = loop_time() + PATIENCE
        while not all(text in self.screen.getvalue() for text in texts):
            assert loop_time() < until, f"no {texts} in:\n{self.screen.getvalue()}"
            await asyncio.sleep(0.05)

    async def fault(self, text: str, *then: str) -> None:
        """Let a fault happen, and wait until the screen said so."""
        self.screen.seek(0)
        self.screen.truncate()
        self.pool.apply(text)
        await self.seen(*then)


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool of three hosts."""
    async with DemoPool(chassis=chassis()) as running:
        yield running


@asynccontextmanager
async def drilled(
    pool: DemoPool, host: str, opened: Opened, folder: Path
) -> AsyncIterator[tuple[Drilling, "asyncio.Task[Drill]"]]:
    """A drill of a host, ended as Ctrl-C ends it once the block is through."""
    configuration = load(pool.write_config(folder))
    drilling = Drilling(pool)
    order = Order(configuration.find(host), PLAN, folder, opened)
    surface = Surface(Console(file=drilling.screen, width=200), None)
    task = asyncio.create_task(record(configuration, order, surface))
    try:
        yield drilling, task
        assert not task.done()
        os.kill(os.getpid(), signal.SIGINT)
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def tones(lane: Lane) -> list[str]:
    return [span.state.tone for span in lane.spans]


def reported(drill: Drill, folder: Path, lane: str) -> bool:
    """Whether the report is written, and tells of a lane that went."""
    write(drill, folder)
    text = (folder / "report.md").read_text()
    assert (folder / "timeline.svg").exists()
    return bool(re.search(rf"^\| {lane} +\| from the start +\| \d\d:", text, re.MULTILINE))


async def test_a_pulled_controller_is_on_record_from_going_to_coming(
    pool: DemoPool, tmp_path: Path
) -> None:
    opened = a_map("22201000155fdb616")
    async with drilled(pool, "xcp82", opened, tmp_path) as (drilling, task):
        await drilling.seen("sdb 0:0:1:0: active ready running", "sda 0:0:0:0: active")
        await asyncio.sleep(1.0)
        await drilling.fault("scm2.pulled", "sdb 0:0:1:0: active", "sdb: remove path (uevent)")
        await drilling.fault("scm2.pushed-back", "sdb 0:0:2:0: active ready running")
        await asyncio.sleep(2.0)
    drill = task.result()
    lanes = {lane.name: tones(lane) for lane in drill.lanes}
    assert lanes["sda 0:0:0:0"][0] == "standby"
    assert (lanes["sdb 0:0:1:0"][0], lanes["sdb 0:0:1:0"][-1]) == ("good", "absent")
    assert lanes["sdb 0:0:2:0"][-1] == "good"
    served = [span.state.text for span in drill.serving.spans]
    assert [served[0], served[-1]] == ["priority 50: sdb 0:0:1:0", "priority 50: sdb 0:0:2:0"]
    assert "priority 1: sda 0:0:0:0" in served
    assert max(one.seconds or 0.0 for one in drill.io) > 1.0
    said = {(note.source, note.text) for note in drill.notes}
    assert ("multipathd", "sdb [8:16]: path removed from map 22201000155fdb616") in said
    assert reported(drill, tmp_path, "sdb 0:0:1:0")


async def test_a_switch_that_restarts_is_on_record_from_going_to_coming(
    pool: DemoPool, tmp_path: Path
) -> None:
    async with drilled(pool, "xcp83", a_bond("bond0", ()), tmp_path) as (drilling, task):
        await drilling.seen("eth0: enabled, active", "eth2: enabled")
        await asyncio.sleep(1.0)
        await drilling.fault("switch1.reset", "member eth0: enabled")
        await asyncio.sleep(1.0)
    drill = task.result()
    lanes = {lane.name: tones(lane) for lane in drill.lanes}
    assert lanes["eth0"][0] == "good"
    assert "bad" in lanes["eth0"]
    assert lanes["eth0"][-1] == "standby"
    assert [drill.serving.spans[0].state.text, drill.serving.spans[-1].state.text] == [
        "eth0",
        "eth2",
    ]
    assert drill.io_name == "pings to 192.0.2.1"
    assert [one.error for one in drill.io].count("") > 5
    said = [note.text for note in drill.notes if note.source == "ovs-vswitchd"]
    assert "INFO: bond bond0: active member is now eth2" in said
    assert any("eth0 NIC Link is Down" in note.text for note in drill.notes)
    assert reported(drill, tmp_path, "eth0")
