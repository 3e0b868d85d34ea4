"""`xenlens probe list`, and the most that a run costs."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from collectors.disk_profiles import GIB, KIB, MIB, PROFILES
from collectors.disk_records import DiskProbe, Kind
from exporter.cli.probe_cost import Cost, most_of
from tests.exporter.probe_hosts import config, xenlens

COLUMNS = [
    *("probe", "host", "place", "profile", "class", "SR"),
    *("every", "next slot", "writes", "reads", "takes at most"),
]


def table(text: str) -> list[list[str]]:
    """The cells: columns are two blanks apart at least, cells have one at most."""
    return [
        [cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()
    ]


def test_each_probe_is_listed_with_its_place_and_its_cost(tmp_path: Path) -> None:
    """Brackets are no markup, and what is not given is a dash."""
    read = "directory: /srv/ssd, profile: random-read, storage_class: ssd, sr: 'LUN [red] 0'"
    file = config(
        tmp_path,
        ssd=f"{read}, every: 90m",
        whole="device: /dev/xvdb, profile: hdparm, every: 2h",
    )
    done = xenlens(file, "list")
    head, ssd, whole = table(done.stdout)
    assert (done.exit_code, done.stderr, head) == (0, "", COLUMNS)
    del ssd[7], whole[7]
    assert ssd == [
        *("ssd", "vm1", "directory /srv/ssd", "random-read", "ssd", "LUN [red] 0"),
        *("90 min", "128.0 MiB", "128.0 MiB", "58 s"),
    ]
    assert whole == [
        *("whole", "vm1", "device /dev/xvdb", "hdparm", "-", "-"),
        *("2 h", "0 B", "what 3 s give", "50 s"),
    ]


def test_the_next_slot_is_to_come_within_one_period(tmp_path: Path) -> None:
    file = config(tmp_path, ssd="directory: /srv, profile: seek, every: 10m")
    before = datetime.now().replace(microsecond=0)
    _, row = table(xenlens(file, "list").stdout)
    slot = datetime.strptime(row[7], "%Y-%m-%d %H:%M:%S")
    assert before <= slot <= datetime.now() + timedelta(minutes=10)


def test_a_configuration_without_probes_says_so(tmp_path: Path) -> None:
    file = tmp_path / "empty.yml"
    file.write_text("pools: {p: {guests: {vm1: {local: {}}}}}\n")
    done = xenlens(file, "list")
    assert (done.exit_code, done.stdout) == (0, f"{file} has no disk_probes\n")


@pytest.mark.parametrize(
    ("profile", "kind", "written", "read"),
    [
        ("random-read", "directory", 128 * MIB, 128 * MIB),
        ("random-read", "device", 0, 128 * MIB),
        ("sequential-read", "file", 0, 256 * MIB),
        ("fsync-write", "directory", 8 * MIB, 0),
        ("seek", "directory", 128 * MIB, 1000 * 4 * KIB),
        ("seek", "device", 0, 1000 * 4 * KIB),
        ("hdparm", "directory", 0, None),
    ],
)
def test_what_a_run_writes_and_reads_follows_from_the_profile(
    profile: str, kind: Kind, written: int, read: int | None
) -> None:
    probe = DiskProbe("x", "vm1", PROFILES[profile], kind, "/srv")
    assert most_of(probe) == Cost(written, read, probe.seconds)


@pytest.mark.parametrize(("depth", "read"), [(1, 20 * MIB), (8, 1 * GIB)])
def test_a_rate_bounds_what_is_read_unless_an_old_fio_may_not_hold_it(
    depth: int, read: int
) -> None:
    profile = replace(PROFILES["random-read"], depth=depth, size=GIB, rate=MIB, runtime=20.0)
    assert most_of(DiskProbe("x", "vm1", profile, "device", "/dev/sda")).read == read
