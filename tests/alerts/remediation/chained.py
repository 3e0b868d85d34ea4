"""Made-up tools of several steps: each makes eth1 active on another host."""

from dataclasses import dataclass, replace
from typing import Literal

from alerts.remediation.records import Diagnosis, Plan, Step, Target
from alerts.remediation.sight import Sight
from tests.alerts.remediation.rig import HOSTS, Bonds


@dataclass
class Chained(Bonds):
    """All three hosts need eth1. `undoable` are the hosts where it can be taken back."""

    undoable: tuple[str, ...] = HOSTS
    order: Literal["chain", "ladder"] = "chain"

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        facts = {host: self.world.active[host] for host in HOSTS}
        ok = self.healthy({host for host in HOSTS if facts[host] == "eth1"})
        return Diagnosis("healthy" if ok else "faulty", f"{facts}", {**facts, "ok": ok})

    def healthy(self, good: set[str]) -> bool:
        """Whether eth1 on these hosts is enough."""
        return good == set(HOSTS)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        steps = tuple(self.step(host) for host in HOSTS)
        return Plan("All of them.", steps, {"ok": True}, self.evidence, "xs1", self.order)

    def step(self, host: str) -> Step:
        """What is done on a host."""
        argv, undo = ("set", "bond0", "eth1"), ("set", "bond0", "eth0")
        step = Step(f"Make eth1 active on {host}.", host, argv, 5.0, {host: "eth1"}, undo)
        return step if host in self.undoable else replace(step, undo=())


@dataclass
class Ladder(Chained):
    """One of the hosts is enough: the next is a harder way to the same end."""

    order: Literal["chain", "ladder"] = "ladder"

    def healthy(self, good: set[str]) -> bool:
        """Whether eth1 on these hosts is enough."""
        return bool(good)
