"""A drill of a bond of a real Open vSwitch: the active member's cable is cut, and comes back."""

import asyncio
import time
from collections.abc import Iterator, Sequence

import pytest
from prometheus_client.core import Metric

from collectors.bonds import Bonds
from collectors.host import Host, loop_time
from collectors.inventory import HostInventory
from collectors.metrics import Page
from collectors.registry import Look, View
from exporter.drill.alerts import would_fire
from exporter.drill.bond import open_bond
from exporter.drill.bond_log import OvsLog
from exporter.drill.plan import Plan, heading_of
from exporter.drill.record import Drill, Lane
from exporter.drill.recorder import Recorder
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from tests.labs.ovs import MANAGEMENT, OvsLab
from tests.live.reachability_lab import InNamespace

pytestmark = pytest.mark.ovs

DOWNDELAY = 1.0
PLAN = Plan(seconds=30.0, every=0.1, chunk=2.0, logs_every=1.0, scrape_every=1.0)


@pytest.fixture(scope="module")
def slow_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OvsLab]:
    """bond0, which leaves a dead member after a second."""
    folder = tmp_path_factory.mktemp("lab")
    with OvsLab(folder, downdelay=round(DOWNDELAY * 1000)) as lab:
        yield lab


class Scraped:
    """The bonds of the lab as the exporter's page has them."""

    def __init__(self, host: Host, inventory: HostInventory) -> None:
        self._host = host
        self._inventory = inventory
        self._bonds = Bonds()

    async def __call__(self) -> Sequence[Metric]:
        reading = await self._bonds.read(Look(self._host, loop_time() + 5, self._inventory))
        page = Page({"pool": "lab", "host": "dom0"})
        self._bonds.fill(page, reading, View(self._inventory))
        return page.metrics()

    async def close(self) -> None:
        await self._bonds.close()


async def act(lab: OvsLab, recorder: Recorder) -> None:
    """What a person does: cut the active member's cable, wait, connect it again."""
    await asyncio.sleep(1.0)
    await asyncio.to_thread(lab.carrier, "eth0", up=False)
    recorder.mark("cut")
    await asyncio.to_thread(lab.wait_for, lambda: lab.active("bond0") == "eth2")
    await asyncio.sleep(1.5)
    await asyncio.to_thread(lab.carrier, "eth0", up=True)
    recorder.mark("connected")
    await asyncio.to_thread(lab.wait_for, lambda: lab.all_enabled("bond0"))
    await asyncio.sleep(1.5)
    recorder.stop()


async def drilled(lab: OvsLab) -> Drill:
    inventory = HostInventory(ovs_rundir=str(lab.rundir))
    host = InNamespace(LocalHost("dom0", Local()), lab)
    scraped = Scraped(host, inventory)
    subject = await open_bond(host, None, [MANAGEMENT.gateway], inventory)
    try:
        heading = await heading_of(subject, "dom0", PLAN)
        recorder = Recorder(subject, scraped, PLAN, time.time)
        await asyncio.gather(recorder.record(), act(lab, recorder))
        return recorder.drill(heading, would_fire)
    finally:
        await subject.close()
        await scraped.close()
        await host.close()


@pytest.fixture(scope="module")
def drill(slow_lab: OvsLab) -> Drill:
    slow_lab.heal()
    return asyncio.run(drilled(slow_lab))


def began(lane: Lane, text: str) -> float:
    """When a lane was first seen so."""
    return next(span.start for span in lane.spans if span.state.text == text)


def marked(drill: Drill, text: str) -> float:
    (at,) = (note.at for note in drill.notes if (note.source, note.text) == ("mark", text))
    return at


def test_the_other_member_takes_over_once_the_downdelay_is_over(drill: Drill) -> None:
    assert [span.state.text for span in drill.serving.spans] == ["eth0", "eth2"]
    assert began(drill.serving, "eth2") - marked(drill, "cut") == pytest.approx(DOWNDELAY, abs=0.5)


def test_meanwhile_the_active_member_has_no_carrier_and_is_not_disabled_yet(drill: Drill) -> None:
    eth0 = next(lane for lane in drill.lanes if lane.name == "eth0")
    waiting = "enabled, active, may_enable: false, no carrier"
    assert began(eth0, "enabled, active") == 0
    assert began(eth0, waiting) == pytest.approx(marked(drill, "cut"), abs=0.5)
    assert began(eth0, "disabled") == pytest.approx(began(drill.serving, "eth2"), abs=0.15)


def test_the_member_comes_back_as_the_standby(drill: Drill) -> None:
    eth0 = next(lane for lane in drill.lanes if lane.name == "eth0")
    assert eth0.spans[-1].state.text == "enabled"
    assert eth0.spans[-1].start > marked(drill, "connected")
    assert eth0.spans[-1].state.tone == "standby"


def test_pings_are_lost_from_the_cut_to_the_takeover_and_at_no_other_time(drill: Drill) -> None:
    lost = [io.at for io in drill.io if io.seconds is None]
    assert drill.io_name == f"pings to {MANAGEMENT.gateway}"
    assert lost[0] == pytest.approx(marked(drill, "cut"), abs=0.5)
    assert lost[-1] == pytest.approx(began(drill.serving, "eth2"), abs=0.5)
    assert len(drill.io) > 4 * len(lost) > 8


def test_the_alert_of_a_member_that_is_down_was_pending_until_it_was_back(drill: Drill) -> None:
    (alert,) = drill.alerts
    assert (alert.name, dict(alert.labels)["member"], alert.firing_at) == (
        "BondMemberDown",
        "eth0",
        None,
    )
    assert alert.pending_at > marked(drill, "cut")
    assert alert.resolved_at is not None
    assert alert.resolved_at > marked(drill, "connected")


async def test_open_vswitch_logs_that_the_link_is_down_and_who_is_active(slow_lab: OvsLab) -> None:
    slow_lab.heal()
    log = OvsLog(LocalHost("dom0", Local()), str(slow_lab.rundir / "ovs-vswitchd.log"))
    before = time.time()
    await log.lines()
    slow_lab.carrier("eth0", up=False)
    slow_lab.wait_for(lambda: slow_lab.active("bond0") == "eth2")
    lines = await log.lines()
    said = " / ".join(line.text for line in lines)
    assert "eth0: link state down" in said
    assert "active member is now eth2" in said
    assert all(before - 1 < line.unix < time.time() for line in lines)
