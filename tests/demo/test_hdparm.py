"""hdparm on a simulated host prints what hdparm prints, from the speeds of its disks.

The fixtures are what hdparm 9.65 printed of a loop device.
"""

import re
from pathlib import Path

import pytest

from collectors.hdparm import parse_hdparm
from tests.demo.measuring import SSD, Login, boot_disk
from tests.demo.simulated import HOSTS, Simulated

FIXTURES = Path(__file__).parent / "fixtures" / "hdparm"
DEVICE = f"/dev/mapper/{SSD}"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def shape(text: str) -> list[str]:
    """Lines without their numbers and the device."""
    return [re.sub(r"\d[\d.]*", "#", re.sub("^/dev/.*:", "DEVICE:", x)) for x in text.splitlines()]


@pytest.mark.parametrize("options", ["-tT", "-t", "-T", "-t --direct", "-tT --direct"])
def test_it_prints_the_lines_of_the_real_one(pool: Simulated, options: str) -> None:
    printed = Login(pool, "xcp83").printed(f"hdparm {options} {DEVICE}")
    real = (FIXTURES / f"9.65{options.replace(' ', '')}.txt").read_text()
    assert shape(printed) == shape(real)


@pytest.mark.parametrize("host", HOSTS)
def test_the_ssd_is_faster_than_the_sas_disk_and_the_cache_than_both(
    pool: Simulated, host: str
) -> None:
    line = f"hdparm -tT {DEVICE} {boot_disk(pool, host)}"
    ssd, sas = parse_hdparm(Login(pool, host).run(line, patience=2.0).stdout).records
    assert ssd.buffered_bytes_per_second is not None
    assert sas.buffered_bytes_per_second is not None
    assert ssd.cached_bytes_per_second is not None
    assert sas.buffered_bytes_per_second < ssd.buffered_bytes_per_second
    assert ssd.buffered_bytes_per_second < ssd.cached_bytes_per_second


def test_a_device_that_is_not_there_is_told_and_the_others_are_measured(pool: Simulated) -> None:
    result = Login(pool, "xcp82").run(f"hdparm -t /dev/nosuch {DEVICE}")
    assert result.status == 2
    assert result.stderr == "/dev/nosuch: No such file or directory\n"
    assert f"{DEVICE}:\n Timing buffered disk reads: " in result.stdout


def test_it_does_nothing_else_to_a_disk(pool: Simulated) -> None:
    for options in ("", "''", "-I", "-y", "--security-erase x"):
        result = Login(pool, "xcp82").run(f"hdparm {options} {DEVICE}")
        assert (result.status, result.stdout) == (1, "")


def test_a_path_that_fails_makes_it_hang(pool: Simulated) -> None:
    pool.fault("scm1.paths failing")
    login = Login(pool, "xcp82")
    paths = pool.dom0("xcp82").state.storage.paths
    bad = next(path.device for path in paths if path.failing)
    assert login.run(f"hdparm -t /dev/{bad}", patience=600).hangs
    assert login.run(f"hdparm -t {DEVICE}").status == 0
