"""What a guard judges, made up."""

from collections.abc import Awaitable
from typing import Any

from alerts.remediation.clock import Clocks, ClockWatch
from alerts.remediation.guards import Case, Surroundings
from alerts.remediation.history import History
from alerts.remediation.records import Origin, Refusal, Target
from alerts.remediation.states import State
from tests.alerts.remediation.rig import TOOL, FakeAlerts, playbook
from tests.fakes import FakeClock


class Scene:
    """One run that wants to go on, and everything that its guards may ask."""

    def __init__(self, **limits: Any) -> None:
        self.wall, self.ticks = FakeClock(1_800_000_000.0), FakeClock(1000.0)
        self.alerts = FakeAlerts()
        self.stop: str | OSError = ""
        clocks = Clocks(self.wall, self.ticks)
        watch = ClockWatch(clocks)
        self.around = Surroundings(clocks, watch, History(), self._kill_switch, self.alerts)
        self.case = Case(1, target("xs1"), playbook(**limits), Origin(labels={"host": "xs1"}))

    def _kill_switch(self) -> str:
        if isinstance(self.stop, OSError):
            raise self.stop
        return self.stop

    def ended(self, state: State, reason: str = "", ago: float = 0.0, host: str = "xs1") -> None:
        """A run of an object ended so many seconds ago."""
        self.around.history.ended(target(host), state, reason, self.wall.now - ago)

    def pass_time(self, seconds: float) -> None:
        self.wall.now += seconds
        self.ticks.now += seconds


def target(host: str, pool: str = "modular") -> Target:
    return Target(TOOL, {"pool": pool, "host": host, "bond": "bond0"})


async def refused(asked: Awaitable[None]) -> str:
    """The reason of a refusal; empty where it allows."""
    try:
        await asked
    except Refusal as refusal:
        return refusal.reason if refusal.text else "without a text"
    return ""
