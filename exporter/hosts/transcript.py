"""Pasted terminal sessions, cut into commands and what they printed.

A prompt line is one of

- `[root@xenserver1 ~]# multipath -ll`: brackets with `user@host` in them, then `#` or `$`;
- `root@xcp1:~# multipath -ll`: `user@host:` and a path, then `#` or `$`;
- `# multipath -ll`: a bare `#` or `$`, one blank and a command's name: letters, digits and
  `. _ / + -`, beginning with a lower-case letter, a `.` or a `/`, and not ended by a colon.

Output may have lines that look like the bare kind (`# comment`). A transcript that begins with a
full prompt therefore has only full prompts; one that begins with a bare prompt may have both.
Captures of files with comments in them want a full prompt, or a raw file of their own.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_FULL = re.compile(r"(?:\[[^\]\s@]+@[^\]]+\]|[\w.-]+@[\w.-]+:[^#$\s]*)\s?[#$](?:[ \t]+(.*))?")
_BARE = re.compile(r"[#$] ((?:[a-z][\w.+-]*|[./][\w./+-]*\w)(?:\s.*)?)")
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07)")
_ASKS_STATUS = "echo $?"
_NOT_FOUND = re.compile(r"command not found|: not found$")


@dataclass(frozen=True, slots=True)
class Captured:
    """One command of a transcript. `exit_status` is None where nobody asked for it."""

    command: str
    output: str
    exit_status: int | None = None

    @property
    def argv(self) -> tuple[str, ...]:
        """The command's words, without the folder its program was called from."""
        return words(self.command)

    @property
    def is_not_found(self) -> bool:
        """Whether all that came is the shell's word that there is no such command."""
        lines = self.output.strip().splitlines()
        return len(lines) == 1 and bool(_NOT_FOUND.search(lines[0]))


def words(command: str) -> tuple[str, ...]:
    """A command line's words, without the folder its program was called from."""
    try:
        found = shlex.split(command)
    except ValueError:
        found = command.split()
    return (found[0].rpartition("/")[2], *found[1:]) if found else ()


def captures(text: str) -> list[Captured]:
    """The commands of a transcript in their order; empty when it has no prompt line."""
    found: list[Captured] = []
    for capture in _cut(_ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")):
        if capture.command == _ASKS_STATUS and found and capture.output.strip().isdigit():
            last = found.pop()
            found.append(Captured(last.command, last.output, int(capture.output)))
        elif capture.command:
            found.append(capture)
    return found


def begins_with_prompt(text: str) -> bool:
    """Whether the first line that is not blank is a prompt line."""
    return (
        _prompted(_ESCAPES.sub("", text).lstrip().partition("\n")[0].rstrip("\r"), False)
        is not None
    )


def _cut(lines: Iterable[str]) -> Iterator[Captured]:
    command: str | None = None
    output: list[str] = []
    full_only = False
    for line in lines:
        prompted = _prompted(line, full_only)
        if prompted is None:
            output.append(line)
            continue
        if command is None:
            full_only = _FULL.fullmatch(line) is not None
        else:
            yield Captured(command, _joined(output))
        command, output = prompted, []
    if command is not None:
        yield Captured(command, _joined(output))


def _prompted(line: str, full_only: bool) -> str | None:
    """The command behind the prompt, empty for a prompt alone; None for a line of output."""
    full = _FULL.fullmatch(line)
    if full:
        return (full[1] or "").strip()
    bare = None if full_only else _BARE.fullmatch(line)
    return bare[1].strip() if bare else None


def _joined(lines: list[str]) -> str:
    """The lines, without the blank ones a person left before the next prompt."""
    text = "\n".join(lines).rstrip()
    return text + "\n" if text else ""
