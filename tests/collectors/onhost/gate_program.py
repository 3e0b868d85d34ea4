"""The gate of a host: its parts in this Python, and the whole under any Python."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.labs.pythons import Interpreter

GATE: Any = import_module("collectors.onhost.xenlens_gate")
"""Not typed, since Python 2.4 knows no annotations."""
PROGRAM = Path(GATE.__file__)
SWITCHES = ("-S", "-E")
BOND = "set-active-member/modular/xs1/bond0"
WAITS = "echo $$ >{0}.new; mv {0}.new {0}; exec sleep 60"
"""Tells its process id, then sleeps."""
PATIENCE = 20.0
NO_EFFECT = {
    "exit_status": None,
    "stdout": "",
    "stderr": "",
    "seconds": None,
    "timed_out": False,
    "still_there": False,
}
"""What is told of an effect where there is none, or no result of it."""

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gate:
    """A host's gate, and who asks there. Times are in seconds."""

    python: Interpreter
    folder: Path
    owner: str = "a-1"
    epoch: int = 5
    object: str = BOND

    def words(self, verb: str, *more: str) -> list[str]:
        """The command line by which hosts run it; the program is its standard input."""
        who = ("--object", self.object, "--epoch", str(self.epoch), "--owner", self.owner)
        where = ("--folder", str(self.folder))
        return [*self.python.argv, *SWITCHES, "-", verb, *where, *who, *more]

    def take(self, lease: float = 60.0) -> Answer:
        return answered(self.words("take", "--lease", str(lease)))

    def release(self) -> Answer:
        return answered(self.words("release"))

    def act(self, *argv: str, step: str = "1", deadline: float = 20.0) -> Answer:
        return answered(self.acting(*argv, step=step, deadline=deadline))

    def acting(self, *argv: str, step: str = "1", deadline: float = 20.0) -> list[str]:
        """The command line of an effect."""
        return self.words("act", "--step", step, "--deadline", str(deadline), "--", *argv)

    def show(self, *more: str) -> Answer:
        where = ("--folder", str(self.folder))
        return answered([*self.python.argv, *SWITCHES, "-", "show", *where, *more])


def done(argv: list[str]) -> "subprocess.CompletedProcess[bytes]":
    """What the program printed, and how it ended."""
    given = PROGRAM.read_bytes()
    return subprocess.run(argv, input=given, capture_output=True, timeout=60, check=False)


def answered(argv: list[str]) -> Answer:
    """The document of a run that answered."""
    ran = done(argv)
    assert (ran.returncode, ran.stderr) == (0, b"")
    return document(ran.stdout)


def document(printed: bytes) -> Answer:
    """The document that was printed: one line of ASCII."""
    assert printed.count(b"\n") == 1
    found: Answer = json.loads(printed.decode("ascii"))
    assert found["xenlens_gate"] == 1
    return found


@dataclass(frozen=True, slots=True)
class Started:
    """A gate whose effect has begun: both processes."""

    gate: "subprocess.Popen[bytes]"
    effect: int


@contextmanager
def started(
    gate: Gate, folder: Path, script: str = WAITS, *, deadline: float = 20.0
) -> Iterator[Started]:
    """Step 1 under way: a script that tells its process id."""
    noted = folder / "pid"
    argv = gate.acting("sh", "-c", script.format(noted), deadline=deadline)
    with begun(argv) as process:
        assert until(noted.exists)
        yield Started(process, int(noted.read_text()))


@contextmanager
def begun(argv: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """The program, which has been given its text."""
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(PROGRAM.read_bytes())
            process.stdin.close()
            process.stdin = None
            yield process
        finally:
            process.kill()
            for end in (process.stdout, process.stderr):
                if end is not None:
                    end.close()


def until(is_true: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + patience
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def reason(answer: Answer) -> str:
    """Why it was refused; empty where it was granted."""
    assert answer["granted"] is (answer["reason"] == "")
    assert answer["granted"] or answer["text"]
    found: str = answer["reason"]
    return found
