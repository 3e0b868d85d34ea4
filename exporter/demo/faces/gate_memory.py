"""What the gate of a simulated host remembers: what the real one keeps in files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
"""As the program writes it: its texts have a character for every byte."""


@dataclass(frozen=True, slots=True)
class Running:
    """An effect that was begun by a session; `result` is None as long as it runs."""

    session: int
    step: Record
    until: float
    """Seconds on the model's clock, at which it is killed."""
    result: Callable[[], Record | None]

    def is_of(self, session: int, owner: str, step: str) -> bool:
        """Whether it is this session's own, which looks whether it has ended."""
        of_step = (self.session, self.step["owner"], self.step["step"])
        return of_step == (session, owner, step)


@dataclass(slots=True)
class GateMemory:
    """A store, as the program's own decisions ask for one."""

    running: dict[str, Running] = field(default_factory=dict)
    """By object."""
    _epoch: int = 0
    _locks: dict[str, Record] = field(default_factory=dict)
    _steps: dict[tuple[str, str, str], Record] = field(default_factory=dict)

    def forget_overdue(self, before: float) -> None:
        """Forget effects that should have ended by then: their gate was killed."""
        kept = {name: each for name, each in self.running.items() if each.until >= before}
        self.running = kept

    def seen(self) -> int:
        """The highest epoch this host saw."""
        return self._epoch

    def see(self, epoch: int) -> None:
        """Note a higher one."""
        self._epoch = epoch

    def lock(self, name: str) -> Record | None:
        """Who holds an object, also when the lease is over; None where nobody does."""
        return self._locks.get(name)

    def keep(self, lock: Record) -> None:
        """Note who holds an object."""
        self._locks[lock["object"]] = lock

    def drop(self, name: str) -> None:
        """Forget who held it."""
        del self._locks[name]

    def busy(self, name: str) -> bool:
        """Whether an effect of the object runs."""
        return name in self.running

    def step(self, name: str, owner: str, step: str) -> Record | None:
        """A step that was begun, or None."""
        return self._steps.get((name, owner, step))

    def last_step(self, name: str) -> Record | None:
        """The last step of an object that was begun, or None."""
        of_object = [step for step in self._steps.values() if step["object"] == name]
        return of_object[-1] if of_object else None

    def objects(self) -> list[str]:
        """The objects somebody holds, or held."""
        return sorted(self._locks)

    def begin(self, step: Record) -> None:
        """Note that a step begins."""
        self._steps[step["object"], step["owner"], step["step"]] = step

    def finish(self, step: Record, result: Record) -> None:
        """Note its result; no effect of its object runs any more."""
        step.update(result)
        del self.running[step["object"]]
