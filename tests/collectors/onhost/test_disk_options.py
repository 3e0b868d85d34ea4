"""Command lines that could harm are refused before anything is touched, by every Python."""

import subprocess

import pytest

from collectors.disk_commands import (
    HDPARM_COMMAND,
    WHOLE,
    fio_command,
    on_machine,
    seek_options,
)
from collectors.disk_profiles import PROFILES, Profile
from collectors.disk_records import DiskProbe, Kind
from tests.collectors.onhost.disk_program import DISK, PROGRAM, command_of, run
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter

HERE = ("--at", "directory:/nowhere/at/all", "--size", "1048576")
FILE = ("--at", "file:/nowhere", "--size", "1048576")
DEVICE = ("--at", "device:/nowhere", "--size", "1048576")
SEEK = ("--seek", "10")
NEW = ("--name=x", "--filename={file}", "--size={size}", "--thread")
ONLY = "fio takes options only, and --filename={file} once"


def fio(*words: str) -> tuple[str, ...]:
    return (*HERE, "--", "fio", *words)


def hdparm(*words: str) -> tuple[str, ...]:
    return (*DEVICE, "--", "hdparm", *words)


HARMFUL = {
    "the file is another": fio("--name=x", "--filename=/dev/sda", "--thread"),
    "another file beside it": fio(*NEW, "--filename=/dev/sda"),
    "another file in front of it": fio("--filename=/dev/sda", *NEW),
    "two files in one": fio("--name=x", "--filename={file}:/dev/sda", "--thread"),
    "a file apart from its option": fio("--name=x", "--filename", "/dev/sda", "--thread"),
    "no file": fio("--name=x", "--size={size}", "--thread"),
    "the file is the device below": fio("--name=x", "--filename={device}", "--thread"),
    "a job file": fio(*NEW, "/etc/job.fio"),
    "a job file alone": fio("/etc/job.fio"),
    "a short option": fio(*NEW, "-f"),
    "a directory of its own": fio(*NEW, "--directory=/etc"),
    "a name pattern": fio(*NEW, "--filename_format=/etc/x"),
    "a command of its own": fio(*NEW, "--exec_prerun=reboot"),
    "a log": fio(*NEW, "--write_bw_log=/etc/x"),
    "an output file": fio(*NEW, "--output=/etc/passwd"),
    "a server": fio(*NEW, "--server"),
    "a daemon": fio(*NEW, "--daemonize=/tmp/pid"),
    "several jobs": fio(*NEW, "--numjobs=64"),
    "no end": fio(*NEW, "--time_based"),
    "deletes": fio(*NEW, "--unlink=1"),
    "a process of its own": fio("--name=x", "--filename={file}", "--size={size}"),
    "a thread that is none": fio(*NEW[:3], "--thread=0"),
    "a thread that is taken back": fio(*NEW, "--thread=0"),
    "a second job without a file": fio(*NEW, "--name=y", "--rw=write"),
    "a size of its own": fio("--name=x", "--filename={file}", "--size=900g", "--thread"),
    "a code library": fio(*NEW, "--ioengine=external:/tmp/evil.so"),
    "a code library by a placeholder": fio(*NEW, "--ioengine={file}"),
    "a code library in the folder": fio(*NEW, "--ioengine=evil.so"),
    "a name that takes the file": fio("--name", "--filename={file}", "--size={size}", "--thread"),
    "a name that takes the read-only switch": (
        *FILE,
        "--",
        "fio",
        "--name",
        "--readonly",
        *NEW[1:],
    ),
    "a trim": fio(*NEW, "--rw=trim"),
    "a file that is not only read": (*FILE, "--", "fio", *NEW),
    "a device that is not only read": (*DEVICE, "--", "fio", *NEW),
    "a file that is read only for show": (*FILE, "--", "fio", *NEW, "--readonly=0"),
    "a file written to": (*FILE, "--", "fio", *NEW, "--readonly", "--rw=write"),
    "a device trimmed": (*DEVICE, "--", "fio", *NEW, "--readonly", "--rw=randtrim"),
    "hdparm writes": hdparm("-W1", "{device}"),
    "hdparm erases": hdparm("--security-erase", "x", "{device}"),
    "hdparm sleeps": hdparm("-Y", "{device}"),
    "hdparm reads and writes": hdparm("-tT", "--write-sector", "0", "{device}"),
    "hdparm of another device": hdparm("-tT", "/dev/sda"),
    "hdparm of two devices": hdparm("-tT", "/dev/sda", "{device}"),
    "hdparm of none": hdparm("-tT"),
    "hdparm with nothing": hdparm(),
    "dd": (*HERE, "--", "dd", "if=/dev/zero", "of={file}"),
    "a shell": (*HERE, "--", "sh", "-c", "fio"),
    "a program whose name begins alike": (*HERE, "--", "/usr/bin/fio2gnuplot"),
    "a folder for a program": (*HERE, "--", "/usr/bin/fio/"),
    "no program": (*HERE, "--", ""),
}
"""What could write elsewhere, run something else, or live on when it is killed."""
MEANINGLESS = {
    "no place": ("--size", "4096", *SEEK),
    "a relative directory": ("--at", "directory:srv", "--size", "4096", *SEEK),
    "a relative file": ("--at", "file:../x", "--size", "4096", *SEEK),
    "no path": ("--at", "directory:", "--size", "4096", *SEEK),
    "no kind": ("--at", "/srv", "--size", "4096", *SEEK),
    "another kind": ("--at", "pipe:/srv", "--size", "4096", *SEEK),
    "no size": (*HERE[:2], *SEEK),
    "less than one block": (*HERE[:2], "--size", "4095", *SEEK),
    "a size that is no number": (*HERE[:2], "--size", "big", *SEEK),
    "a negative size": (*HERE[:2], "--size", "-1", *SEEK),
    "a size that is not finite": (*HERE[:2], "--size", "inf", *SEEK),
    "a size that is not a number at all": (*HERE[:2], "--size", "nan", *SEEK),
    "a size beyond all disks": (*HERE[:2], "--size", "1e15", *SEEK),
    "no time": (*HERE, "--seconds", "soon", *SEEK),
    "a file that is made without end": (*HERE, "--lay-out-rate", "0", *SEEK),
    "neither seek nor command": HERE,
    "an empty command": (*HERE, "--"),
    "both": (*HERE, *SEEK, "--", "hdparm", "-tT", "{device}"),
    "no value": (*HERE, *SEEK, "--keep-free"),
    "another option": (*HERE, "--force", "1", *SEEK),
    "a word": ("seek", "10"),
}


@every_python
def test_what_could_harm_or_means_nothing_is_refused_by_every_python(python: Interpreter) -> None:
    lines = HARMFUL | MEANINGLESS
    script = PROGRAM.read_text().partition('if __name__ == "__main__"')[0]
    script += f"""
for words in {[list(words) for words in lines.values()]!r}:
    try:
        read_options(words)
        print("taken")
    except Usage:
        print("refused")
"""
    done = subprocess.run(
        command_of(python), input=script.encode(), capture_output=True, check=True
    )
    assert dict(zip(lines, done.stdout.decode().split(), strict=True)) == dict.fromkeys(
        lines, "refused"
    )


@every_python
def test_a_refusal_is_one_line_and_status_2(python: Interpreter) -> None:
    for what in ("dd", "a device that is not only read", "another file in front of it"):
        done = run(python, *HARMFUL[what])
        assert (done.returncode, done.stdout) == (2, b"")
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith("xenlens_disk: ")


@pytest.mark.parametrize("what", HARMFUL)
def test_each_harmful_command_line_is_refused_for_itself(what: str) -> None:
    with pytest.raises(DISK.Usage):
        DISK.read_options(list(HARMFUL[what]))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (fio(*NEW, "/etc/job.fio"), ONLY),
        (fio(*NEW, "--filename=/dev/sda"), ONLY),
        (HARMFUL["a device that is not only read"], "--readonly is missing"),
        (HARMFUL["dd"], "dd is not run: only fio and hdparm are"),
        (HARMFUL["hdparm writes"], "hdparm takes -t, -T, -tT, --direct and {device}"),
        (MEANINGLESS["a relative directory"], "an absolute path, not directory:srv"),
        (MEANINGLESS["another option"], "--force is no option"),
    ],
)
def test_a_refusal_says_what_is_taken(words: tuple[str, ...], text: str) -> None:
    with pytest.raises(DISK.Usage) as refusal:
        DISK.read_options(list(words))
    assert text in str(refusal.value)


@every_python
def test_without_words_it_tells_what_it_can(python: Interpreter) -> None:
    for words in ((), ("help",), ("-h",), ("--help",)):
        done = run(python, *words)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode().startswith("Measures a disk on the machine itself")


TAKEN = [
    (profile, kind)
    for profile in PROFILES.values()
    for kind in ("directory", "file", "device")
    if kind == "directory" or not profile.writes
]


@pytest.mark.parametrize("version", [(1, 38), (1, 59), (2, 0, 8), (2, 1, 3), (3, 42)])
@pytest.mark.parametrize(("profile", "kind"), TAKEN, ids=[f"{p.name} {k}" for p, k in TAKEN])
def test_every_command_line_of_ours_is_taken(
    profile: Profile, kind: Kind, version: tuple[int, ...]
) -> None:
    probe = DiskProbe("ssd", "a", profile, kind, "/srv/ssd", fio="/opt/fio/bin/fio")
    tails = {
        "fio": ("--", *fio_command(probe, version)),
        "hdparm": ("--", *HDPARM_COMMAND),
        "seek": seek_options(profile),
    }
    options = DISK.read_options([*on_machine(probe), *tails[profile.tool]])
    everywhere = profile.tool == "seek" and kind != "directory"
    size = WHOLE if everywhere else profile.size
    assert (options.kind, options.path, options.size) == (kind, "/srv/ssd", size)
