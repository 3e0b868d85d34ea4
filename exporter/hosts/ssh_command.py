"""The one line a login shell gets: which output is the command's own, and which process it is.

OpenSSH hands the line to the account's login shell, which may print a banner first. The line
therefore prints a marker on both outputs right before `exec`, with the shell's own
`/proc/PID/stat`: after `exec` the command has that process id and, since sshd makes every
session a process group, is found again by process id and start time (proc(5), fields 1 and 22).
Everything is a builtin of bash 3 and dash: dom0 spawns nothing but the command.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from exporter.hosts.environment import LOCALE, SEARCHED

_PREFIX = "xenlens-"


@dataclass(frozen=True, slots=True)
class RemoteProcess:
    """A process on a host: the id alone could be another one's by now."""

    pid: int
    start_ticks: int
    """Start time in clock ticks since boot."""


def new_marker(random: Random) -> str:
    """A word no banner contains."""
    return f"{_PREFIX}{random.getrandbits(64):016x}"


def wrapped(argv: Sequence[str], marker: str, *, reads: bool = False) -> str:
    """The shell line that runs `argv` behind `marker`; it `reads` what the session sends.

    The shell takes nothing of that: the line is its argument, and `read` here reads /proc.
    """
    return (
        "{ read -r s </proc/$$/stat; } 2>/dev/null; "
        f'echo {marker} "$s"; echo {marker} >&2; '
        f"LC_ALL={LOCALE} PATH=$PATH:{SEARCHED}; export LC_ALL PATH; "
        f"exec {shlex.join(argv)}{'' if reads else ' </dev/null'}"
    )


def after_marker(output: bytes, marker: str) -> bytes | None:
    """What follows the marker's line, or None while the marker has not come.

    The last one counts: a shell that traces its commands (`set -x`) shows the first.
    """
    position = output.rfind(marker.encode())
    if position < 0:
        return None
    _, newline, rest = output[position:].partition(b"\n")
    return rest if newline else None


def process_in(output: bytes, marker: str) -> RemoteProcess | None:
    """The process that the marker's line names, or None where /proc did not tell."""
    line = re.search(rb"%s (\d+) \(.*\) (.*)\n" % re.escape(marker.encode()), output)
    fields = line[2].split() if line else []
    if line is None or len(fields) < 20:
        return None
    return RemoteProcess(int(line[1]), int(fields[19]))


def kill_line(process: RemoteProcess) -> str:
    """The shell line that kills the process's group, and prints `alive` if it was still there.

    A zombie counts as gone. After `stat`'s `(name) `, word 1 is the state, word 3 the process
    group and word 20 the start time.
    """
    return (
        f"{{ read -r s </proc/{process.pid}/stat && set -- ${{s##*) }} "
        f'&& [ "${{20}}" = {process.start_ticks} ] '
        '&& kill -9 -"$3"; [ "${20}" = '
        f'{process.start_ticks} ] && [ "$1" != Z ] && echo alive; }} 2>/dev/null'
    )
