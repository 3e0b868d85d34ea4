"""What a round of probes costs the host: CPU of the whole process, Python's start included.

The program is streamed on standard input, as in production, and probes both members of a bond of
a real Open vSwitch. In turn with it: the same Python doing nothing, and the same program only
read. Nothing else is in the numbers: the process is started inside the network namespace.
"""

import ctypes
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median

from collectors.onhost import program
from collectors.onhost_run import SWITCHES
from tests.bench.measure import Line, Say, cpu_of_children
from tests.labs.host import HOST
from tests.labs.ovs import MANAGEMENT, OvsLab
from tests.labs.pythons import Interpreter, ask, interpreters

ROUNDS = 25
TARGET = 30.0
"""Milliseconds of CPU that a round may cost a host."""
CLONE_NEWNET = 0x40000000
"""sched.h; see setns(2)."""
DEBIANS = Path("/usr/bin/python3")


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of CPU: of rounds, of Python's start, and of reading the program as well."""

    round: float
    start: float
    read: float
    worst: float

    def line(self, what: str) -> Line:
        """Of the table."""
        note = (
            f"{self.round / self.start:.1f} times Python's start ({self.start:.1f} ms), "
            f"{self.round / self.read:.1f} times start and reading the program ({self.read:.1f} ms)"
            f"; medians of {ROUNDS}, the worst {self.worst:.0f} ms"
        )
        return Line(what, self.round, "ms", TARGET, note=note)


async def measure(say: Say) -> list[Line]:
    """By Debian's Python 3 and by Python 2.7, as far as they are here."""
    lines = []
    with (
        tempfile.TemporaryDirectory(prefix="xenlens-bench-") as name,
        OvsLab(Path(name) / "lab") as lab,
        inside(lab) as pool,
    ):
        lab.heal()
        for python, way in product(pythons(), ("raw", "openflow")):
            say(f"{ROUNDS} rounds by {way}, {python}")
            costs = pool.submit(costs_of, python, words(lab, way)).result()
            lines.append(costs.line(f"CPU of a round, {way}, {python}"))
    return lines


def pythons() -> list[Interpreter]:
    """What hosts have: a distribution's Python 3, and Python 2.7."""
    debians = ask(DEBIANS) or ask(Path(sys.executable))
    old = [python for python in interpreters() if python.version[:2] == (2, 7)]
    return [python for python in (debians, *old) if python is not None]


def inside(lab: OvsLab) -> ThreadPoolExecutor:
    """A thread whose children begin in the host's network namespace."""
    path = f"/run/netns/{lab.namespaces.name(HOST)}"
    return ThreadPoolExecutor(1, initializer=lambda: _enter(path))


def _enter(path: str) -> None:
    with open(path) as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)


def words(lab: OvsLab, way: str) -> tuple[str, ...]:
    """One bond, two members, one destination."""
    net = MANAGEMENT
    of_round = ("--way", way, "--rundir", str(lab.rundir))
    bond = ("--bond", net.bond, "--bridge", net.bridge, "--device", net.bridge)
    members = ("--active", "eth0", "--member", "eth0", "--member", "eth2")
    return (*of_round, *bond, *members, "--destination", f"{net.gateway},via={net.bridge}")


def costs_of(python: Interpreter, words: Sequence[str]) -> Costs:
    """All three in turn, so that a slow moment of the machine hits all."""
    begin = (*python.argv, *SWITCHES)
    things: list[Callable[[], float]] = [
        lambda: _cpu([*begin, "-", "probe", *words], program()),
        lambda: _cpu([*begin, "-c", "pass"]),
        lambda: _cpu([*begin, "-", "help"], program()),
    ]
    times = [[thing() for thing in things] for _ in range(ROUNDS)]
    rounds, starts, reads = zip(*times, strict=True)
    return Costs(median(rounds), median(starts), median(reads), max(rounds))


def _cpu(argv: Sequence[str], stdin: str = "") -> float:
    """Milliseconds of CPU, user and system, of a process that must succeed."""
    before = cpu_of_children()
    done = subprocess.run(argv, input=stdin, stdout=subprocess.PIPE, text=True, check=True)
    assert '"reason": "' not in done.stdout, done.stdout
    return (cpu_of_children() - before) * 1000
