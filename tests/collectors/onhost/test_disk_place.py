"""The place is looked at before anything is written, and what is not ours stays as it was."""

import os
from pathlib import Path

import pytest

from tests.collectors.onhost.disk_program import MIB, NAME, at, measured, reason_of
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter, interpreters

OLDEST = interpreters()[0]
SEEK = ("--seek", "5")
SIZED = ("--size", str(MIB), *SEEK)
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@every_python
def test_a_file_is_made_read_at_random_and_gone_again(python: Interpreter, disk: Path) -> None:
    answer = measured(python, *at(disk, *SEEK, size=MIB + 4096))
    head, times = answer.stdout.splitlines()
    assert (head.split()[:2], len(times.split())) == (["seeks", "5"], 5)
    assert (answer.exit_status, answer.stderr) == (0, "")
    assert set(answer.phases) == {"prepare", "lay_out", "measure"}
    assert set(answer.facts) == {"file_system", "free_bytes", "idle_io_class"}
    assert list(disk.iterdir()) == []


def test_the_file_is_made_no_faster_than_it_may(disk: Path) -> None:
    words = ("--at", f"directory:{disk}", "--size", str(MIB), "--lay-out-rate", str(2 * MIB))
    answer = measured(OLDEST, *words, *SEEK)
    assert 0.5 <= answer.phases["lay_out"] < 10
    assert answer.phases["prepare"] < 10


@every_python
def test_what_a_crash_left_is_cleared_away(python: Interpreter, disk: Path) -> None:
    (disk / NAME).touch(0o600)
    measured(python, *at(disk, *SEEK))
    assert list(disk.iterdir()) == []


def _full(taken: Path) -> None:
    taken.write_text("somebody's work")


def _folder(taken: Path) -> None:
    taken.mkdir()


def _link(taken: Path) -> None:
    taken.symlink_to(taken.with_name("elsewhere"))


def _link_to_nothing_of_ours(taken: Path) -> None:
    taken.with_name("elsewhere").touch()
    taken.symlink_to(taken.with_name("elsewhere"))


def _pipe(taken: Path) -> None:
    os.mkfifo(taken)


def _of_nobody(taken: Path) -> None:
    taken.touch()
    os.chown(taken, 65534, 65534)


@pytest.mark.parametrize(
    "take",
    [
        _full,
        _folder,
        _link,
        _link_to_nothing_of_ours,
        _pipe,
        pytest.param(_of_nobody, marks=AS_ROOT),
    ],
)
def test_what_is_not_ours_under_our_name_is_not_touched(take: "object", disk: Path) -> None:
    assert callable(take)
    taken = disk / NAME
    take(taken)
    before = sorted((each, each.lstat()) for each in disk.iterdir())
    for python in interpreters():
        reason, text = reason_of(python, *at(disk, *SEEK))
        assert (reason, text) == ("name_taken", f"{taken} is there and is not ours: remove it")
    assert sorted((each, each.lstat()) for each in disk.iterdir()) == before


@every_python
def test_a_place_that_does_not_serve_is_refused_with_its_reason(
    python: Interpreter, disk: Path, tmp_path: Path
) -> None:
    file, small = tmp_path / "file", tmp_path / "small"
    file.write_bytes(b"x" * MIB)
    small.write_bytes(b"x" * 4095)
    reasons = {
        f"directory:{disk}/none": "no_such_path",
        f"directory:{file}/below": "no_such_path",
        f"directory:{file}": "wrong_kind",
        f"file:{disk}": "wrong_kind",
        f"file:{disk}/none": "no_such_path",
        f"file:{small}": "too_small",
        "file:/dev/null": "wrong_kind",
        f"device:{file}": "wrong_kind",
        f"device:{disk}": "wrong_kind",
        "device:/dev/null": "wrong_kind",
        "device:/dev/no-such-device": "no_such_path",
        "directory:/proc": "memory",
        "directory:/sys": "memory",
    }
    found = {place: reason_of(python, "--at", place, *SIZED)[0] for place in reasons}
    assert found == reasons
    assert list(disk.iterdir()) == []


@every_python
def test_the_reserve_stays_free(python: Interpreter, disk: Path) -> None:
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    reason, text = reason_of(python, *at(disk, "--keep-free", str(10 * free), *SEEK))
    assert reason == "no_space"
    assert f"1 for the file and {10 * free // MIB} in reserve do not fit" in text
    assert list(disk.iterdir()) == []


@every_python
def test_a_file_that_is_there_is_read_and_stays_as_it_was(python: Interpreter, disk: Path) -> None:
    file = disk / "precious"
    file.write_bytes(os.urandom(MIB + 77))
    file.chmod(0o400)
    before, content = file.stat(), file.read_bytes()
    answer = measured(python, "--at", f"file:{file}", "--size", str(1 << 40), *SEEK)
    assert answer.stdout.startswith("seeks 5 ")
    assert set(answer.phases) == {"prepare", "measure"}
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (content, before.st_mtime_ns)
    assert list(disk.iterdir()) == [file]


@every_python
def test_reading_ends_when_its_time_is_over(python: Interpreter, disk: Path) -> None:
    answer = measured(python, *at(disk, "--seek", "1000000", "--seek-seconds", "0.3"))
    _, count, seconds = answer.stdout.split("\n")[0].split()
    assert 0 < int(count) < 1_000_000
    assert 0.3 <= float(seconds) < 5


@every_python
def test_a_path_that_is_not_ascii_serves_and_fails_as_any_other(
    python: Interpreter, disk: Path
) -> None:
    folder = disk / "Datenträger"
    folder.mkdir()
    assert measured(python, *at(folder, *SEEK)).exit_status == 0
    reason, text = reason_of(python, *at(folder / "nichts", *SEEK))
    assert reason == "no_such_path"
    assert text.startswith(f"{disk}/Datentr")
    assert text.endswith("/nichts: No such file or directory")


@every_python
def test_a_path_with_line_breaks_forges_no_line(python: Interpreter, disk: Path) -> None:
    for sneaky in ("a\nended exit 0", "a\rended exit 0", "a\nstdout 0\n\nstderr 0\n\nend\n"):
        reason, text = reason_of(python, *at(disk / sneaky, *SEEK))
        assert reason == "no_such_path"
        assert text.endswith(": No such file or directory")
