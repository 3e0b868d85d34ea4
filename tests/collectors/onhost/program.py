"""The program for hosts: its parts in this Python, and the whole under any Python."""

import json
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.labs.pythons import Interpreter, interpreters

HOST: Any = import_module("collectors.onhost.xenlens_host")
"""Not typed, since Python 2.4 knows no annotations."""
PROGRAM = Path(HOST.__file__)
SWITCHES = ("-S", "-E")

every_python = pytest.mark.parametrize("python", interpreters(), ids=str)


def run(python: Interpreter, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program from its standard input, as it is run on hosts."""
    argv = [*python.argv, *SWITCHES, "-", *words]
    return _done(argv, PROGRAM.read_bytes())


def work_out(python: Interpreter, expression: str) -> Any:
    """The value of an expression over the program's names, which must print as JSON."""
    script = PROGRAM.read_text().partition('if __name__ == "__main__"')[0]
    script += f"sys.stdout.write(json_of({expression}))\n"
    done = _done([*python.argv, *SWITCHES, "-"], script.encode("ascii"))
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


def _done(argv: list[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(argv, input=given, capture_output=True, timeout=30, check=False)
