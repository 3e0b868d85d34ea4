"""`xenlens probe` with the real fio and hdparm on a disk of our own."""

import json
from pathlib import Path

import pytest

from collectors.disk_profiles import PROFILES
from exporter.cli.probe_cost import most_of
from exporter.config import load
from tests.bench.disk_probe import traffic_of
from tests.exporter.probe_hosts import config, xenlens
from tests.labs.loopdisk import MIB, LoopDisk

pytestmark = pytest.mark.fio
FILE_SYSTEM = 4 * MIB
"""What ext4 may write and read of its own beside."""
SMALL = ", size: 8MiB, runtime: 2s, keep_free: 1MiB"


def said(place: str, profile: str) -> str:
    return f"{place}, profile: {profile}{'' if profile == 'hdparm' else SMALL}"


@pytest.mark.parametrize("profile", PROFILES)
def test_a_run_gives_figures_and_costs_no_more_than_is_listed(
    tmp_path: Path, disk: LoopDisk, profile: str
) -> None:
    """The kernel's own count of the disk, against what `probe list` says."""
    place = f"device: {disk.device}" if profile == "hdparm" else f"directory: {disk.folder}"
    file = config(tmp_path, one=said(place, profile))
    before = traffic_of(disk.device)
    done = xenlens(file, "run", "one", "--json")
    moved = traffic_of(disk.device).since(before)
    assert (done.exit_code, done.stderr) == (0, "")
    (figures,) = json.loads(done.stdout)["figures"]
    assert figures["direction"] == ("write" if profile == "fsync-write" else "read")
    assert figures["bandwidth"] > 0
    most = most_of(load(file).disk_probes()[0])
    assert moved.written <= most.written + FILE_SYSTEM
    assert most.read is None or moved.read <= most.read + FILE_SYSTEM


def test_two_directories_of_one_disk_are_compared(tmp_path: Path, disk: LoopDisk) -> None:
    """A rate makes the one slow, and is told; no disk reaches that of the other."""
    one = said(f"directory: {disk.folder}", "random-read")
    file = config(tmp_path, free=f"{one}, rate: 2GiB", held=f"{one}, rate: 1MiB")
    found = json.loads(xenlens(file, "compare", "free", "held", "--json").stdout)
    words = {row["metric"]: row["word"] for row in found["rows"] if row["quantile"] is None}
    assert found["b"]["at_limit"]
    assert found["b"]["figures"][0]["bandwidth"] == pytest.approx(MIB, rel=0.2)
    assert words["bandwidth"] == words["iops"] == "unknown"
    assert "since held ran at its rate limit" in found["said"]
    assert found["differs"] == "rate limit (2.0 GiB/s, 1.0 MiB/s)"
    assert list(disk.folder.iterdir()) == []
