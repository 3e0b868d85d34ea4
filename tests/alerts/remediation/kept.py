"""A world kept in files: what a killed process did is still done when the next one looks."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from alerts.remediation.door import Effect, Permit
from tests.alerts.remediation.chained import Chained, Ladder
from tests.alerts.remediation.rig import FakeDoor, Rig, World

BOND, APPROVED, BREAKS = "bond", "approved", "breaks"
CHAIN, LADDER, ONE_WAY, POOL = "chain", "ladder", "one-way", "pool"
LIMITS: dict[str, dict[str, Any]] = {
    APPROVED: {"mode": "suggest"},
    POOL: {"caps": {"per_host": 1, "per_pool": 3, "per_hour": 12}},
}


class KeptDoor(FakeDoor):
    """Like a host it remembers its state and which steps were begun, whoever asks."""

    def __init__(self, world: World, folder: Path) -> None:
        super().__init__(world)
        self.after: Callable[[str], None] = lambda step: None
        """Called when an effect has happened, before whoever asked for it knows."""
        self._active, self._effects = folder / "active.json", folder / "effects.jsonl"
        if self._active.exists():
            world.active.update(json.loads(self._active.read_text()))
        if self._effects.exists():
            for line in self._effects.read_text().splitlines():
                step, host, argv = json.loads(line)
                self.done.add(step)
                world.effects.append((host, tuple(argv)))

    async def act(
        self, permit: Permit, host: str, step: str, argv: Sequence[str], deadline: float
    ) -> Effect:
        before = len(self.world.effects)
        effect = await super().act(permit, host, step, argv, deadline)
        if len(self.world.effects) > before:
            with self._effects.open("a") as file:
                file.write(json.dumps([step, host, list(argv)]) + "\n")
            self.keep()
            self.after(step)
        return effect

    def keep(self) -> None:
        """Write down which members are active."""
        self._active.write_text(json.dumps(self.world.active))


def kept_rig(folder: Path, scene: str) -> Rig:
    """The rig of a scene; every process that makes it goes on where the last one ended."""
    rig = Rig(folder, **LIMITS.get(scene, {}))
    rig.door = KeptDoor(rig.world, folder)
    if scene == CHAIN:
        rig.tool = Chained(rig.world)
    elif scene == LADDER:
        rig.tool = Ladder(rig.world)
    elif scene == ONE_WAY:
        rig.tool = Chained(rig.world, undoable=())
        rig.world.lies.add("xs1")
    return rig
