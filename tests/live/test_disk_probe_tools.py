"""What a disk probe makes of a fio that is not there, does not know, or does not do its job."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from collectors.disk_profiles import PROFILES
from collectors.disk_reasons import DiskProbeFailed
from tests.labs.disk_probing import (
    Limited,
    Prober,
    nothing_left,
    probe_of,
    small,
)
from tests.labs.loopdisk import LoopDisk

VERSION = 'if [ "$1" = --version ]; then echo fio-3.33; exit; fi'
pytestmark = pytest.mark.fio


def fio(folder: Path, script: str) -> str:
    """A stand-in that begins as fio does, and goes on as the shell script says."""
    program = folder / "bin" / "fio"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{VERSION}\n{script}\n")
    program.chmod(0o755)
    return str(program)


async def failure_of(prober: Prober, probe: Limited) -> tuple[str, str]:
    """Why it gave no figures, and what is told to people."""
    with pytest.raises(DiskProbeFailed) as caught:
        await prober.measure(probe)
    return caught.value.reason, str(caught.value)


async def test_a_fio_that_is_not_there_is_no_command(disk: LoopDisk, local: Prober) -> None:
    probe = probe_of(disk.folder, fio="/nowhere/fio")
    assert await failure_of(local, probe) == ("no_command", "/nowhere/fio is not installed")


async def test_an_hdparm_that_is_not_there_is_no_command(
    disk: LoopDisk, local: Prober, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker looks along PATH, which has Python here and nothing else."""
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin" / "python3"
    shim.write_text(f'#!/bin/sh\nPATH={tmp_path} exec {sys.executable} "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(shim.parent), prepend=":")
    probe = probe_of(disk.folder, profile=PROFILES["hdparm"])
    assert (await failure_of(local, probe))[0] == "no_command"


async def test_an_engine_that_fio_has_not_is_no_engine(
    disk: LoopDisk, local: Prober, tmp_path: Path
) -> None:
    """The real fio says so; it is asked for an engine that no fio has."""
    free = disk.free
    known, unknown = small("random-read").engine, "nosuchengine"
    other = (
        f'exec {shutil.which("fio")} $(echo "$*" | sed s/--ioengine={known}/--ioengine={unknown}/)'
    )
    probe = probe_of(disk.folder, fio=fio(tmp_path, other), profile=small("random-read"))
    reason, message = await failure_of(local, probe)
    assert reason == "no_engine"
    assert "nosuchengine" in message
    assert await nothing_left(disk, free)


async def test_warnings_before_the_json_do_not_spoil_it(
    disk: LoopDisk, local: Prober, tmp_path: Path
) -> None:
    real = await local.measure(probe_of(disk.folder))
    captured = tmp_path / "captured.json"
    captured.write_text(json.dumps(real.fio, indent=2))
    script = "\n".join(
        [
            'echo "fio: this platform does not support process shared mutexes, forcing use of '
            "threads. Use the 'thread' option to get rid of this warning.\"",
            'echo "note: both iodepth >= 1 and synchronous I/O engine are selected, queue depth '
            'will be capped at 1"',
            f"exec cat {captured}",
        ]
    )
    again = await local.measure(probe_of(disk.folder, fio=fio(tmp_path, script)))
    assert again.raw != real.raw
    assert again.run.figures == real.run.figures


@pytest.mark.parametrize(
    "script", ["exec sleep 300", "trap '' TERM HUP INT; while :; do :; done", "exec yes"]
)
async def test_a_fio_that_never_ends_is_killed(
    disk: LoopDisk, local: Prober, tmp_path: Path, script: str
) -> None:
    free = disk.free
    probe = probe_of(disk.folder, fio=fio(tmp_path, script), limit=3.0)
    assert (await failure_of(local, probe))[0] == "overtime"
    assert await nothing_left(disk, free)


async def test_an_hdparm_that_takes_too_long_is_killed(disk: LoopDisk, local: Prober) -> None:
    free = disk.free
    probe = probe_of(disk.folder, profile=PROFILES["hdparm"], limit=2.0)
    assert (await failure_of(local, probe))[0] == "overtime"
    assert await nothing_left(disk, free)


async def test_one_that_was_killed_by_a_signal_is_killed(
    disk: LoopDisk, local: Prober, tmp_path: Path
) -> None:
    probe = probe_of(disk.folder, fio=fio(tmp_path, "kill -9 $$"))
    assert (await failure_of(local, probe))[0] == "killed"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo garbage", "unparsable"),
        ("head -c 100000 /dev/urandom", "unparsable"),
        ('echo \'{"fio version": "fio-3.33", "jobs": [\'', "unparsable"),
        ("echo '{}'", "unparsable"),
        ("true", "no_figures"),
        ("printf 'end\\nstdout 3\\nxenlens_disk 1\\nended exit 0\\nend\\n'", "unparsable"),
        ("echo 'fio: something is wrong' >&2; exit 1", "tool_error"),
        ("exit 1", "tool_error"),
    ],
)
async def test_a_fio_that_prints_no_figures_gives_none(
    disk: LoopDisk, local: Prober, tmp_path: Path, script: str, reason: str
) -> None:
    free = disk.free
    found, _ = await failure_of(local, probe_of(disk.folder, fio=fio(tmp_path, script)))
    assert found == reason
    assert await nothing_left(disk, free)


async def test_what_fio_said_is_told(disk: LoopDisk, local: Prober, tmp_path: Path) -> None:
    program = fio(tmp_path, "echo 'fio: something is wrong' >&2; exit 1")
    _, message = await failure_of(local, probe_of(disk.folder, fio=program))
    assert "something is wrong" in message


@pytest.mark.parametrize(
    ("version", "reason"),
    [("echo 'flexible I/O'", "unparsable"), ("echo broken >&2; exit 1", "unparsable")],
)
async def test_a_fio_without_a_version_is_not_run(
    disk: LoopDisk, local: Prober, tmp_path: Path, version: str, reason: str
) -> None:
    ran = tmp_path / "ran"
    program = Path(fio(tmp_path, f"touch {ran}"))
    program.write_text(program.read_text().replace("echo fio-3.33", version))
    assert (await failure_of(local, probe_of(disk.folder, fio=str(program))))[0] == reason
    assert not ran.exists()


async def test_fio_reads_the_file_that_was_made_and_no_other(
    disk: LoopDisk, local: Prober, tmp_path: Path
) -> None:
    """The stand-in looks at what fio is given: a file of random bytes, as long as was said."""
    seen = tmp_path / "seen"
    script = f"""
for word; do case $word in --filename=*) file=${{word#*=}};; esac; done
{{ stat -L -c '%s %h %b' $file; gzip -1 <$file | wc -c; }} >{seen}
"""
    await failure_of(local, probe_of(disk.folder, fio=fio(tmp_path, script)))
    size, links, blocks, packed = map(int, seen.read_text().split())
    assert (size, links) == (8 << 20, 0)
    assert blocks * 512 >= size
    assert packed >= 0.9 * size
