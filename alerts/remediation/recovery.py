"""After a crash: what became of every run that was open, before anything new begins."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from alerts.remediation.acting import verify_and_hold
from alerts.remediation.guards import Case
from alerts.remediation.journal import JournalUnwritable, RunRow, StepRow, reading
from alerts.remediation.parts import Parts
from alerts.remediation.plans import is_as_before, lease_seconds, origin_of, plan_of
from alerts.remediation.records import Diagnosis, Facts, Plan, Refusal
from alerts.remediation.run import Ended, Run, release, take
from alerts.remediation.states import HARMLESS, QUARANTINES, State
from alerts.remediation.undoing import undo
from alerts.remediation.watching import became

log = logging.getLogger(__name__)
T = TypeVar("T")
UNREAD_READS = 6
"""So many times in a row an object may be unreadable; then nobody knows what became of it."""


async def recover(parts: Parts) -> list[Run]:
    """Bring every open run to its end, and give them. Raises JournalUnwritable."""
    settings = await parts.journal.read(reading.settings_of)
    parts.around.paused = settings.get("paused", "")
    for name, value in settings.items():
        if name.startswith("quarantine "):
            parts.around.quarantined[name.removeprefix("quarantine ")] = value
    rows = await parts.journal.read(lambda c: reading.runs_of(c, limit=100_000, open_only=True))
    known = [row for row in rows if row.target.playbook in parts.tools.keys() & parts.rules.keys()]
    for row in rows:
        if row not in known:
            await _give_up(parts, row)
    return list(await asyncio.gather(*(_recover(parts, row) for row in known)))


async def _give_up(parts: Parts, row: RunRow) -> None:
    """A run of a playbook that is no more: nobody can read what became of its object."""
    state = State.ABORTED_RESTART if row.state in HARMLESS else State.QUARANTINED
    key, reason = row.target.key, "unknown_playbook"
    quarantine = {key: f"run {row.number} ended {state}"} if state in QUARANTINES else {}
    parts.around.quarantined |= quarantine
    text = f"xenlens ended while it was {row.state}, and has no playbook {row.target.playbook} now"
    settings: dict[str, str | None] = {f"quarantine {k}": why for k, why in quarantine.items()}
    at = await parts.journal.move(row.number, state, {"reason": reason, "text": text}, settings)
    parts.around.history.ended(row.target, state, reason, at)


async def _recover(parts: Parts, row: RunRow) -> Run:
    steps = await parts.journal.read(lambda c: reading.steps_of(c, row.number))
    run = _run_of(parts, row, steps)
    log.warning("a run was open when xenlens ended", extra=_told(run))
    try:
        if run.state in HARMLESS:
            raise Ended(State.ABORTED_RESTART, "restart", f"xenlens ended while it was {run.state}")
        with parts.hold(run.target.pool):
            async with parts.tell.at_work(run.target):
                await _go_on(run, steps)
    except Ended as end:
        if run.state is not end.state:
            await run.move_surely(end.state, **end.body)
    except JournalUnwritable:
        raise
    except Exception as error:
        # A tool's own fault must keep neither the other runs nor xenlens from going on.
        log.exception("a run cannot be classified", extra=_told(run))
        text = f"what became of it cannot be told: {type(error).__name__}"
        await run.move_surely(State.QUARANTINED, reason="fault", text=text)
    finally:
        await release(run)
    return run


def _run_of(parts: Parts, row: RunRow, steps: list[StepRow]) -> Run:
    origin = origin_of(steps[0].body)
    case = Case(row.number, row.target, parts.rules[row.target.playbook].playbook, origin)
    run = Run(parts, case, row.state, parts.tools[row.target.playbook])
    run.at = {State(s.state): s.at for s in steps if s.state in State.__members__}
    run.begun = [s.body["step"] for s in steps if s.state == State.ACTING]
    armed = [s.body.get("person", "") for s in steps if s.state == State.ARMED]
    run.person = armed[-1] if armed else origin.person
    return run


async def _go_on(run: Run, steps: list[StepRow]) -> None:
    """A run that was armed. Raises Ended."""
    before = _last(steps, State.CONFIRMED).get("facts", {})
    plan = plan_of(_last(steps, State.PLANNED)["plan"])
    await _lock_again(run, plan)
    found = await _read(run)
    if run.state in (State.ARMED, State.ACTING):
        await _classify(run, plan, found, before)
    was = Diagnosis("faulty", "", before)
    if run.state is State.UNDOING:
        # Each step is taken back once at most, which the gate sees to; then people are paged.
        await undo(run, plan, was, "xenlens ended while it was taken back")
    if run.state is State.APPLIED and len(run.begun) < len(plan.steps):
        await _partly_done(run, plan, was)
    await verify_and_hold(run, plan, was)


async def _classify(run: Run, plan: Plan, found: Diagnosis, before: Facts) -> None:
    """An effect that may have happened: only what is true now tells."""
    if found.verdict == "healthy" and found.has(plan.expected):
        return
    last = plan.steps[run.begun[-1]] if run.begun else None
    if last and last.expected and found.has(last.expected):
        if len(run.begun) == len(plan.steps) or found.verdict == "healthy":
            return
        text = "some of its steps were done when xenlens ended; the rest was not begun"
        raise Ended(State.QUARANTINED, "partly_done", text, facts=dict(found.facts))
    if is_as_before(found, before, plan):
        raise Ended(State.INTERRUPTED, "restart", "xenlens ended; it is as it was before")
    text = "xenlens ended in the middle, and it is neither as before nor as it should be"
    raise Ended(State.QUARANTINED, "unclear", text, facts=dict(found.facts))


async def _partly_done(run: Run, plan: Plan, before: Diagnosis) -> None:
    """A ladder may have helped already; a chain that was cut is taken back."""
    watching = run.case.playbook.verify
    if plan.order == "chain" or not await became(run, plan.expected, watching, healthy=True):
        await undo(run, plan, before, "xenlens ended between two steps")


async def _lock_again(run: Run, plan: Plan) -> None:
    """With this engine's epoch: the process before, should it live, is refused on the hosts."""
    lease = lease_seconds(plan, run.case.playbook)
    hosts = {plan.lock_host, *(step.host for step in plan.steps)}
    await _persistently(lambda: take(run, hosts, lease), run.parts.again)


async def _read(run: Run) -> Diagnosis:
    parts = run.parts
    return await _persistently(lambda: run.tool.diagnose(run.target, parts.sight), parts.again)


async def _persistently(deed: Callable[[], Awaitable[T]], again: float) -> T:
    """Try what may be refused for a moment only. Raises Ended when it always is."""
    for left in reversed(range(UNREAD_READS)):
        try:
            return await deed()
        except Refusal as refusal:
            log.warning(
                "not read after a crash", extra={"reason": refusal.reason, "error": refusal}
            )
            last = refusal
        await asyncio.sleep(again if left else 0)
    raise Ended(State.QUARANTINED, last.reason, last.text)


def _told(run: Run) -> dict[str, object]:
    """What identifies a run in the log."""
    return {"run": run.number, "playbook": run.target.playbook, "state": run.state}


def _last(steps: list[StepRow], state: State) -> dict[str, Any]:
    found = [step.body for step in steps if step.state == state]
    return dict(found[-1]) if found else {}
