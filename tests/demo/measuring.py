"""Measurements on a simulated host, as a person or xenlens starts them there."""

from dataclasses import dataclass

import pytest

from collectors.disk_answer import read_answer
from collectors.disk_reasons import DiskProbeFailed
from collectors.onhost import DISK, program
from exporter.demo.command import Result
from exporter.demo.shell import Shell
from tests.demo.probing import PYTHON
from tests.demo.simulated import Simulated

SSD = "222ac00015543fe63"
FIO = (
    "--name=random-read --filename={file} --size=16m --direct=1 --thread --eta=never "
    "--runtime=20 --invalidate=1 --readonly"
)
RANDOM = f"{FIO} --rw=randread --bs=4096 --ioengine=sync --iodepth=1"
AIO = f"{FIO} --rw=randread --bs=4096 --ioengine=libaio --iodepth=8"
SEQUENTIAL = f"{FIO} --rw=read --bs=1048576 --ioengine=sync --iodepth=1"

PROBE = (
    "fio --name=probe --filename={file} --size={size} --rw=randread --bs=4096 --ioengine=sync "
    "--iodepth=1 --direct=1 --thread --eta=never --runtime=20 --invalidate=0 --readonly"
)
"""A command for the program."""


@dataclass
class Login:
    """A login shell; each line is run again after the time it takes, as a session does it."""

    pool: Simulated
    host: str

    def run(self, line: str, stdin: str = "", *, patience: float = 1.0) -> Result:
        """What a line answers within so many seconds."""
        shell = Shell(self.pool.dom0(self.host), 4000)
        shell.stdin = stdin
        first = shell.run(line)
        if not first.hangs:
            return first
        self.pool.now += patience
        return shell.run(line)

    def printed(self, line: str) -> str:
        """Standard output of a line that succeeds and complains of nothing."""
        result = self.run(line)
        assert (result.status, result.stderr, result.hangs) == (0, "", False), result
        return result.stdout

    def fio(self, options: str, device: str = f"/dev/mapper/{SSD}") -> str:
        """What fio prints."""
        return self.printed(f"fio {options.format(file=device)}")

    def disk_program(self, words: str, *, patience: float = 1.0) -> Result:
        """What xenlens_disk.py answers."""
        return self.run(f"{PYTHON} {words}", program(DISK), patience=patience)


def boot_disk(pool: Simulated, host: str) -> str:
    """The device of the SAS disk that a host boots from."""
    return f"/dev/mapper/{pool.dom0(host).state.storage.disks[0].wwid}"


def reason(pool: Simulated, words: str, *, patience: float = 1.0) -> str:
    """Why xenlens gets no figures."""
    answer = Login(pool, "xcp82").disk_program(words, patience=patience)
    with pytest.raises(DiskProbeFailed) as failed:
        read_answer(answer.stdout)
    return failed.value.reason
