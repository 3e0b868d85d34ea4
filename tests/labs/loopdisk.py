"""A disk of our own: a file behind a loop device with an ext4 on it, mounted; needs root."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from glob import glob
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from tests.labs.waiting import wait_for

MIB = 1 << 20
BLOCK = 4096
PATIENCE = 10.0
"""Seconds that processes and space may take to be gone."""


def run(*argv: str | Path) -> str:
    """Run a program and give what it printed. Raises CalledProcessError."""
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class LoopDisk:
    """The disk, from `with` on. `size` in bytes; without `place` in a folder for temporary files.

    All of its space is usable: nothing is reserved for root, and the mount point has no files.
    """

    folder: Path
    """The mount point."""
    device: str
    """Such as /dev/loop0."""

    def __init__(self, size: int, place: Path | None = None) -> None:
        self._size = size
        self._place = place
        self._left = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            self._make(undo)
            self._left = undo.pop_all()
        return self

    def _make(self, undo: ExitStack) -> None:
        place = Path(tempfile.mkdtemp(prefix="xenlens-disk-", dir=self._place))
        undo.callback(shutil.rmtree, place)
        self.folder = place / "mnt"
        self.folder.mkdir()
        image = place / "image"
        with image.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, self._size)
        lazy = "lazy_itable_init=0,lazy_journal_init=0"
        run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", lazy, image)
        self.device = run("losetup", "--find", "--show", image)
        undo.callback(run, "losetup", "--detach", self.device)
        run("mount", self.device, self.folder)
        undo.callback(run, "umount", "--lazy", self.folder)
        undo.callback(self._end_users)
        (self.folder / "lost+found").rmdir()

    def _end_users(self) -> None:
        for process in self.users():
            process.kill()
        wait_for(lambda: not self.users(), PATIENCE, f"the end of what uses {self.folder}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.__exit__(kind, error, trace)

    @property
    def free(self) -> int:
        """Bytes that are free, as df has them."""
        numbers = os.statvfs(self.folder)
        return numbers.f_bavail * numbers.f_frsize

    @property
    def names(self) -> list[str]:
        """What has a name in it."""
        return sorted(os.listdir(self.folder))

    def fill(self, leave: int) -> Path:
        """Take all space but `leave` bytes, in a file that can be removed."""
        ballast = self.folder / "ballast"
        with ballast.open("wb") as file, suppress(OSError):
            while (more := min(MIB, self.free - leave)) >= BLOCK:
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), more)
        return ballast

    def read_only(self) -> None:
        """Mount it again, read-only, as the kernel does after an error."""
        run("mount", "-o", "remount,ro", self.folder)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Nobody gets on with writing: who tries hangs in the kernel and cannot be killed."""
        run("fsfreeze", "--freeze", self.folder)
        try:
            yield
        finally:
            run("fsfreeze", "--unfreeze", self.folder)

    def users(self) -> list[psutil.Process]:
        """Who has a file or the device open, or is told of them on the command line."""
        others = (process for process in psutil.process_iter() if process.pid != os.getpid())
        return [process for process in others if self._is_used_by(process)]

    def _is_used_by(self, process: psutil.Process) -> bool:
        known = opened(process.pid)
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            known += process.cmdline()
        place = str(self.folder.parent)
        return any(place in word or word == self.device for word in known)


def opened(pid: int) -> list[str]:
    """Names of a process's open files from proc(5), which tells of removed ones too.

    It touches no disk. None of a process that has ended, or is not ours to look at. Threads share
    their files; of one whose first thread has ended, another one tells.
    """
    # Unlike pathlib's, this one takes a process that ends meanwhile for what it is.
    threads = glob(f"/proc/{pid}/task/*")
    return next(filter(None, map(_opened_by, threads)), [])


def _opened_by(thread: str) -> list[str]:
    found = []
    for entry in glob(f"{thread}/fd/*"):
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            found.append(os.readlink(entry))
    return found
