"""xenlens measures the demo pool's disks over SSH, and sees what is wrong with them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.disk_profiles import PROFILES
from collectors.disk_records import DiskProbe, DiskRun
from collectors.disk_run import measure
from collectors.host import DeadlineExceeded
from collectors.onhost import DISK
from collectors.onhost_run import OnHost
from collectors.registry import Look
from exporter.config import Configuration, load
from exporter.demo.config_disks import disk_probes
from exporter.demo.modular import modular_chassis
from exporter.demo.server import DemoPool
from exporter.disk.attempt import Means, attempt
from exporter.disk.holds import Holds
from exporter.fleet import Fleet
from exporter.hosts.ssh import SshHost
from tests.demo.measuring import SSD
from tests.demo.test_hanging import soon, wait_until_nothing_hangs
from tests.demo.test_server import connected, settings

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
VERSIONS = {"xenserver1": "fio-2.0.8", "xcp82": "fio-3.7", "xcp83": "fio-3.42"}
QUICK = 0.4
"""Seconds in which a command answers that measures nothing."""


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool of three hosts."""
    async with DemoPool() as running:
        yield running


@pytest.fixture
def configured(pool: DemoPool) -> Configuration:
    """The configuration that fits it."""
    return load(pool.write_config())


@pytest.fixture
async def means(configured: Configuration, tmp_path: Path) -> AsyncIterator[Means]:
    """What attempts need."""
    fleet = Fleet(configured.targets(), lambda: 1000.0)
    yield Means(fleet, Holds(), tmp_path)
    await fleet.close()


async def measured(pool: DemoPool, host: str, profile: str, seconds: float = 10) -> DiskRun:
    """One run on the shared LUN, without asking whether all is well."""
    found = DiskProbe("probe", host, PROFILES[profile], "device", f"/dev/mapper/{SSD}")
    ssh = SshHost(host, settings(pool, host))
    try:
        return await measure(Look(ssh, soon(seconds)), found, OnHost(DISK))
    finally:
        await ssh.close()


async def iops(means: Means, probe: DiskProbe) -> float:
    """What an attempt of the exporter measures."""
    outcome = await attempt(means, probe)
    assert outcome.reading is not None, (outcome.reason, outcome.message)
    (run,) = outcome.reading.records
    found: float | None = run.figures[0].iops
    assert found is not None
    return found


def probe(configured: Configuration, name: str) -> DiskProbe:
    """A probe of the configuration."""
    return next(each for each in configured.disk_probes() if each.name == name)


@pytest.mark.parametrize("host", VERSIONS)
@pytest.mark.parametrize("profile", ["random-read", "random-read-aio", "sequential-read"])
async def test_fio_is_understood_on_every_host(pool: DemoPool, host: str, profile: str) -> None:
    run = await measured(pool, host, profile)
    (figures,) = run.figures
    assert run.version == VERSIONS[host]
    assert figures.bandwidth is not None
    assert figures.bandwidth > 25e6
    assert figures.latency_mean is not None
    assert 100e-6 < figures.latency_mean < 0.01
    assert set(figures.quantiles) == {"0.5", "0.9", "0.95", "0.99", "0.999"}


@pytest.mark.parametrize("host", VERSIONS)
@pytest.mark.parametrize("profile", ["hdparm", "seek"])
async def test_hdparm_and_seek_are_understood_on_every_host(
    pool: DemoPool, host: str, profile: str
) -> None:
    run = await measured(pool, host, profile)
    (figures,) = run.figures
    assert figures.bandwidth is not None
    assert (run.cached_bandwidth is not None) == (profile == "hdparm")
    assert (figures.iops is not None) == (profile == "seek")


async def test_the_configured_probes_compare_both_classes(
    means: Means, configured: Configuration
) -> None:
    for profile in ("random-read", "random-read-aio"):
        ssd, sas = (probe(configured, f"{name}-{profile}") for name in ("ssd", "sas"))
        assert "sas" in ssd.slower_classes
        assert await iops(means, ssd) > 3 * await iops(means, sas)


async def test_hdparm_is_configured_too(means: Means, configured: Configuration) -> None:
    outcome = await attempt(means, probe(configured, "ssd-hdparm"))
    assert outcome.success, outcome.message


async def test_a_limited_ssd_is_no_longer_the_faster_one(
    pool: DemoPool, means: Means, configured: Configuration
) -> None:
    ssd, sas = (probe(configured, f"{name}-random-read-aio") for name in ("ssd", "sas"))
    pool.apply("ssd.limited")
    assert await iops(means, ssd) < 1.05 * await iops(means, sas)
    pool.apply("sas.slow")
    assert await iops(means, ssd) > 3 * await iops(means, sas)


async def test_with_a_controller_pulled_the_exporter_does_not_measure(
    pool: DemoPool, means: Means, configured: Configuration
) -> None:
    pool.apply("scm2.pulled")
    outcome = await attempt(means, probe(configured, "ssd-random-read"))
    assert outcome.reason == "paths_degraded"


async def test_other_commands_are_answered_while_a_disk_is_measured(pool: DemoPool) -> None:
    async with connected(pool, "xcp83") as connection:
        running = asyncio.create_task(measured(pool, "xcp83", "hdparm"))
        await asyncio.sleep(QUICK)
        began = asyncio.get_running_loop().time()
        assert (await connection.run("hostname")).stdout == "xcp83\n"
        assert asyncio.get_running_loop().time() - began < QUICK
        assert not running.done()
        await running


@pytest.mark.parametrize("host", ["xenserver1", "xcp83"])
async def test_a_measurement_without_a_path_is_killed_by_the_exporter(
    pool: DemoPool, host: str
) -> None:
    pool.apply("scm1.pulled")
    pool.apply("scm2.pulled")
    ssh = SshHost(host, settings(pool, host))
    found = DiskProbe("probe", host, PROFILES["hdparm"], "device", f"/dev/mapper/{SSD}")
    try:
        with pytest.raises(DeadlineExceeded):
            await measure(Look(ssh, soon(1.5)), found, OnHost(DISK))
        await wait_until_nothing_hangs(ssh)
    finally:
        await ssh.close()


async def test_a_disk_that_gets_its_path_back_in_time_is_measured(pool: DemoPool) -> None:
    pool.apply("scm1.paths.failing")
    pool.apply("scm2.paths.failing")
    running = asyncio.create_task(measured(pool, "xcp83", "random-read"))
    await asyncio.sleep(1.5)
    assert not running.done()
    pool.apply("scm1.paths.working")
    assert (await running).figures[0].iops is not None


@pytest.mark.parametrize("hosts", [1, 2, 3, 7])
def test_the_host_with_the_newest_product_measures(hosts: int) -> None:
    chassis = modular_chassis(hosts)
    found = dict(disk_probes(chassis, list(chassis.hosts)))
    newest = list(chassis.hosts)[min(hosts, 3) - 1]
    assert {probe["host"] for probe in found.values()} == {newest}
    assert {probe["storage_class"]: probe["sr"] for probe in found.values()} == {
        "ssd": "IMS LUN0",
        "sas": "Local storage",
    }


def test_without_a_shared_disk_only_the_sas_disk_is_measured() -> None:
    chassis = modular_chassis(shared_disk=False)
    names = {name for name, _ in disk_probes(chassis, list(chassis.hosts))}
    assert names == {"sas-random-read-aio", "sas-random-read"}
