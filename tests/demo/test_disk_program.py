"""On a simulated host xenlens_disk.py answers in its own form and words."""

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collectors.disk_answer import read_answer
from collectors.disk_seek import seek_figures
from collectors.fio import read_fio
from collectors.hdparm import parse_hdparm
from collectors.onhost import DISK, program
from tests.demo.measuring import PROBE, SSD, Login, boot_disk, reason
from tests.demo.simulated import HOSTS, Simulated

ON_SSD = f"--at device:/dev/mapper/{SSD} --size 16777216 --seconds 50"
PATIENCE = 60.0


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def real(words: str) -> "subprocess.CompletedProcess[str]":
    """The program itself on this machine, once nobody else measures there."""
    until = time.monotonic() + PATIENCE
    while True:
        done = subprocess.run(
            [sys.executable, "-S", "-E", "-", *shlex.split(words)],
            input=program(DISK),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if "\nrefused busy " not in done.stdout or time.monotonic() > until:
            return done
        time.sleep(0.2)


def shape(text: str) -> list[str]:
    """Lines without their numbers; whether it could calm down is left out."""
    lines = [re.sub(r"\d[\d.]*", "#", line) for line in text.splitlines()]
    return [re.sub(r"^(#)( #)*$", "NUMBERS", line) for line in lines if "idle_io" not in line]


@pytest.mark.parametrize(
    "words",
    [
        "--at",
        "--nonsense 1",
        "--at disk:/dev/sda --size 4096 --seek 1",
        "--at device:sda --size 4096 --seek 1",
        "--at device:/dev/sda --size 1 --seek 1",
        "--at device:/dev/sda --size 4096",
        "--at device:/dev/sda --size x --seek 1",
        "--at device:/dev/sda --size 4096 -- rm -rf /",
        "--at device:/dev/sda --size 4096 -- hdparm -y '{device}'",
        "--at device:/dev/sda --size 4096 -- fio --filename={file} --thread",
        "--at device:/dev/sda --size 4096 -- fio --filename=/dev/sdb --thread --readonly",
    ],
)
def test_a_line_that_cannot_be_understood_is_refused_as_the_program_does(
    pool: Simulated, words: str
) -> None:
    simulated, truly = Login(pool, "xcp83").disk_program(words), real(words)
    assert (simulated.status, simulated.stdout) == (2, "")
    assert (truly.returncode, truly.stdout) == (2, "")
    assert simulated.stderr == truly.stderr


@pytest.mark.parametrize("words", ["", "help", "-h", "--help"])
def test_it_tells_its_usage(pool: Simulated, words: str) -> None:
    simulated = Login(pool, "xenserver1").disk_program(words)
    assert simulated.stdout == real(words).stdout
    assert "--seek" in simulated.stdout


def test_random_reads_are_told_as_the_program_tells_them(pool: Simulated, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(os.urandom(1 << 20))
    truly = real(f"--at file:{file} --size 1048576 --seek 20")
    simulated = Login(pool, "xenserver1").disk_program(f"{ON_SSD} --seek 20")
    if "no_direct_io" in truly.stdout:
        pytest.skip("the file system of the tests knows no direct I/O")
    of_a_file = [line for line in shape(truly.stdout) if not line.startswith("fact file_system")]
    assert shape(simulated.stdout) == of_a_file
    figures = seek_figures(read_answer(simulated.stdout).stdout, 4096)
    assert figures.iops is not None
    assert figures.latency_mean == pytest.approx(1 / figures.iops, rel=0.01)


@pytest.mark.parametrize("words", ["--seek 1", f"-- {PROBE}", "-- hdparm -t '{device}'"])
def test_a_device_that_is_not_there_is_told_as_the_program_tells_it(
    pool: Simulated, words: str
) -> None:
    line = f"--at device:/dev/nosuch --size 4096 {words}"
    simulated, truly = Login(pool, "xcp82").disk_program(line), real(line)
    if words.startswith("-- hdparm"):
        assert "failed no_such_path" in truly.stdout
    assert shape(simulated.stdout) == shape(truly.stdout)
    assert reason(pool, line) == "no_such_path"


@pytest.mark.parametrize("device", [f"/dev/mapper/{SSD}", "/dev/dm-5", "/dev/sdc"])
@pytest.mark.parametrize("host", HOSTS)
def test_fio_measures_any_device_of_the_host(pool: Simulated, host: str, device: str) -> None:
    words = f"--at device:{device} --size 16777216 --seconds 50 -- {PROBE}"
    answer = read_answer(Login(pool, host).disk_program(words).stdout)
    (result,) = read_fio(answer.stdout).results
    assert answer.exit_status == 0
    assert (result.job, result.io_bytes) == ("probe", 16 << 20)
    assert answer.phases["measure"] == pytest.approx(result.runtime_seconds, abs=0.001)


@pytest.mark.parametrize("host", HOSTS)
def test_hdparm_measures_the_device_itself(pool: Simulated, host: str) -> None:
    answer = read_answer(
        Login(pool, host).disk_program(f"{ON_SSD} -- hdparm -tT {{device}}").stdout
    )
    (record,) = parse_hdparm(answer.stdout).records
    assert f"/dev/mapper/{SSD}:" in answer.stdout
    assert record.buffered_bytes_per_second is not None


def test_a_limited_ssd_is_seen(pool: Simulated) -> None:
    def iops() -> float:
        answer = read_answer(Login(pool, "xenserver1").disk_program(f"{ON_SSD} -- {PROBE}").stdout)
        found = read_fio(answer.stdout).results[0].iops
        assert found is not None
        return found

    healthy = iops()
    pool.fault("ssd limited")
    assert iops() < healthy / 3
    pool.fault("ssd unlimited")
    assert iops() > healthy * 0.9


@pytest.mark.parametrize("path", ["/opt/fio/bin/fio", "/usr/local/bin/fio"])
def test_a_command_that_is_not_installed_is_told(pool: Simulated, path: str) -> None:
    assert reason(pool, f"{ON_SSD} -- {path}{PROBE.removeprefix('fio')}") == "no_command"


def test_what_lasts_too_long_is_killed(pool: Simulated) -> None:
    words = f"--at device:{boot_disk(pool, 'xcp82')} --size 1073741824 --seconds 5 -- {PROBE}"
    assert reason(pool, words) == "overtime"


def test_without_a_path_it_gives_its_worker_up_and_says_so(pool: Simulated) -> None:
    pool.fault("scm1 pulled", "scm2 pulled")
    line = f"{ON_SSD} -- {PROBE}"
    assert Login(pool, "xcp82").disk_program(line, patience=50).hangs
    assert reason(pool, line, patience=53) == "hung"


def test_a_path_that_comes_back_lets_it_go_on(pool: Simulated) -> None:
    pool.fault("scm1.paths failing", "scm2.paths failing")
    login = Login(pool, "xcp82")
    assert login.disk_program(f"{ON_SSD} -- {PROBE}", patience=10).hangs
    pool.fault("scm1.paths working")
    assert read_answer(login.disk_program(f"{ON_SSD} -- {PROBE}").stdout).exit_status == 0


def test_what_fio_complains_of_is_passed_on(pool: Simulated) -> None:
    words = f"{ON_SSD} -- {PROBE.replace('=sync', '=mmap')}"
    answer = read_answer(Login(pool, "xcp83").disk_program(words).stdout)
    assert (answer.exit_status, answer.stdout) == (1, "")
    assert answer.stderr.startswith("fio: engine mmap not loadable")
