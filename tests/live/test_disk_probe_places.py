"""What a disk probe says of places where it cannot, or must not, measure."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.disk_profiles import PROFILES
from collectors.disk_reasons import DiskProbeFailed
from tests.labs.disk_probing import (
    Limited,
    Prober,
    nothing_left,
    probe_of,
    prober,
    reached,
    slow,
    small,
)
from tests.labs.loopdisk import MIB, LoopDisk, run

NAME = ".xenlens-disk-probe"
DOM0 = """\
#!/bin/sh
exec unshare --mount --propagation private sh -c '
    mount -t overlay overlay -o lowerdir=/etc,upperdir={upper},workdir={work} /etc &&
    touch /etc/xensource-inventory && exec {python} "$@"' sh "$@"
"""
"""A Python for which the machine is a dom0, and for nobody else."""
pytestmark = pytest.mark.fio


async def reason_of(prober: Prober, probe: Limited) -> str:
    """Why it gave no figures."""
    with pytest.raises(DiskProbeFailed) as caught:
        await prober.measure(probe)
    assert str(caught.value)
    return caught.value.reason


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Any]:
    """Mount a file system in a folder of the test: `mounted(NAME, TYPE, *OPTIONS)`."""
    with ExitStack() as undo:

        def mount(name: str, kind: str, *options: str) -> Path:
            folder = tmp_path / name
            folder.mkdir()
            run("mount", "-t", kind, *options, kind, folder)
            undo.callback(run, "umount", folder)
            return folder

        yield mount


async def test_less_space_than_the_file_and_the_reserve_is_no_space(
    disk: LoopDisk, local: Prober
) -> None:
    disk.fill(leave=9 * MIB)
    free = disk.free
    probe = probe_of(disk.folder, keep_free=4 * MIB)
    assert await reason_of(local, probe) == "no_space"
    assert (disk.free, disk.names) == (free, ["ballast"])
    assert (await local.measure(replace(probe, keep_free=0))).run.figures


async def test_a_disk_that_fills_up_while_the_file_is_made_is_disk_full(
    disk: LoopDisk, local: Prober
) -> None:
    free = disk.free
    probe = slow(disk.folder, "lay_out", keep_free=0, lay_out_rate=2 * MIB)
    measuring = asyncio.create_task(reason_of(local, probe))
    await reached(disk, "lay_out", free)
    ballast = disk.fill(leave=0)
    assert await measuring == "disk_full"
    ballast.unlink()
    assert await nothing_left(disk, free)


async def test_a_read_only_file_system_is_read_only(disk: LoopDisk, local: Prober) -> None:
    disk.read_only()
    assert await reason_of(local, probe_of(disk.folder)) == "read_only"
    assert disk.names == []


@pytest.mark.parametrize("profile", ["random-read", "seek", "hdparm"])
async def test_a_read_only_disk_can_still_be_read_as_a_device(
    disk: LoopDisk, local: Prober, profile: str
) -> None:
    disk.read_only()
    probe = probe_of(disk.folder, profile=small(profile), kind="device", path=disk.device)
    assert (await local.measure(probe)).run.figures


@pytest.mark.parametrize("profile", list(PROFILES))
async def test_a_directory_that_is_not_there_is_no_such_path(
    disk: LoopDisk, local: Prober, profile: str
) -> None:
    probe = probe_of(disk.folder / "gone", profile=PROFILES[profile])
    assert await reason_of(local, probe) == "no_such_path"


@pytest.mark.parametrize("kind", ["directory", "device"])
@pytest.mark.parametrize("profile", ["random-read", "seek", "hdparm"])
async def test_a_file_is_neither_a_directory_nor_a_device(
    disk: LoopDisk, local: Prober, kind: str, profile: str
) -> None:
    file = disk.folder / "file"
    file.write_bytes(bytes(MIB))
    probe = probe_of(file, kind=kind, profile=small(profile))
    assert await reason_of(local, probe) == "wrong_kind"
    assert file.read_bytes() == bytes(MIB)


async def test_a_directory_is_no_file(disk: LoopDisk, local: Prober) -> None:
    assert await reason_of(local, probe_of(disk.folder, kind="file")) == "wrong_kind"


async def test_an_empty_file_is_too_small(disk: LoopDisk, local: Prober) -> None:
    (disk.folder / "empty").touch()
    assert await reason_of(local, probe_of(disk.folder / "empty", kind="file")) == "too_small"


async def test_memory_is_no_disk(mounted: Any, local: Prober) -> None:
    folder = mounted("memory", "tmpfs")
    assert await reason_of(local, probe_of(folder)) == "memory"
    assert os.listdir(folder) == []


@pytest.mark.parametrize("profile", ["random-read", "seek"])
async def test_neither_is_a_file_in_memory_a_disk(
    mounted: Any, local: Prober, profile: str
) -> None:
    file = mounted("memory", "ramfs") / "file"
    file.write_bytes(bytes(8 * MIB))
    probe = probe_of(file, profile=small(profile), kind="file")
    assert await reason_of(local, probe) == "memory"


@pytest.mark.parametrize("profile", ["random-read", "seek"])
async def test_a_file_with_holes_is_not_measured(
    disk: LoopDisk, local: Prober, profile: str
) -> None:
    file = disk.folder / "sparse"
    with file.open("wb") as made:
        made.truncate(8 * MIB)
    probe = probe_of(file, profile=small(profile), kind="file")
    assert await reason_of(local, probe) == "sparse"


async def test_what_has_the_name_and_is_not_ours_stays(disk: LoopDisk, local: Prober) -> None:
    theirs = disk.folder / NAME
    theirs.write_text("mine")
    assert await reason_of(local, probe_of(disk.folder)) == "name_taken"
    assert theirs.read_text() == "mine"


async def test_what_a_crash_of_ours_left_goes(disk: LoopDisk, local: Prober) -> None:
    (disk.folder / NAME).touch()
    assert (await local.measure(probe_of(disk.folder))).run.figures
    assert disk.names == []


async def test_a_link_in_place_of_the_file_is_not_followed(
    disk: LoopDisk, tmp_path: Path, local: Prober
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (disk.folder / NAME).symlink_to(precious)
    assert await reason_of(local, probe_of(disk.folder)) == "name_taken"
    assert precious.read_text() == "mine"


@pytest.fixture
def dom0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python that xenlens finds sees this machine as a XenServer."""
    for name in ("bin", "upper", "work"):
        (tmp_path / name).mkdir()
    python = tmp_path / "bin" / "python3"
    python.write_text(
        DOM0.format(upper=tmp_path / "upper", work=tmp_path / "work", python=sys.executable)
    )
    python.chmod(0o755)
    monkeypatch.setenv("PATH", f"{python.parent}:{os.environ['PATH']}")


async def test_the_disk_that_dom0_lives_on_is_spared_unless_allowed(
    disk: LoopDisk, tmp_path: Path, local: Prober, dom0: None
) -> None:
    folder = tmp_path / "on-the-root-disk"
    folder.mkdir()
    if os.stat(folder).st_dev != os.stat("/").st_dev:
        pytest.skip(f"{tmp_path} is not on the file system of /")
    probe = probe_of(folder)
    assert await reason_of(local, probe) == "own_disk"
    assert (await local.measure(replace(probe, own_disk=True))).run.figures
    assert (await local.measure(probe_of(disk.folder))).run.figures
    assert os.listdir(folder) == []


async def test_over_ssh_the_reasons_are_the_same(disk: LoopDisk, tmp_path: Path) -> None:
    disk.read_only()
    async with prober("openssh", tmp_path) as host:
        assert await reason_of(host, probe_of(disk.folder)) == "read_only"
        assert await reason_of(host, probe_of(disk.folder / "gone")) == "no_such_path"
