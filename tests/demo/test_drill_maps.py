"""What a drill asks of a simulated host's maps: the kernel's view, and timed reads."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from collectors.dmsetup import LISTED, STATUS, KernelMap, parse_listed, parse_status
from collectors.multipath_text import parse_listing
from collectors.onhost import READS, program
from exporter.demo.command import Result
from exporter.demo.faces.reads import SWITCHING
from exporter.demo.shell import Shell
from exporter.drill.multipath_facts import settings_of
from exporter.drill.multipath_reads import parse_reads
from exporter.drill.record import Io
from tests.demo.probing import PYTHON
from tests.demo.simulated import HOSTS, Simulated

SSD = "222ac00015543fe63"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "dmsetup"
LOOKS = 0.2


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def status(pool: Simulated, host: str) -> str:
    return pool.printed(host, shlex.join(STATUS))


def kernel(pool: Simulated, host: str) -> dict[str, KernelMap]:
    parsed = parse_status(status(pool, host))
    assert parsed.noise == ()
    return {one.name: one for one in parsed.records}


def shape(line: str) -> str:
    """A line of `dmsetup status` without the names and numbers of its machine."""
    line = re.sub(r"^\S+: 0 \d+ multipath 2 0 \d", "NAME: 0 N multipath 2 0 N", line)
    return re.sub(r"\d+:\d+ ([AF]) \d+", r"N:N \1 N", line)


@pytest.mark.parametrize(
    ("faults", "capture"),
    [
        ((), "pushed-back"),
        (("scm2 pulled", "scm2 pushed back"), "pushed-back"),
        (("scm1.paths failing",), "active-path-offline"),
        (("scm2.paths failing",), "path-held-out"),
        (("scm1.paths failing", "scm2.paths failing"), "all-offline"),
    ],
)
def test_a_map_has_the_words_that_a_real_one_had_in_the_same_state(
    pool: Simulated, faults: tuple[str, ...], capture: str
) -> None:
    pool.fault(*faults)
    (line,) = (line for line in status(pool, "xcp83").splitlines() if line.startswith(SSD))
    assert shape(line) == shape((FIXTURES / f"{capture}.txt").read_text().rstrip("\n"))


def test_round_robin_says_nothing_behind_its_paths(pool: Simulated) -> None:
    (line,) = (one for one in status(pool, "xenserver1").splitlines() if one.startswith(SSD))
    assert line.endswith(" 2 1 A 0 1 0 8:32 A 0 E 0 1 0 8:48 A 0 ")


@pytest.mark.parametrize(
    "fault", ["gateway dead", "scm1 pulled", "scm2 pulled", "scm1.paths failing"]
)
@pytest.mark.parametrize("host", HOSTS)
def test_the_kernel_and_multipathd_tell_the_same(pool: Simulated, host: str, fault: str) -> None:
    pool.fault(fault)
    told = {one.wwid: one for one in parse_listing(pool.run(host, "multipath -ll").stdout).records}
    seen = kernel(pool, host)
    assert seen.keys() == told.keys()
    for name, one in seen.items():
        assert [
            (group.state, [(p.major, p.minor, p.state) for p in group.paths])
            for group in one.groups
        ] == [
            (group.state, [(p.major, p.minor, p.dm_state) for p in group.paths])
            for group in told[name].groups
        ]


@pytest.mark.parametrize("host", HOSTS)
def test_maps_are_listed_with_the_uuids_of_multipath(pool: Simulated, host: str) -> None:
    listed = parse_listed(pool.printed(host, shlex.join(LISTED))).records
    assert {one.name for one in listed} == set(kernel(pool, host))
    assert (f"mpath-{SSD}", 5) in [(one.uuid, one.minor) for one in listed]


@pytest.mark.parametrize("host", HOSTS)
def test_the_table_tells_features_and_handler(pool: Simulated, host: str) -> None:
    facts = dict(settings_of(pool.printed(host, f"dmsetup table {SSD}")))
    assert facts == {"features": "queue_if_no_path", "hardware handler": "alua"}
    assert pool.run(host, "dmsetup table nosuch").status == 1


def test_sysfs_names_the_devices_that_are_there(pool: Simulated) -> None:
    pool.fault("scm2 pulled")
    result = pool.run("xcp83", "stat -c %N /sys/dev/block/8:32 /sys/dev/block/8:48")
    assert result.status == 1
    assert result.stdout.endswith("/host0/target0:0:0/0:0:0:10/block/sdc'\n")
    assert "'/sys/dev/block/8:48': No such file" in result.stderr


class Reading:
    """xenlens_reads.py on a host, looked at as a session does."""

    def __init__(self, pool: Simulated, words: str, host: str = "xcp83") -> None:
        self.pool = pool
        self.shell = Shell(pool.dom0(host), 4000)
        self.shell.stdin = program(READS)
        self.line = f"{PYTHON} {words}"
        self.result = self.look()

    def look(self) -> Result:
        self.result = self.shell.run(self.line)
        return self.result

    def wait(self, seconds: float) -> None:
        """Let time pass, or until it ends."""
        until = self.pool.now + seconds - LOOKS / 2
        while self.result.hangs and self.pool.now < until:
            self.pool.now += LOOKS
            self.look()

    def ended(self, seconds: float) -> list[Io]:
        """Its reads; it must end within so many seconds."""
        self.wait(seconds)
        assert (self.result.hangs, self.result.status, self.result.stderr) == (False, 0, "")
        return list(parse_reads(self.result.stdout).io)


@pytest.mark.parametrize("host", HOSTS)
def test_reads_come_at_their_pace_and_take_what_the_disk_takes(pool: Simulated, host: str) -> None:
    reads = Reading(pool, f"/dev/mapper/{SSD} --seconds 2 --every 0.05", host).ended(2.4)
    assert len(reads) == 40
    assert all(one.seconds is not None and 0 < one.seconds < 0.01 for one in reads)
    began = pool.model.unix(1000.0)
    assert reads[-1].at - began == pytest.approx(39 * 0.05, abs=0.001)


def test_the_other_controller_serves_reads_after_a_while(pool: Simulated) -> None:
    reading = Reading(pool, f"/dev/mapper/{SSD} --seconds 5 --every 0.05")
    reading.wait(1.0)
    pool.fault("scm1 pulled")
    times = [one.seconds or 0.0 for one in reading.ended(5)]
    assert SWITCHING < max(times) < SWITCHING + 2 * LOOKS
    assert sum(seconds > 0.1 for seconds in times) == 1


def test_a_controller_that_does_not_serve_delays_no_read(pool: Simulated) -> None:
    reading = Reading(pool, f"/dev/mapper/{SSD} --seconds 3 --every 0.05")
    reading.wait(1.0)
    pool.fault("scm2 pulled")
    assert max(one.seconds or 0.0 for one in reading.ended(3)) < 0.1


def test_without_a_path_a_read_hangs_until_one_is_back(pool: Simulated) -> None:
    reading = Reading(pool, f"/dev/mapper/{SSD} --seconds 2 --every 0.05")
    reading.wait(1.0)
    pool.fault("scm1 pulled", "scm2 pulled")
    reading.wait(30.0)
    before = reading.result
    assert before.hangs
    pool.fault("scm2 pushed back")
    reads = reading.ended(3)
    assert (reads[-1].seconds or 0.0) > 30.0
    assert reading.result.stdout.startswith(before.stdout)


def test_a_path_that_is_dropped_fails_its_reads(pool: Simulated) -> None:
    reading = Reading(pool, "/dev/sdd --seconds 2 --every 0.05")
    reading.wait(1.0)
    pool.fault("scm2 pulled")
    errors = [one.error for one in reading.ended(2)]
    assert (errors[0], errors[-1]) == ("", "EIO")


@pytest.mark.parametrize(
    "words",
    ["", "--help", "/dev/nosuch", "sda", "/dev/../etc/passwd", "/dev/sda --every x", "--seconds"],
)
def test_what_cannot_be_read_is_told_as_the_program_tells_it(pool: Simulated, words: str) -> None:
    truly = subprocess.run(
        [sys.executable, "-S", "-E", "-", *shlex.split(words)],
        input=program(READS),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    simulated = Reading(pool, words).result
    assert (simulated.status, simulated.stdout, simulated.stderr) == (
        truly.returncode,
        truly.stdout,
        truly.stderr,
    )
