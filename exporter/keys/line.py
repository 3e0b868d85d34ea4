"""The line of authorized_keys(5) that gives a key a level."""

import re
from pathlib import Path

import asyncssh

from collectors.onhost import KEY
from collectors.onhost_run import SWITCHES

FOLDER = "/opt/xenlens"
"""Where the files are on a host."""
PYTHON = "/usr/bin/python3"
PYTHONS = re.compile(r"(/[A-Za-z0-9_.+-]+)+")
_OLD = ("no-port-forwarding", "no-agent-forwarding", "no-X11-forwarding", "no-pty")
"""`restrict` for OpenSSH before 7.2 (sshd(8), AUTHORIZED_KEYS FILE FORMAT), but for `no-user-rc`:
4.3 does not know it, and would refuse the line."""


class BadKey(ValueError):
    """It is no public key, or no path of a Python."""


def public_key(file: Path) -> str:
    """The one public key of a file, as OpenSSH writes it, without its comment.

    Raises BadKey, also for a private key, and OSError.
    """
    text = file.read_text(encoding="utf-8", errors="replace").strip()
    if "PRIVATE KEY" in text:
        raise BadKey(f"{file}: is the private half, which stays here: name its .pub file")
    if "\n" in text:
        raise BadKey(f"{file}: has more than one line: name a file with one public key")
    try:
        key = asyncssh.import_public_key(text.encode())
    except asyncssh.KeyImportError as error:
        raise BadKey(f"{file}: is no public key: {error}") from error
    return key.export_public_key("openssh").decode().strip().removesuffix(f" {key.get_comment()}")


def authorized_key(public: str, level: str, python: str = PYTHON, *, old: bool = False) -> str:
    """The line for `public`. `old`: for OpenSSH before 7.2. Raises BadKey."""
    if not PYTHONS.fullmatch(python):
        raise BadKey(f"--python {python!r}: an absolute path expected, such as {PYTHON}")
    forced = " ".join((python, *SWITCHES, f"{FOLDER}/{KEY}.py", level))
    options = _OLD if old else ("restrict",)
    return ",".join((*options, f'command="{forced}"')) + f" {public} xenlens-{level}"
