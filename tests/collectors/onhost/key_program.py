"""The forced command of a key: its parts in this Python, and the whole under any Python."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from exporter.hosts.ssh_command import wrapped
from exporter.keys.table import on_host
from tests.labs.pythons import Interpreter, interpreters

KEY: Any = import_module("collectors.onhost.xenlens_key")
"""Not typed, since Python 2.4 knows no annotations."""
MARKER = "xenlens-0123456789abcdef"
LEVELS: tuple[str, ...] = KEY.LEVELS
STREAMED = ("python3", "-S", "-E", "-")
REFUSED = 126
two_pythons = pytest.mark.parametrize(
    "python", interpreters()[:: len(interpreters()) - 1 or 1], ids=str
)
"""The oldest and the newest of this machine."""


def installed(folder: Path) -> Path:
    """The files of `xenlens hosts files` in a folder that only its owner may write to."""
    folder.mkdir(mode=0o755)
    for name, text in on_host().items():
        (folder / name).write_text(text, encoding="ascii")
        (folder / name).chmod(0o644)
    return folder


def started(argv: Sequence[str], *, reads: bool = False) -> str:
    """The line that xenlens sends for a command."""
    return wrapped(argv, MARKER, reads=reads)


def why_refused(level: str, folder: Path, line: str) -> str:
    """Why a line is refused, as far as can be told before anything is run; empty where it is not.

    What arrives on standard input is not looked at.
    """
    try:
        key = KEY.Key(level, str(folder))
        _, words, reads = KEY.started_by(line) or ("", [], False)
        if not words:
            raise KEY.Refused("no line")
        if reads:
            if not KEY.is_program(words) or words[3] != "-":
                raise KEY.Refused("no program")
            key.candidates(words)
        else:
            key.check(words)
    except KEY.Refused as refused:
        return str(refused)
    return ""


def ask(
    python: Interpreter,
    folder: Path,
    level: str,
    line: str | None,
    *,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as sshd does, `line` being what the client asked for."""
    environment = {"PATH": os.defpath, **(environment or {})}
    if line is not None:
        environment["SSH_ORIGINAL_COMMAND"] = line
    argv = [*python.argv, "-S", "-E", str(folder / "xenlens_key.py"), level]
    return subprocess.run(
        argv, input=given, capture_output=True, env=environment, timeout=30, check=False
    )


def tool(folder: Path, name: str, script: str) -> dict[str, str]:
    """A program of that name before all others of PATH; the environment to add."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return {"PATH": f"{folder}:{os.defpath}"}


def as_python3(folder: Path, python: Interpreter) -> Path:
    """A folder in which `python3` is this Python: on a host it is the one that there is."""
    tool(folder / "pythons", "python3", f'exec {python.argv[0]} "$@"')
    return folder / "pythons"
