"""/proc/mounts: reading it asks no file system anything, so it answers on dead NFS mounts too."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.captured import lines_of
from collectors.parsing import ParseError

PROC_MOUNTS = ("cat", "/proc/mounts")
_ESCAPE = re.compile(r"\\([0-3][0-7]{2})")
_FIELDS = 6
"""Device, mount point, type, options, and the two zeros of fstab (proc(5), fstab(5))."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system. `options` are those in effect, as the kernel prints them."""

    device: str
    point: str
    type: str
    options: tuple[str, ...]


def parse_proc_mounts(text: str) -> Mapping[str, Mount]:
    """What is mounted, by mount point; of several at one point the last one is on top.

    Raises ParseError for a text that is not whole: what it lacks might be mounted all the same.
    """
    mounts: dict[str, Mount] = {}
    if not text.endswith("\n"):
        raise ParseError(text.count("\n") + 1, "a whole line of /proc/mounts", text[-60:])
    for line in lines_of(text):
        if line.text:
            mount = _mount(line.line, line.text)
            mounts[mount.point] = mount
    return mounts


def _mount(number: int, line: str) -> Mount:
    fields = line.split(" ")
    if len(fields) != _FIELDS:
        raise ParseError(number, f"{_FIELDS} fields of /proc/mounts", line)
    device, point, kind, options, *_ = (_unescaped(field) for field in fields)
    return Mount(device, point, kind, tuple(options.split(",")))


def _unescaped(field: str) -> str:
    r"""Blanks, tabs, line feeds, `\` and `#` are printed as `\040` and the like."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), field)
