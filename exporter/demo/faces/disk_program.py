"""What the demo takes from xenlens_disk.py itself, with the types that Python 2.4 cannot tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.onhost import xenlens_disk
from collectors.onhost.xenlens_disk import BLOCK, KILL_PATIENCE, OWN_PLACES, Usage

__all__ = ["BLOCK", "KILL_PATIENCE", "OWN_PLACES", "Usage"]

_PROGRAM: Any = xenlens_disk


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be measured. Sizes in bytes, times in seconds, rates in bytes a second.

    `kind` is `directory`, `file` or `device`; either `seek` is not 0 or there is a `command`.
    """

    kind: str
    path: str
    size: int
    keep_free: int
    seconds: float
    seek: int
    seek_seconds: float
    lay_out_rate: float
    own_disk: bool
    command: tuple[str, ...]


def read_options(words: Sequence[str]) -> Options:
    """The options of a command line. Raises Usage."""
    found = _PROGRAM.read_options(list(words))
    return Options(
        found.kind,
        found.path,
        found.size,
        found.keep_free,
        found.seconds,
        found.seek,
        found.seek_seconds,
        found.lay_out_rate,
        found.own_disk,
        tuple(found.command),
    )


def asks_for_help(words: Sequence[str]) -> bool:
    """Whether the program tells its usage instead of doing anything."""
    return not words or words[0] in ("help", "-h", "--help")


def filled(word: str, words: Mapping[str, str]) -> str:
    """A word of the command with its placeholders filled in."""
    text: str = _PROGRAM.filled(word, words)
    return text


def refused(code: str, text: str) -> str:
    """The line of a measurement that is not tried."""
    line: str = _PROGRAM.refuse(code, text).line
    return line


def failed(error: OSError, what: str) -> str:
    """The line of one that the system did not let happen."""
    line: str = _PROGRAM.failure_of(error, what).line
    return line


def reported(lines: Sequence[str], out: str, err: str) -> str:
    """Everything it prints: its own lines, and both outputs of the command, counted."""
    head = "".join(f"{line}\n" for line in (f"xenlens_disk {_PROGRAM.FORMAT}", *lines))
    return f"{head}stdout {len(out)}\n{out}\nstderr {len(err)}\n{err}\nend\n"
