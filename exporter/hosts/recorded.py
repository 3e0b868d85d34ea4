"""A host that is only on paper: captured outputs in a file, or in a folder of files."""

import asyncio
import shlex
from collections.abc import Mapping, Sequence
from itertools import dropwhile
from pathlib import Path

from collectors.host import NOT_FOUND, HostError, Output, SocketUnavailable, Stream
from exporter.hosts.settings import Recorded
from exporter.hosts.transcript import Captured, begins_with_prompt, captures, words


class RecordedHost:
    """Answers with what was captured.

    A file with prompt lines is a pasted terminal session (see `transcript`); the last capture of
    a command counts, files being read in the order of their names. A file that does not begin
    with a prompt line may be one command's raw output; its name is then the command, with `_`
    for every `/`: `multipath -ll.txt`, `ovs-appctl bond_show bond0.txt`. Files are read anew
    for every command.
    """

    def __init__(self, name: str, settings: Recorded) -> None:
        self._name = name
        self._path = settings.path

    @property
    def name(self) -> str:
        """The inventory's name of the host."""
        return self._name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """The captured output of `argv`; exit status 127 when nothing of the program was captured.

        A program of which only other commands were captured is there, but this answer of it is
        not known: exit status 1. `stdin` is ignored: a capture does not tell what its command
        read. Raises HostError when the captures cannot be read.
        """
        wanted = _without_env(words(shlex.join(argv)))
        found = await asyncio.to_thread(_last_capture, self._path, wanted)
        if found is None:
            there = await asyncio.to_thread(_knows_program, self._path, wanted[0])
            text = f"{shlex.join(argv)}: not recorded in {self._path}\n"
            return Output(tuple(argv), "", text, 1 if there else NOT_FOUND)
        status = found.exit_status
        if status is None:
            status = NOT_FOUND if found.is_not_found else 0
        return Output(tuple(argv), found.output, exit_status=status)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Always raises SocketUnavailable: captures have no sockets."""
        raise SocketUnavailable(f"{path}: {self._name} is recorded, it has no sockets")

    def stuck(self) -> Mapping[str, float]:
        """Nothing: paper does not hang."""
        return {}

    async def close(self) -> None:
        """Nothing to let go of."""


def _without_env(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The command itself: nobody types the clean environment that xenlens gives to `xe`."""
    if argv[:2] != ("env", "-i"):
        return argv
    return tuple(dropwhile(lambda word: "=" in word, argv[2:])) or argv


def _last_capture(path: Path, wanted: tuple[str, ...]) -> Captured | None:
    found = None
    for file in _files(path):
        found = _in_file(file, wanted) or found
    return found


def _knows_program(path: Path, program: str) -> bool:
    return any(
        file.name.split(" ")[0] == program
        or any(capture.argv[:1] == (program,) for capture in captures(_text(file)))
        for file in _files(path)
    )


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        return sorted(x for x in path.iterdir() if x.is_file() and not x.name.startswith("."))
    except OSError as error:
        raise HostError(f"{path}: captures cannot be read: {error.strerror}") from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise HostError(f"{file}: captures cannot be read: {error.strerror}") from error


def _in_file(file: Path, wanted: tuple[str, ...]) -> Captured | None:
    text = _text(file)
    if _is_named_like(file, wanted) and not begins_with_prompt(text):
        return Captured(shlex.join(wanted), text)
    matching = [capture for capture in captures(text) if capture.argv == wanted]
    return matching[-1] if matching else None


def _is_named_like(file: Path, wanted: tuple[str, ...]) -> bool:
    name = " ".join(wanted).replace("/", "_")
    return name in {file.name, file.stem}
