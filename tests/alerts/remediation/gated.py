"""An engine over one made-up bond whose state is a file, changed by a real program through the
real gate, which keeps its locks in a folder. Processes that share the folder share the host."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alerts.remediation.door import Door, Effect, Permit
from alerts.remediation.parts import Parts
from alerts.remediation.playbook import Playbook
from alerts.remediation.records import Diagnosis, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import Shape
from collectors.host import Host, Output, SocketUnavailable, Stream
from tests.alerts.remediation.rig import DOCUMENT, TOOL, Rig, playbook

QUICK: Mapping[str, Any] = {
    "verify": {"time": 0.2, "every": 0.05},
    "hold": {"time": 0.1, "every": 0.05},
}
_SET = """\
#!/bin/sh
echo "$2" >> {folder}/effects
echo "$2" > {folder}/bond
"""


@dataclass(frozen=True, slots=True)
class LocalHost:
    """This machine, with the gate's folder somewhere else.

    `lease`, in seconds, is all that it gives, whatever is asked for.
    """

    folder: Path
    lease: float | None = None
    name: str = "xs1"

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Run the streamed gate; `argv` is PYTHON, switches, `-`, the verb and its options."""
        at = argv.index("-") + 2
        words = [sys.executable, *argv[1:at], "--folder", str(self.folder / "gate"), *argv[at:]]
        if self.lease is not None and "--lease" in words:
            words[words.index("--lease") + 1] = f"{self.lease:g}"
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, stderr=pipe)
        out, error = await process.communicate(stdin.encode())
        return Output(tuple(argv), out.decode(), error.decode(), process.returncode)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        raise SocketUnavailable(path)

    def stuck(self) -> Mapping[str, float]:
        return {}

    async def close(self) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True)
class Bond:
    """The tool. `sick`: no change makes it healthy. `two`: it takes two steps."""

    folder: Path
    sick: bool = False
    two: bool = False
    name: str = TOOL
    target: tuple[str, ...] = ("pool", "host", "bond")
    most: Mode = Mode.AUTO
    by_alert: bool = True
    effects: Sequence[Shape] = field(default=((r"/[^ ]+/set", "bond0", "eth[0-9]"),))

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        active = (self.folder / "bond").read_text().strip()
        verdict = "healthy" if active == "eth1" and not self.sick else "faulty"
        return Diagnosis(
            "healthy" if verdict == "healthy" else "faulty", active, {"active": active}
        )

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        way = ["eth2", "eth1"] if self.two else ["eth1"]
        before = found.facts["active"]
        steps = []
        for member in way:
            argv = (str(self.folder / "set"), "bond0", member)
            undo = (str(self.folder / "set"), "bond0", before)
            steps.append(Step(f"Set {member}.", "xs1", argv, 5.0, {"active": member}, undo))
            before = member
        return Plan("Set eth1.", tuple(steps), {"active": "eth1"}, {"answers": 3}, "xs1")


class Watched:
    """The door, with something to happen after each effect."""

    def __init__(self, door: Door, after: Callable[[str], Awaitable[None]]) -> None:
        self._door = door
        self._after = after
        self.take = door.take
        self.release = door.release

    async def act(
        self, permit: Permit, host: str, step: str, argv: Sequence[str], deadline: float
    ) -> Effect:
        effect = await self._door.act(permit, host, step, argv, deadline)
        await self._after(step)
        return effect


async def nothing(step: str) -> None:
    """Happens after an effect."""


class Gated(Rig):
    """The rig over the file and the real gate."""

    def __init__(self, folder: Path, tool: Bond, **limits: Any) -> None:
        super().__init__(folder)
        self.folder = folder
        self.tool = tool
        self.playbook: Playbook = playbook(**{**DOCUMENT, **QUICK, **limits})
        self.after_effect: Callable[[str], Awaitable[None]] = nothing
        self.machine: Host = LocalHost(folder)

    def _parts(self, journal: Any) -> Parts:
        parts = super()._parts(journal)
        door = Door(self.host, journal.id, journal.epoch)
        parts.door = Watched(door, lambda step: self.after_effect(step))
        return parts

    def host(self, name: str) -> Host:
        if name != "xs1":
            raise Refusal("unknown_target", name)
        return self.machine

    def effects(self) -> list[str]:
        """What was set, one after the other."""
        file = self.folder / "effects"
        return file.read_text().split() if file.exists() else []


def prepare(folder: Path) -> None:
    """A bond on eth0, and the program that changes it."""
    (folder / "bond").write_text("eth0\n")
    script = folder / "set"
    script.write_text(_SET.format(folder=folder))
    script.chmod(0o755)
