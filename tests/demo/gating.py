"""The gate of a simulated host, as a session asks it."""

import json
from dataclasses import replace
from typing import Any

from collectors.onhost import GATE, program
from exporter.demo.command import Dom0, Result
from exporter.demo.shell import Shell
from tests.demo.probing import PYTHON
from tests.demo.simulated import Simulated

A, B, NEWER, OLD = ("5 --owner a", "5 --owner b", "6 --owner b", "4 --owner a")
"""Who asks: the epoch, and the owner."""


class Host:
    """A simulated host with one memory, and sessions on it."""

    def __init__(self, name: str = "xcp83") -> None:
        self.pool = Simulated()
        self.dom0: Dom0 = self.pool.dom0(name)

    def session(self, pid: int = 4000) -> Shell:
        """A session that streams the program."""
        shell = Shell(replace(self.dom0, session=pid), pid)
        shell.stdin = program(GATE)
        return shell

    def result(self, words: str, pid: int = 4000) -> Result:
        """What the program answers."""
        return self.session(pid).run(f"{PYTHON} {words}")

    def ask(self, words: str) -> dict[str, Any]:
        """The document that is answered at once."""
        return document(self.result(words))


def document(result: Result) -> dict[str, Any]:
    """The document that was printed."""
    assert (result.status, result.stderr, result.hangs) == (0, "", False), result
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def take(who: str = A, thing: str = "bond0") -> str:
    return f"take --object {thing} --lease 60 --epoch {who}"


def act(argv: str, who: str = A, step: str = "1", *, deadline: float = 20) -> str:
    rest = f"--step {step} --deadline {deadline:g} --epoch {who} -- {argv}"
    return f"act --object bond0 {rest}"


def release(who: str = A) -> str:
    return f"release --object bond0 --epoch {who}"
