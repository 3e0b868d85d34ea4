"""The program that reads lightly from a device, whole under any Python, on devices of our own."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.collectors.onhost.program import SWITCHES, every_python
from tests.labs.loopdisk import run
from tests.labs.pythons import Interpreter, interpreters
from tests.labs.throttle import limited

READS: Any = import_module("collectors.onhost.xenlens_reads")
"""Not typed, since Python 2.4 knows no annotations."""
PROGRAM = Path(READS.__file__)
LINE = re.compile(r"(read|error) (\d+\.\d{6}) (\d+\.\d{6})(?: ([A-Z]+))?")
SHORT = ("--seconds", "0.2", "--every", "0.02")
NEWEST = interpreters()[-1]


@dataclass(frozen=True)
class Device:
    """A loop device that refuses to be written to, and the file behind it."""

    path: str
    image: Path

    def sectors_read(self) -> int:
        """So far (the kernel's Documentation/block/stat.rst)."""
        return int(Path(f"/sys/block/{Path(self.path).name}/stat").read_text().split()[2])


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    """Four blocks of 4 KiB."""
    image = tmp_path / "image"
    image.write_bytes(bytes(4 * READS.BLOCK))
    path = run("losetup", "--find", "--show", "--read-only", image)
    yield Device(path, image)
    run("losetup", "--detach", path)


def begin(python: Interpreter, *words: str) -> subprocess.Popen[bytes]:
    """Run it from its standard input, as it is run on hosts."""
    argv = [*python.argv, *SWITCHES, "-", *words]
    pipe = subprocess.PIPE
    process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe)
    source: BinaryIO = process.stdin  # type: ignore[assignment]
    source.write(PROGRAM.read_bytes())
    source.close()
    process.stdin = None
    return process


def ended(python: Interpreter, *words: str) -> tuple[int, str, str]:
    """Exit status and what was printed by a run that comes to its end."""
    process = begin(python, *words)
    out, err = process.communicate(timeout=30)
    return process.returncode, out.decode("ascii"), err.decode("ascii")


def reads_of(text: str) -> tuple[float, list[tuple[str, float, float, str | None]]]:
    """What the clock said, and each read: word, Unix time, seconds and errno's name."""
    head, *lines, end, nothing = text.split("\n")
    assert (end, nothing) == ("end", "")
    found = [match.groups() for match in map(LINE.fullmatch, lines) if match]
    assert len(found) == len(lines)
    return float(head.removeprefix("clock ")), [
        (word, float(at), float(took), name) for word, at, took, name in found
    ]


@pytest.mark.fio
@every_python
def test_reads_follow_each_other_past_the_cache_and_each_tells_when_it_began_and_how_long_it_took(
    python: Interpreter, device: Device
) -> None:
    before, began = device.sectors_read(), time.time()
    status, out, err = ended(python, device.path, *SHORT)
    assert (status, err) == (0, "")
    clock, reads = reads_of(out)
    assert began - 1 < clock < time.time() + 1
    assert {(word, name) for word, _, _, name in reads} == {("read", None)}
    assert clock <= reads[0][1]
    assert all(a[1] + a[2] <= b[1] + 1e-5 for a, b in pairwise(reads))
    assert 2 <= len(reads) <= 11
    assert device.sectors_read() - before >= len(reads) * READS.BLOCK // 512


@pytest.mark.fio
@every_python
def test_a_read_that_fails_has_the_name_of_its_error_and_the_next_is_tried(
    python: Interpreter, device: Device
) -> None:
    device.image.write_bytes(b"")
    status, out, err = ended(python, device.path, *SHORT)
    assert (status, err) == (0, "")
    reads = reads_of(out)[1]
    assert len(reads) >= 2
    assert {(word, name) for word, _, _, name in reads} == {("error", "EIO")}


@pytest.mark.fio
def test_a_read_that_takes_longer_than_the_run_may_is_waited_for(device: Device) -> None:
    with limited(device.path, 1):
        status, out, _ = ended(NEWEST, device.path, *SHORT)
        slow = reads_of(ended(NEWEST, device.path, *SHORT)[1])[1]
    assert status == 0
    both = [*reads_of(out)[1], *slow]
    assert max(took for _, _, took, _ in both) > 0.5
    assert len(both) <= 4


@pytest.mark.fio
@every_python
def test_it_ends_while_it_rests_when_nobody_reads_its_output_any_more(
    python: Interpreter, device: Device
) -> None:
    process = begin(python, device.path, "--seconds", "60", "--every", "60")
    output: BinaryIO = process.stdout  # type: ignore[assignment]
    assert output.readline().startswith(b"clock ")
    assert output.readline().startswith(b"read ")
    output.close()
    assert process.wait(10) == 1
    process.communicate()


@every_python
def test_what_is_no_block_device_is_refused(python: Interpreter) -> None:
    refusal = (2, "", "xenlens_reads: /dev/null is no block device\n")
    assert ended(python, "/dev/null", *SHORT) == refusal


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["/dev/mapper/a\\x20b"], "one device in /dev is needed"),
        (["/dev/mapper/mpath a"], "one device in /dev is needed"),
        (["/dev/sda\n"], "one device in /dev is needed"),
        (["/dev/../etc/passwd"], "one device in /dev is needed"),
        (["/etc/passwd"], "one device in /dev is needed"),
        (["/dev/a", "/dev/b"], "one device in /dev is needed"),
        (["--every", "1"], "one device in /dev is needed"),
        (["/dev/a", "--write"], "--write is no option"),
        (["/dev/a", "--seconds"], "--seconds is no option, or lacks its value"),
        (["/dev/a", "--seconds", "nan"], "--seconds takes 0 to 86400, not nan"),
        (["/dev/a", "--every", "0"], "--every takes 0.01 to 60, not 0"),
    ],
)
def test_a_command_line_that_does_not_name_one_plain_device_is_refused(
    words: list[str], said: str
) -> None:
    with pytest.raises(READS.Refused) as refusal:
        READS.read_options(words)
    assert str(refusal.value).startswith(said)


@every_python
def test_a_device_that_is_not_there_is_an_error_in_the_words_of_the_system(
    python: Interpreter,
) -> None:
    status, out, err = ended(python, "/dev/no-such-device")
    assert (status, out) == (1, "")
    assert "No such file or directory" in err


@dataclass
class Hands:
    """Two clocks: one that somebody sets, and one that counts in steps of 10 ms."""

    passed: float = 0.0
    set_by: float = 0.0

    def fine(self) -> float:
        return 1_700_000_000.0 + self.passed + self.set_by

    def coarse(self) -> float:
        return int(self.passed * 100) / 100


@pytest.mark.parametrize("leap", [-3600.0, -0.5, 0.5, 86400.0])
def test_a_clock_that_is_set_meanwhile_goes_on_as_if_it_were_not(leap: float) -> None:
    hands = Hands()
    clock: Callable[[], float] = READS.FineClock(hands.fine, hands.coarse).now
    hands.passed = 5.123
    assert clock() == pytest.approx(5.123, abs=1e-6)
    hands.set_by = leap
    hands.passed = 6.0
    assert clock() == pytest.approx(6.0, abs=0.011)
    hands.passed = 9.004
    assert clock() == pytest.approx(9.004, abs=0.021)
