"""What xenlens asks of the demo pool is what the levels of a key allow, each in its turn."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest

from collectors.disk_records import DiskProbe
from collectors.onhost import DISK, GATE, HOST, READS, program
from exporter.config import load
from exporter.demo.server import DemoPool
from exporter.disk.attempt import Means, attempt
from exporter.disk.holds import Holds
from exporter.fleet import Fleet
from exporter.hosts import open_host
from exporter.outcome import Outcome
from tests.collectors.onhost.key_program import installed
from tests.demo.keyed import Keys

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
FAULTS = ("switch2.uplink.down", "scm2.pulled", "nfs.dead", "vm.zombie", "hostconfig.drifted")
LEVEL_OF = {program(HOST): "probe", program(DISK): "probe", program(READS): "probe"}
LEVEL_OF |= {program(GATE): "heal", "": "read"}
BUDGET = 20.0
Finding = tuple[str, str, str, str]


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool of three hosts."""
    async with DemoPool() as running:
        yield running


@pytest.fixture
def opt(tmp_path: Path) -> Path:
    """What /opt/xenlens is on every host."""
    return installed(tmp_path / "opt")


async def found(pool: DemoPool, keys: Keys | None) -> set[Finding]:
    """One look at all hosts and then their pool: findings and failures, with their words."""
    targets = load(pool.write_config()).targets()
    fleet = Fleet(targets, time.time, open_host if keys is None else keys.opened)
    told: set[Finding] = set()
    try:
        for watches in (fleet.hosts(), fleet.pools()):
            scrapes = await asyncio.gather(*(watch.scrape(budget=BUDGET) for watch in watches))
            for watch, scrape in zip(watches, scrapes, strict=True):
                told |= set(of_target(watch.target.name, scrape.outcomes))
    finally:
        await fleet.close()
    return told


def of_target(name: str, outcomes: Iterable[Outcome]) -> Iterator[Finding]:
    """What one target's collectors told."""
    for outcome in outcomes:
        where = (name, outcome.collector)
        yield from ((*where, one.subject, one.severity) for one in outcome.findings)
        if outcome.reason:
            yield (*where, outcome.reason, outcome.message)


def without(told: Iterable[Finding], *names: str) -> set[Finding]:
    """What other collectors told."""
    return {one for one in told if one[1] not in names}


async def test_a_check_with_level_read_finds_what_a_check_without_a_level_finds(
    pool: DemoPool, opt: Path
) -> None:
    """But for the probes between members: the key allows none, and that is what it says."""
    for fault in FAULTS:
        pool.apply(fault)
    keys = Keys("read", opt)
    told = await found(pool, keys)
    plain = await found(pool, None)
    assert without(told, "reachability") == without(plain, "reachability")
    assert {one[1] for one in plain} >= {"multipath", "storage", "hostconfig"}
    refused = {one for one in told if one[1] == "reachability"}
    assert {one[2] for one in refused} == {"not_permitted"}
    text = "the key on this host allows read only: python"
    assert all(one[3].startswith(text) for one in refused)
    assert {one[0] for one in refused} == {"xenserver1", "xcp82", "xcp83"}


async def test_a_check_asks_nothing_that_level_probe_does_not_allow(
    pool: DemoPool, opt: Path
) -> None:
    pool.apply("switch2.uplink.down")
    keys = Keys("probe", opt)
    assert await found(pool, keys) == await found(pool, None)
    assert {keys.lowest(asked): why for asked, why in keys.asked.items()} == {
        "read": "",
        "probe": "",
    }
    assert_levels(keys)


def assert_levels(keys: Keys) -> None:
    """Nothing was refused, and programs were sent that need their level and no lower one."""
    assert keys.asked
    assert [asked for asked, why in keys.asked.items() if why] == []
    for argv, stdin in keys.asked:
        if stdin:
            assert keys.lowest((argv, stdin)) == LEVEL_OF[stdin], argv


async def test_every_disk_probe_is_allowed_with_level_probe_and_not_with_read(
    pool: DemoPool, opt: Path, tmp_path: Path
) -> None:
    configuration = load(pool.write_config())
    keys = Keys("probe", opt)
    fleet = Fleet(configuration.targets(), time.time, keys.opened)
    means = Means(fleet, Holds(), tmp_path, anyway=True)
    by_profile: dict[str, DiskProbe] = {
        one.profile.name: one for one in configuration.disk_probes()
    }
    try:
        for probe in by_profile.values():
            outcome = await attempt(means, probe)
            assert outcome.success, outcome.message
    finally:
        await fleet.close()
    assert_levels(keys)
    assert program(DISK) in {stdin for _, stdin in keys.asked}
