"""The engine: takes what alerts and people ask for, and keeps the runs."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress

from alerts.remediation.guards import Case
from alerts.remediation.intake import NotForUs, asked_by_alert, target_of
from alerts.remediation.journal import Event, JournalUnwritable, NewAlert, NewRun, reading
from alerts.remediation.parts import Parts
from alerts.remediation.plans import origin_json
from alerts.remediation.playbook import DAY, REMEMBERED
from alerts.remediation.reception import Reception
from alerts.remediation.records import Origin, Refusal, Target
from alerts.remediation.recovery import recover
from alerts.remediation.run import Ended, Run, release
from alerts.remediation.states import HARMLESS, QUARANTINES, State
from alerts.remediation.walk import walk

log = logging.getLogger(__name__)


class Engine:
    """Begin with `start`. `parts` are its own from then on."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.runs: dict[int, Run] = {}
        """Those that have not ended."""
        self._by_key: dict[str, int] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._last = 0
        self.reception = Reception(parts, self)
        self.beat_at = 0.0
        """Unix time of the last look at the runs."""

    async def start(self) -> None:
        """Classify every run that an earlier process left open, then take what is waiting.

        Raises JournalUnwritable.
        """
        journal, around = self.parts.journal, self.parts.around
        self._last = await journal.read(reading.last_number)
        since = around.clocks.wall() - REMEMBERED
        rows = await journal.read(lambda c: reading.runs_of(c, limit=100_000, since=since))
        # The oldest first: what is told last of an object is its last run.
        for row in sorted(rows, key=lambda row: row.ended_at or 0.0):
            if row.ended_at is not None:
                around.history.ended(row.target, row.state, row.reason, row.ended_at)
                self.parts.meter.noted(row.target, row.state, row.ended_at)
        await self._remember_calls()
        if jump := await journal.read(lambda c: reading.last_event(c, "CLOCK_JUMPED")):
            around.clock.remember(jump.body["seconds"], jump.at)
        for run in await recover(self.parts):
            self._ended(run)
        self.beat()
        for pending in await journal.read(reading.pending_alerts):
            self.reception.put(*pending)
        self.reception.start()

    async def _remember_calls(self) -> None:
        """A storm goes on while xenlens starts again."""
        history, since = self.parts.around.history, self.parts.around.clocks.wall() - DAY
        for alert, at in await self.parts.journal.read(lambda c: reading.calls_since(c, since)):
            with suppress(NotForUs):
                history.called(asked_by_alert(alert.labels, self.parts.tools), at)

    async def deliver(self, alerts: Sequence[NewAlert]) -> None:
        """Write delivered alerts down, and consider them after that. Raises JournalUnwritable."""
        at = self.parts.around.clocks.wall()
        numbers = await self.parts.journal.alerts(alerts)
        for number, alert in zip(numbers, alerts, strict=True):
            self.reception.put(number, alert, at)

    async def order(
        self, playbook: str, labels: Mapping[str, str], person: str, *, dry_run: bool
    ) -> int:
        """Begin a run that a person asks for; gives its number.

        Raises Refusal (also for an object that has an open run) and JournalUnwritable.
        """
        try:
            target = target_of(playbook, labels, self.parts.tools)
        except NotForUs as error:
            wanted = self.parts.tools[playbook].target if playbook in self.parts.tools else ()
            text = f"{playbook}: {error}; it needs {', '.join(wanted) or 'a known playbook'}"
            raise Refusal("bad_order", text) from error
        if (other := self.open_on(target)) is not None:
            raise Refusal("coalesced", f"run {other} is open for {target}")
        now = self.parts.around.clocks.wall()
        origin = Origin(person=person, received_at=now, dry_run=dry_run)
        return await self.open(target, origin, alert=0)

    def open_on(self, target: Target) -> int | None:
        """The number of the open run on an object."""
        return self._by_key.get(target.key)

    def found(self, number: int) -> Run | None:
        """An open run; None for one that is only just being written down."""
        return self.runs.get(number)

    def run(self, number: int) -> Run:
        """An open run. Raises Refusal."""
        run = self.found(number)
        if run is None:
            raise Refusal("no_open_run", f"run {number} is not open")
        return run

    async def approve(self, number: int, person: str, hash: str) -> None:
        """Approve a plan that waits, by its hash. Raises Refusal and JournalUnwritable."""
        run = self._awaiting(number)
        if hash != run.hash:
            raise Refusal("another_plan", f"the plan of run {number} is another one: {run.hash}")
        await self.parts.journal.note(Event("APPROVED", {"person": person, "hash": hash}), number)
        if not run.approval.done():
            run.approval.set_result(person)

    async def reject(self, number: int, person: str, why: str = "") -> None:
        """Reject a plan that waits. Raises Refusal."""
        run = self._awaiting(number)
        text = f"{person} rejected it" + (f": {why}" if why else "")
        if not run.approval.done():
            run.approval.set_exception(Ended(State.REJECTED, "rejected", text, person=person))

    def _awaiting(self, number: int) -> Run:
        run = self.run(number)
        if run.state is not State.AWAITING_APPROVAL or run.approval.done():
            raise Refusal("not_waiting", f"run {number} waits for nobody: it is {run.state}")
        return run

    async def pause(self, person: str, why: str) -> None:
        """Nothing begins to act from now on; what acts finishes its step. Raises JournalUnwritable.

        It holds at once, and after a restart.
        """
        said = f"by {person}" + (f": {why}" if why else "")
        self.parts.around.paused = said
        event = Event("PAUSED", {"person": person, "why": why}, {"paused": said})
        await self.parts.journal.note(event)

    async def resume(self, person: str) -> None:
        """End a pause. Raises JournalUnwritable: then it goes on."""
        await self.parts.journal.note(Event("RESUMED", {"person": person}, {"paused": None}))
        self.parts.around.paused = ""

    async def release(self, number: int, person: str) -> str:
        """Take the object of a run out of quarantine; gives its key. Raises Refusal."""
        row = await self.parts.journal.read(lambda c: reading.run(c, number))
        if row is None or row.target.key not in self.parts.around.quarantined:
            raise Refusal("not_quarantined", f"the object of run {number} is not quarantined")
        key = row.target.key
        event = Event("RELEASED", {"person": person, "key": key}, {f"quarantine {key}": None})
        await self.parts.journal.note(event)
        del self.parts.around.quarantined[key]
        return key

    def beat(self) -> float:
        """Look at the clocks; to be called every second. Gives a jump of Unix time, 0 for none."""
        self.beat_at = self.parts.around.clocks.wall()
        return self.parts.around.clock.look()

    async def close(self, patience: float = 3.0) -> None:
        """Begin nothing more; what acts has so many seconds. The rest is for the next start."""
        self.reception.stop()
        acting = [t for n, t in self._tasks.items() if self.runs[n].state is State.ACTING]
        if acting:
            await asyncio.wait(acting, timeout=patience)
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until every delivered alert is decided upon and every run has ended."""
        await self.reception.considered()
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def cancel(self, number: int, why: str) -> None:
        """End a run before it does anything. Raises Refusal, also from ARMED on."""
        run = self.run(number)
        if run.state not in HARMLESS:
            why = "it is armed, so it is finished and verified; to let nothing follow: pause"
            raise Refusal("armed", f"run {number} is {run.state}: {why}")
        run.cancelled = why
        if run.state is State.AWAITING_APPROVAL and not run.approval.done():
            run.approval.set_exception(Ended(State.CANCELLED, why))

    async def open(self, target: Target, origin: Origin, alert: int) -> int:
        """Open a run, for a delivered alert or none; gives its number.

        Raises JournalUnwritable.
        """
        playbook = self.parts.rules[target.playbook].playbook
        self._last += 1
        number = self._last
        self._by_key[target.key] = number
        new = NewRun(number, target, origin.person, origin_json(origin))
        try:
            at = await self.parts.journal.open_run(new, alert)
        except JournalUnwritable:
            del self._by_key[target.key]
            raise
        case = Case(number, target, playbook, origin)
        run = Run(self.parts, case, State.RECEIVED, self.parts.tools[target.playbook])
        run.at[State.RECEIVED] = at
        self.runs[number] = run
        task = self._tasks[number] = asyncio.create_task(self._go(run))
        task.add_done_callback(lambda done: self._forget(number))
        return number

    async def _go(self, run: Run) -> None:
        try:
            await self.parts.observe(run.number, run.state)
            await walk(run)
        finally:
            if run.state not in HARMLESS or run.locked:
                await asyncio.shield(release(run))

    def _forget(self, number: int) -> None:
        task, run = self._tasks.pop(number), self.runs.pop(number)
        self._by_key.pop(run.target.key, None)
        if task.cancelled():
            return
        if (failure := task.exception()) is not None:
            told = {"run": number, "playbook": run.target.playbook}
            log.error("a fault of xenlens in a run", extra=told, exc_info=failure)
            # It stays open in the journal; nothing else may begin on it before a restart.
            self._by_key[run.target.key] = number
            self.runs[number] = run
            return
        self._ended(run)

    def _ended(self, run: Run) -> None:
        """Let the guards and the metrics know."""
        around, target, state = self.parts.around, run.target, run.state
        at = run.at.get(state, around.clocks.wall())
        around.history.end_work(run.number)
        around.history.ended(target, state, run.reason, at)
        self.parts.meter.ended(target, state, run.reason, at)
        self.parts.meter.stages(run.case.origin, target.playbook, run.at)
        if state in QUARANTINES:
            around.quarantined[target.key] = f"run {run.number} ended {state}"
