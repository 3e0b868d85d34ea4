"""The figures of a disk probe are those that fio printed, and the disk itself counted the I/O."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.disk_profiles import KIB, PROFILES
from collectors.disk_records import DiskProbe, DiskRun, Figures
from tests.bench.disk_probe import Traffic, traffic_of
from tests.labs.disk_probing import FAST, Measured, Prober, nothing_left, probe_of, prober, small
from tests.labs.loopdisk import MIB, LoopDisk
from tests.labs.throttle import limited

WAYS = pytest.mark.parametrize("way", ["local", pytest.param("openssh", marks=pytest.mark.openssh)])
FIO = [name for name, profile in PROFILES.items() if profile.tool == "fio"]
READING = [name for name in FIO if not PROFILES[name].writes]
OF_FIO = {"0.5": "50", "0.9": "90", "0.95": "95", "0.99": "99", "0.999": "99.9"}
"""Our quantiles as fio's percentiles."""
pytestmark = pytest.mark.fio


def place(disk: LoopDisk, kind: str) -> dict[str, Any]:
    """Where to measure; a file is made for the kind file."""
    if kind == "file":
        path = disk.folder / "somebody-elses"
        path.write_bytes(bytes(range(256)) * (8 * MIB // 256))
        return {"kind": kind, "path": str(path)}
    return {"kind": kind, "path": disk.device if kind == "device" else str(disk.folder)}


async def measured(prober: Prober, probe: DiskProbe, disk: LoopDisk) -> tuple[Measured, Traffic]:
    """The run, and what the kernel counted at the disk meanwhile."""
    before = traffic_of(disk.device)
    found = await prober.measure(probe)
    return found, traffic_of(disk.device).since(before)


def as_printed(measured: Measured, direction: str) -> Figures:
    """The figures that fio printed of the only job."""
    (job,) = measured.fio["jobs"]
    own = job[direction]
    percentiles = {float(p): ns for p, ns in own["clat_ns"]["percentile"].items()}
    return Figures(
        "write" if direction == "write" else "read",
        own["iops"],
        own["bw_bytes"],
        own["lat_ns"]["mean"] / 1e9,
        {ours: percentiles[float(theirs)] / 1e9 for ours, theirs in OF_FIO.items()},
    )


def same(ours: Figures, theirs: Figures) -> bool:
    """Equal but for the last bit of a division."""
    return (
        (ours.direction, ours.iops, ours.bandwidth)
        == (theirs.direction, theirs.iops, theirs.bandwidth)
        and ours.latency_mean == pytest.approx(theirs.latency_mean, rel=1e-12)
        and ours.quantiles == pytest.approx(theirs.quantiles, rel=1e-12)
    )


def phases_of(run: DiskRun) -> list[str]:
    assert all(seconds >= 0 for seconds in run.phases.values())
    return list(run.phases)


@WAYS
@pytest.mark.parametrize("name", FIO)
async def test_in_a_directory_each_profile_gives_the_figures_fio_printed(
    disk: LoopDisk, tmp_path: Path, way: str, name: str
) -> None:
    free = disk.free
    async with prober(way, tmp_path) as host:
        found, traffic = await measured(host, probe_of(disk.folder, profile=small(name)), disk)
    direction = "write" if PROFILES[name].writes else "read"
    (figures,) = found.run.figures
    assert same(figures, as_printed(found, direction))
    assert found.run.version == found.fio["fio version"]
    assert phases_of(found.run) == ["prepare", "lay_out", "measure"]
    assert found.run.facts["file_system"] == "ext4"
    assert found.run.facts["free_bytes"] == str(free)
    assert found.run.facts["idle_io_class"] == "yes"
    io = found.fio["jobs"][0][direction]["io_bytes"]
    if direction == "read":
        assert 8 * MIB == io <= traffic.read < 1.1 * io + MIB
        assert traffic.written >= 8 * MIB
    else:
        assert 0 < io <= 8 * MIB
        assert 8 * MIB + io <= traffic.written
    assert await nothing_left(disk, free)


@WAYS
@pytest.mark.parametrize("kind", ["file", "device"])
@pytest.mark.parametrize("name", READING)
async def test_a_file_or_device_is_read_past_the_cache_and_not_written(
    disk: LoopDisk, tmp_path: Path, way: str, kind: str, name: str
) -> None:
    probe = probe_of(disk.folder, profile=small(name), **place(disk, kind))
    run_before = disk.names
    async with prober(way, tmp_path) as host:
        await host.measure(probe)
        found, traffic = await measured(host, probe, disk)
    (figures,) = found.run.figures
    assert same(figures, as_printed(found, "read"))
    assert phases_of(found.run) == ["prepare", "measure"]
    assert found.fio["jobs"][0]["read"]["io_bytes"] == 8 * MIB
    assert traffic.read >= 8 * MIB
    assert traffic.written < MIB
    assert disk.names == run_before


@WAYS
@pytest.mark.parametrize("kind", ["directory", "file", "device"])
async def test_seek_reads_as_many_blocks_as_it_says(
    disk: LoopDisk, tmp_path: Path, way: str, kind: str
) -> None:
    probe = probe_of(disk.folder, profile=small("seek"), **place(disk, kind))
    async with prober(way, tmp_path) as host:
        found, traffic = await measured(host, probe, disk)
    (figures,) = found.run.figures
    assert figures.iops is not None
    assert figures.latency_mean is not None
    assert figures.bandwidth == pytest.approx(figures.iops * 4 * KIB)
    assert 0.2 < figures.iops * figures.latency_mean <= 1
    assert 0 < figures.quantiles["0.5"] <= figures.quantiles["0.99"]
    count = len(found.raw.partition("\nseeks ")[2].splitlines()[1].split())
    assert count == 1000
    assert 4000 * KIB <= traffic.read < 4000 * KIB + MIB
    assert found.run.phases["measure"] == pytest.approx(count / figures.iops, abs=0.5)


@pytest.mark.openssh
@pytest.mark.parametrize(("way", "kind"), [("local", "directory"), ("openssh", "device")])
async def test_hdparm_tells_the_speed_of_the_disk_below_and_of_the_cache(
    disk: LoopDisk, tmp_path: Path, way: str, kind: str
) -> None:
    probe = probe_of(disk.folder, profile=PROFILES["hdparm"], **place(disk, kind))
    async with prober(way, tmp_path) as host:
        found, traffic = await measured(host, probe, disk)
    (figures,) = found.run.figures
    lines = [line for line in found.raw.splitlines() if " = " in line]
    cached, buffered = (float(line.rpartition("=")[2].split()[0]) * MIB for line in lines)
    assert disk.device in found.raw
    assert (figures.bandwidth, found.run.cached_bandwidth) == pytest.approx((buffered, cached))
    assert traffic.read >= 60 * MIB
    assert phases_of(found.run) == ["prepare", "measure"]


async def test_a_rate_is_kept(disk: LoopDisk, local: Prober) -> None:
    profile = replace(PROFILES["random-read"], size=8 * MIB, runtime=3.0, rate=1 * MIB)
    found = await local.measure(probe_of(disk.folder, profile=profile))
    (figures,) = found.run.figures
    assert figures.bandwidth == pytest.approx(1 * MIB, rel=0.05)
    assert found.run.rate == 1 * MIB


async def test_the_file_is_made_no_faster_than_was_said(disk: LoopDisk, local: Prober) -> None:
    probe = probe_of(disk.folder, lay_out_rate=4 * MIB)
    slowly = await local.measure(probe)
    fast = await local.measure(replace(probe, lay_out_rate=FAST))
    assert slowly.run.phases["lay_out"] >= 2.0 > fast.run.phases["lay_out"]


@pytest.mark.parametrize("name", ["random-read", "random-read-aio", "seek"])
async def test_a_disk_of_500_reads_a_second_is_told_as_such(
    disk: LoopDisk, local: Prober, name: str
) -> None:
    """The kernel lets no more through; how long each read took follows from that."""
    profile = replace(PROFILES[name], size=4 * MIB, runtime=4.0)
    with limited(disk.device, reads=500):
        found = await local.measure(probe_of(disk.folder, profile=profile))
    (figures,) = found.run.figures
    assert figures.iops == pytest.approx(500, rel=0.1)
    assert figures.bandwidth == pytest.approx(500 * 4 * KIB, rel=0.1)
    assert figures.latency_mean == pytest.approx(profile.depth / 500, rel=0.15)
