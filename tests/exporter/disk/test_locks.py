"""One probe at a time per name: in this process, and across processes of this machine."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exporter.disk.locks import POLL, Busy, LocksUnusable, lock_folder, locked

OTHER = """
import asyncio, sys
from pathlib import Path
from exporter.disk.locks import locked
async def main():
    async with locked(Path(sys.argv[1]), sys.argv[2:], 5):
        print("held", flush=True)
        sys.stdin.read()
asyncio.run(main())
"""


async def is_free(folder: Path, *names: str) -> bool:
    """Whether the locks of these names are to be had now."""
    try:
        async with locked(folder, names, 0.01):
            return True
    except Busy:
        return False


async def test_a_lock_is_held_while_the_block_runs_and_free_afterwards(tmp_path: Path) -> None:
    async with locked(tmp_path, ["sr one"], 1):
        assert not await is_free(tmp_path, "sr one")
    assert await is_free(tmp_path, "sr one")


async def test_other_names_are_other_locks(tmp_path: Path) -> None:
    async with locked(tmp_path, ["sr one", "pool a"], 1):
        assert await is_free(tmp_path, "sr two", "pool b")
        assert not await is_free(tmp_path, "sr two", "pool a")
        assert await is_free(tmp_path, "sr two")


async def test_names_may_have_any_characters(tmp_path: Path) -> None:
    async with locked(tmp_path, ["sr ../../etc/Ä\n", "pool " + "x" * 5000], 1):
        assert {path.suffix for path in tmp_path.iterdir()} == {".lock"}
        assert not await is_free(tmp_path, "sr ../../etc/Ä\n")


async def test_who_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    order = []

    async def turn(name: str) -> None:
        async with locked(tmp_path, ["sr one"], 5):
            order.append(f"{name} in")
            await asyncio.sleep(POLL / 2)
            order.append(f"{name} out")

    await asyncio.gather(turn("a"), turn("b"), turn("c"))
    assert [line.split()[1] for line in order] == ["in", "out"] * 3
    assert len(set(order)) == 6


async def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    async with locked(tmp_path, ["sr one"], 1):
        with pytest.raises(Busy):
            async with locked(tmp_path, ["sr one"], 2 * POLL):
                raise AssertionError("held twice")


async def until_taken(folder: Path, *names: str) -> None:
    """Wait until each of these locks is held."""
    async with asyncio.timeout(10):
        for name in names:
            while await is_free(folder, name):  # noqa: ASYNC110 - a lock tells nobody
                await asyncio.sleep(0)


async def test_two_who_want_the_same_two_never_wait_for_one_another(tmp_path: Path) -> None:
    """A third lock keeps both waiting until the first two are taken, by one of them or by each."""

    async def turn(*names: str) -> None:
        async with locked(tmp_path, names, 10):
            pass

    async with locked(tmp_path, ["gate"], 1):
        turns = [turn("a", "gate", "b"), turn("b", "gate", "a")]
        both = asyncio.gather(*turns)
        await until_taken(tmp_path, "a", "b")
    await both


async def test_who_gives_up_holds_nothing(tmp_path: Path) -> None:
    async with locked(tmp_path, ["b"], 1):
        assert not await is_free(tmp_path, "a", "b")
        assert await is_free(tmp_path, "a")


async def test_who_gives_up_keeps_no_file_open(tmp_path: Path) -> None:
    async with locked(tmp_path, ["b"], 1):
        before = len(os.listdir("/proc/self/fd"))
        assert not await is_free(tmp_path, "a", "b")
        assert len(os.listdir("/proc/self/fd")) == before


async def test_a_folder_that_was_cleaned_away_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    async with locked(folder, ["sr one"], 1):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not await is_free(folder, "sr one")


async def test_a_block_that_fails_lets_go(tmp_path: Path) -> None:
    for error in (ZeroDivisionError, TimeoutError):
        with pytest.raises(error):
            async with locked(tmp_path, ["sr one"], 1):
                raise error
    assert await is_free(tmp_path, "sr one")


async def test_a_block_may_take_longer_than_the_patience(tmp_path: Path) -> None:
    async with locked(tmp_path, ["sr one"], 0.02):
        await asyncio.sleep(0.1)


async def test_another_process_holds_it_until_it_is_gone(tmp_path: Path) -> None:
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OTHER, str(tmp_path), "sr one"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    assert await other.stdout.readline() == b"held\n"
    assert not await is_free(tmp_path, "sr one")
    other.kill()
    await other.communicate()
    assert await is_free(tmp_path, "sr one")


async def test_a_link_in_place_of_a_lock_is_not_followed(tmp_path: Path) -> None:
    async with locked(tmp_path, ["sr one"], 1):
        (lock,) = tmp_path.iterdir()
    lock.unlink()
    lock.symlink_to(tmp_path / "precious")
    with pytest.raises(LocksUnusable, match="symbolic links"):
        async with locked(tmp_path, ["sr one"], 1):
            raise AssertionError("followed")
    assert not (tmp_path / "precious").exists()


def of_this_user(parent: Path) -> Path:
    """The folder of locks that is this user's in `parent`."""
    return parent / f"xenlens-{os.geteuid()}"


def test_the_folder_of_locks_is_this_users_own_and_stays(tmp_path: Path) -> None:
    assert lock_folder(tmp_path) == of_this_user(tmp_path)
    assert of_this_user(tmp_path).stat().st_mode & 0o777 == 0o700
    assert lock_folder(tmp_path) == of_this_user(tmp_path)


def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path) -> None:
    of_this_user(tmp_path).mkdir()
    of_this_user(tmp_path).chmod(0o777)
    with pytest.raises(PermissionError, match="not a folder of this user's own"):
        lock_folder(tmp_path)


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(0o700)
    of_this_user(tmp_path).symlink_to(elsewhere)
    with pytest.raises(PermissionError):
        lock_folder(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    of_this_user(tmp_path).mkdir(0o700)
    os.chown(of_this_user(tmp_path), 65534, 65534)
    with pytest.raises(PermissionError):
        lock_folder(tmp_path)
