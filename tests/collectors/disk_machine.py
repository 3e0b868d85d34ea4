"""A machine on which disk probes run: what its fio and xenlens_disk.py answer."""

from pathlib import Path

from collectors.disk_commands import (
    HDPARM_COMMAND,
    Version,
    fio_command,
    fio_version,
    on_machine,
    seek_options,
)
from collectors.disk_records import DiskProbe
from tests.fakes import Answer, FakeHost

FIXTURES = Path(__file__).parents[1] / "fixtures"
HEAD = ("fact idle_io_class yes", "fact file_system ext4", "fact free_bytes 81000000000")
TOOK = ("took prepare 0.020", "took lay_out 4.001", "took measure 20.113")


def answer(stdout: str = "", stderr: str = "", lines: tuple[str, ...] = ("ended exit 0",)) -> str:
    """What xenlens_disk.py prints of a run."""
    head = "\n".join(["xenlens_disk 1", *HEAD, *lines, *TOOK])
    return f"{head}\nstdout {len(stdout)}\n{stdout}\nstderr {len(stderr)}\n{stderr}\nend\n"


def fixture(name: str) -> str:
    """A captured output."""
    return (FIXTURES / name).read_text()


def line_of(probe: DiskProbe, told: str = "fio-3.33\n", python: str = "python3") -> str:
    """The command line by which the probe is carried out."""
    version: Version = fio_version(told) or ()
    tails = {
        "fio": ("--", *fio_command(probe, version)),
        "hdparm": ("--", *HDPARM_COMMAND),
        "seek": seek_options(probe.profile),
    }
    words = (*on_machine(probe), *tails[probe.profile.tool])
    return " ".join((python, "-S", "-E", "-", *words))


def answers(probe: DiskProbe, given: Answer, told: str = "fio-3.33\n") -> dict[str, Answer]:
    """The table of a machine that has Python 3 and the fio that tells `told`."""
    return {f"{probe.fio} --version": told, line_of(probe, told): given}


def machine(probe: DiskProbe, given: Answer, told: str = "fio-3.33\n") -> FakeHost:
    """Such a machine."""
    return FakeHost(answers(probe, given, told))


SEEKS = "seeks 4 0.008000\n1000.0 3000.0 2000.0 2000.0\n"
"""What `--seek 4` prints on a disk of 2 ms."""
