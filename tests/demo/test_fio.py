"""fio on a simulated host prints what fio of that version prints, line by line.

The fixtures are what fio 2.0.8, 3.7 and 3.42 printed with these options on a file of 16 MiB. The
random reads as text were made to last (--thinktime, --loops): a short run has no samples.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors.fio import parse_fio, read_fio
from exporter.demo.shell import Shell
from tests.demo.measuring import AIO, FIO, RANDOM, SEQUENTIAL, SSD, Login, boot_disk
from tests.demo.simulated import HOSTS, Simulated

FIXTURES = Path(__file__).parent / "fixtures" / "fio"
VERSIONS = {"xenserver1": "2.0.8", "xcp82": "3.7", "xcp83": "3.42"}
RUNS = {"random": RANDOM, "random-aio": AIO, "sequential": SEQUENTIAL}
MISSING = (
    "--name=x --filename=/dev/nosuch --size=1m --rw=randread --bs=4096 --ioengine=sync --thread "
    "--readonly --direct=1 --eta=never"
)


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def shape(text: str) -> list[str]:
    """Lines without their numbers, units and prefixes; of histograms only that they are there."""
    lines: list[str] = []
    for line in text.splitlines():
        if re.match(r" +lat \((n|u|m)sec\) *: \S*=", line):
            line = re.sub(r"\(.*", "(histogram)", line)
        line = re.sub(r"\((?:n|u|m)sec\)", "(time)", line)
        line = re.sub(r"\b(dm-\d+|loop\d+): ios", "DEVICE: ios", line)
        line = re.sub(r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$", "WHEN", line)
        line = re.sub(r" *\d[\d.]*(?:[kKMGT]?i?B|[kMG](?![A-Za-z]))?", "#", line)
        if not (lines and "histogram" in line and lines[-1] == line):
            lines.append(line)
    return lines


def fixture(name: str) -> str:
    """What the real fio printed."""
    return (FIXTURES / name).read_text()


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("host", HOSTS)
def test_the_text_has_the_lines_of_that_version(pool: Simulated, host: str, run: str) -> None:
    login = Login(pool, host)
    device = f"/dev/mapper/{SSD}" if run == "sequential" else boot_disk(pool, host)
    printed = login.fio(RUNS[run].replace("16m", "128m" if run == "random-aio" else "16m"), device)
    real = fixture(f"{VERSIONS[host]}-{run}.txt")
    assert shape(printed) == shape(real)


@pytest.mark.parametrize("run", ["random", "random-aio"])
@pytest.mark.parametrize("host", ["xcp82", "xcp83"])
def test_the_json_has_the_keys_of_that_version(pool: Simulated, host: str, run: str) -> None:
    printed = Login(pool, host).fio(f"{RUNS[run]} --output-format=json")
    real = fixture(f"{VERSIONS[host]}-{run}.json")
    assert list(keys(json.loads(printed))) == list(keys(json.loads(real)))
    assert [layout(line) for line in printed.splitlines()] == [
        layout(line) for line in real.splitlines()
    ]


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Where each value stands and of which type it is."""
    match value:
        case dict():
            for key in value:
                yield from keys(value[key], f"{path}/{key}")
        case list():
            for entry in value:
                yield from keys(entry, f"{path}/-")
        case _:
            yield f"{path} {type(value).__name__}"


def layout(line: str) -> str:
    """A line of JSON with neither its number nor its text."""
    return re.sub(r' : (?:"[^"]*"|[\d.]+)', " : VALUE", line)


@pytest.mark.parametrize("host", HOSTS)
def test_a_device_that_is_not_there_ends_as_in_that_version(pool: Simulated, host: str) -> None:
    result = Login(pool, host).run(f"fio {MISSING}")
    version = VERSIONS[host]
    assert result.status == 1
    assert shape(result.stdout) == shape(fixture(f"{version}-missing.txt"))
    assert result.stderr.splitlines()[0] == "fio: refusing extend of file due to read-only"


@pytest.mark.parametrize(
    ("host", "version"), [("xenserver1", "2.0.8"), ("xcp82", "fio-3.7"), ("xcp83", "fio-3.42")]
)
def test_every_host_has_the_version_of_its_time(pool: Simulated, host: str, version: str) -> None:
    assert pool.printed(host, "fio --version") == f"{version}\n"


@pytest.mark.parametrize(
    ("host", "format"), [("xenserver1", ""), ("xcp82", ""), ("xcp83", ""), ("xcp83", "json")]
)
@pytest.mark.parametrize("run", RUNS)
def test_xenlens_reads_from_it_what_the_speed_model_says(
    pool: Simulated, host: str, format: str, run: str
) -> None:
    output = f" --output-format={format}" if format else ""
    (result,) = parse_fio(Login(pool, host).fio(f"{RUNS[run]}{output}")).records
    assert (result.job, result.direction, result.io_bytes) == ("random-read", "read", 16 << 20)
    assert result.iops is not None
    assert result.bandwidth_bytes_per_second is not None
    block = 1 << 20 if run == "sequential" else 4096
    assert result.iops == pytest.approx(result.bandwidth_bytes_per_second / block, rel=0.05)
    assert result.latency_mean_seconds is not None
    depth = 8 if run == "random-aio" else 1
    assert result.iops * result.latency_mean_seconds == pytest.approx(depth, rel=0.05)
    assert result.percentiles["50.0"] < result.percentiles["99.0"] < 0.01


def test_a_rate_is_not_exceeded_and_the_runtime_ends_it(pool: Simulated) -> None:
    limited = RANDOM.replace("--size=16m", "--size=1g") + " --rate=1m"
    (result,) = read_fio(Login(pool, "xenserver1").fio(limited)).results
    assert result.bandwidth_bytes_per_second == pytest.approx(1 << 20, rel=0.01)
    assert result.runtime_seconds == pytest.approx(20, abs=0.01)


def test_it_takes_its_time_before_it_prints(pool: Simulated) -> None:
    login = Login(pool, "xcp83")
    line = f"fio {RANDOM.format(file=f'/dev/mapper/{SSD}')}; echo done"
    early = login.run(line, patience=0.4)
    assert (early.stdout, early.hangs) == ("", True)
    assert login.run(line, patience=1.0).stdout.endswith("\ndone\n")


def test_two_runs_take_twice_the_time(pool: Simulated) -> None:
    login = Login(pool, "xcp83")
    line = f"fio {RANDOM.format(file=f'/dev/mapper/{SSD}')}"
    both = f"sh -c '{line}'; {line}"
    assert login.run(both, patience=1.0).hangs
    assert not login.run(both, patience=2.0).hangs


def test_a_line_that_was_given_up_takes_its_time_anew(pool: Simulated) -> None:
    shell = Shell(pool.dom0("xcp83"), 4000)
    line = f"fio {RANDOM.format(file=f'/dev/mapper/{SSD}')}"
    assert shell.run(line).hangs
    pool.now += 1
    shell.give_up()
    assert shell.run(line).hangs
    pool.now += 1
    assert shell.run(line).status == 0


def test_without_a_path_it_hangs_until_one_is_back(pool: Simulated) -> None:
    pool.fault("scm1.paths failing", "scm2.paths failing")
    login = Login(pool, "xcp83")
    line = f"fio {RANDOM.format(file=f'/dev/mapper/{SSD}')}"
    assert login.run(line, patience=600).hangs
    pool.fault("scm2.paths working")
    assert login.run(line).status == 0


@pytest.mark.parametrize(
    ("host", "options", "said"),
    [
        ("xenserver1", f"{RANDOM} --output-format=json", "fio: unrecognized option '--output-"),
        ("xcp83", f"{RANDOM} --nonsense", "fio: unrecognized option '--nonsense'"),
        ("xcp83", f"{FIO} --ioengine=nope", "fio: engine nope not loadable"),
        ("xcp83", f"{FIO} --bs=much", "fio: failed parsing bs=much"),
        ("xcp83", "nofile", "fio: unable to open 'nofile' job file"),
        ("xenserver1", "nofile", "fopen job file: No such file or directory"),
        ("xcp83", "", "No job(s) defined"),
        ("xcp83", "--name=x --size=1m", "fio: only jobs with filename and size are simulated"),
        ("xcp83", f"{FIO} --rw=write", "fio: only reads are simulated"),
        ("xcp83", f"{FIO} --minimal", "fio: only normal output and JSON are simulated"),
    ],
)
def test_what_it_cannot_do_it_says_in_one_line_or_two(
    pool: Simulated, host: str, options: str, said: str
) -> None:
    result = Login(pool, host).run(f"fio {options.format(file=f'/dev/mapper/{SSD}')}")
    assert (result.status, result.stdout) == (1, "")
    assert result.stderr.startswith(said)
