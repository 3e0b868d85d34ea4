"""What is known of a run, its locks, and its state: written down before anything follows."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from alerts.remediation.guards import Case
from alerts.remediation.journal import JournalUnwritable
from alerts.remediation.parts import Parts
from alerts.remediation.records import Mode, Target
from alerts.remediation.states import HARMLESS, QUARANTINES, State, check
from alerts.remediation.tool import Tool

log = logging.getLogger(__name__)
AGAIN_SECONDS = 1.0
"""Between two attempts to write down what has happened."""


class Ended(Exception):
    """The run is over: it ends in a state, with what is to be said of it."""

    def __init__(self, state: State, reason: str = "", text: str = "", **more: Any) -> None:
        super().__init__(reason)
        self.state = state
        told = {"reason": reason, "text": text}
        self.body = {name: value for name, value in told.items() if value} | more


class Run:
    """What is known of a run, and its way from state to state."""

    def __init__(self, parts: Parts, case: Case, state: State, tool: Tool) -> None:
        self.parts = parts
        self.case = case
        self.state = state
        self.tool = tool
        self.cancelled = ""
        """Why it is to end, as long as it is harmless."""
        self.approval: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """The person who approved; a Refusal where one rejected."""
        self.person = case.origin.person
        self.reason = ""
        """Why it ended so."""
        self.hash = ""
        """What an approval binds."""
        self.mode = self.allowed()
        """How far it goes; less where the rules allow less by the time it arms."""
        self.locked: set[str] = set()
        """Hosts whose lock it has."""
        self.begun: list[int] = []
        """The steps of its plan that may have happened."""
        self.at: dict[State, float] = {}
        """Unix time at which it came to a state last."""

    @property
    def number(self) -> int:
        """The run's."""
        return self.case.run

    @property
    def target(self) -> Target:
        """The object."""
        return self.case.target

    def allowed(self) -> Mode:
        """How far this run may go, by the rules as they are now."""
        if self.case.origin.person:
            return Mode.OBSERVE if self.case.origin.dry_run else _persons_mode(self.tool)
        rules = self.parts.rules.get(self.target.playbook)
        return min(rules.mode(self.target), self.tool.most) if rules else Mode.OBSERVE

    @property
    def since(self) -> float | None:
        """Unix time since which it goes on by itself; None while it waits for a person."""
        if self.state is State.AWAITING_APPROVAL:
            return None
        return max(self.at[State.RECEIVED], self.at.get(State.LOCKED, 0.0))

    async def move(self, state: State, **body: Any) -> None:
        """Go on to a state, once that is on the disk. Raises JournalUnwritable, Ended.

        A harmless run that is to end goes no further.
        """
        if self.cancelled and self.state in HARMLESS and state is not State.REFUSED:
            state, body = State.CANCELLED, {"reason": self.cancelled}
        await self._write(state, body)
        if state is State.CANCELLED:
            raise Ended(state)

    async def move_surely(self, state: State, **body: Any) -> None:
        """The same after something happened that cannot be taken back: it waits for the disk."""
        while True:
            try:
                return await self._write(state, body)
            except JournalUnwritable as error:
                told = {"run": self.number, "state": state, "error": error}
                log.error("a run waits for its journal", extra=told)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _write(self, state: State, body: Mapping[str, Any]) -> None:
        check(self.state, state)
        settings: dict[str, str | None] = {}
        if state in QUARANTINES:
            settings = {f"quarantine {self.target.key}": f"run {self.number} ended {state}"}
        self.at[state] = await self.parts.journal.move(self.number, state, dict(body), settings)
        self.state, self.reason = state, str(body.get("reason", ""))
        await self.parts.observe(self.number, state)


async def take(run: Run, hosts: set[str], lease: float) -> None:
    """Lock the object on these hosts, or renew that. Raises Refusal."""
    for host in sorted(hosts):
        await run.parts.door.take(host, run.target.key, run.number, lease)
        run.locked.add(host)


async def release(run: Run) -> None:
    """Give every lock back; one that cannot be given back ends by itself."""
    for host in sorted(run.locked):
        failure = await run.parts.door.release(host, run.target.key, run.number)
        if failure:
            told = {"run": run.number, "target": host, "error": failure}
            log.warning("a lock ends with its lease", extra=told)
    run.locked.clear()


def _persons_mode(tool: Tool) -> Mode:
    """A person's order acts; where data may be lost it is shown and asked about first."""
    return Mode.AUTO if tool.most is Mode.AUTO else Mode.APPROVE
