"""The forced command in a mount namespace: the machine's own /dev and /run are not touched."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.labs.pythons import Interpreter


def _missing() -> bool:
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return tried.returncode != 0


needs_mounts = pytest.mark.skipif(_missing(), reason="mount namespaces are not allowed here")


def ask_in(
    mounted: Path, on: str, python: Interpreter, key: Sequence[str], line: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run the program and its level, `key`, as sshd does, with a folder mounted on another."""
    script = 'mount --bind "$0" "$1" && shift && exec "$@"'
    asked = ["unshare", "--mount", "sh", "-c", script, str(mounted), on]
    asked += [*python.argv, "-S", "-E", *key]
    environment = {"PATH": os.environ["PATH"], "SSH_ORIGINAL_COMMAND": line}
    return subprocess.run(
        asked, input=given, env=environment, capture_output=True, timeout=30, check=False
    )
