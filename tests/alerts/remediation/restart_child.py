"""A process that is killed in the middle of a run: `restart_child FOLDER SCENE MOMENT`.

A moment is a state and how often it was reached (`ACTING 2`), or an effect (`effect 1.0.undo`).
"""

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from alerts.remediation.states import State
from tests.alerts.remediation.kept import APPROVED, BREAKS, POOL, KeptDoor, kept_rig
from tests.alerts.remediation.rig import HOSTS, Rig


class Fall:
    """Plays a scene until its moment comes."""

    def __init__(self, rig: Rig, scene: str, moment: str) -> None:
        self._rig = rig
        self._scene = scene
        self._moment = moment
        self._reached: Counter[State] = Counter()

    async def on(self, run: int, state: State) -> None:
        """A transition is written down."""
        self._reached[state] += 1
        self.at(f"{state} {self._reached[state]}")
        if state is State.AWAITING_APPROVAL and self._scene == APPROVED:
            await self._rig.engine.approve(run, "anna", self._rig.engine.run(run).hash)
        if state is State.HOLDING and self._scene == BREAKS:
            self._rig.world.active["xs1"] = "eth7"
            assert isinstance(self._rig.door, KeptDoor)
            self._rig.door.keep()

    def at(self, moment: str) -> None:
        """Nobody gets a last word."""
        if moment == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


async def play(folder: Path, scene: str, moment: str) -> None:
    """Heal what the scene has, as far as the moment lets it."""
    rig = kept_rig(folder, scene)
    fall = Fall(rig, scene, moment)
    rig.on = fall.on
    assert isinstance(rig.door, KeptDoor)
    rig.door.after = lambda step: fall.at(f"effect {step}")
    hosts = HOSTS if scene == POOL else HOSTS[:1]
    async with rig.running():
        await rig.engine.deliver([rig.firing(host) for host in hosts])
        await rig.engine.idle()


if __name__ == "__main__":
    asyncio.run(play(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
