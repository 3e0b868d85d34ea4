"""Taking back what did not help, and saying so where that fails too."""

import asyncio
from typing import NoReturn

from alerts.remediation.door import Permit
from alerts.remediation.journal import Event, JournalUnwritable
from alerts.remediation.plans import is_as_before
from alerts.remediation.records import Diagnosis, Plan, Refusal, Step
from alerts.remediation.run import Ended, Run
from alerts.remediation.states import State
from collectors.host import loop_time

READ_AGAIN_SECONDS = 2.0


async def undo(run: Run, plan: Plan, before: Diagnosis, why: str) -> NoReturn:
    """Bring the object back to what it was before. Raises Ended always.

    Where it is so already nothing is done. The undoing of a step happens once at most.
    """
    if await _as_before(run, plan, before, 0.0):
        await run.move_surely(State.UNDOING, text=why)
        raise Ended(State.UNDONE, text=f"{why}; it is as it was before")
    steps = [(n, step) for n, step in enumerate(plan.steps) if step.undo and n in run.begun]
    if not steps:
        raise Ended(State.QUARANTINED, "not_undoable", f"{why}, and nothing can take it back")
    await run.move_surely(State.UNDOING, text=why)
    for number, step in reversed(steps):
        await _take_back(run, number, step)
    if await _as_before(run, plan, before, run.case.playbook.verify.time):
        raise Ended(State.UNDONE, text=f"{why}; it was taken back")
    raise Ended(State.UNDO_FAILED, text=f"{why}, and it could not be taken back")


async def _take_back(run: Run, number: int, step: Step) -> None:
    """What came of it is noted; only the state of the object is believed."""
    permit = Permit(run.number, run.target.key, run.tool.effects, run.person)
    intent = f"{run.number}.{number}.undo"
    try:
        effect = await run.parts.door.act(permit, step.host, intent, step.undo, step.deadline)
        body = effect.as_json()
    except Refusal as refusal:
        body = {"reason": refusal.reason, "text": refusal.text}
    told = {"step": number, "host": step.host, "argv": list(step.undo)}
    try:
        await run.parts.journal.note(Event("TAKEN_BACK", told | body), run.number)
    except JournalUnwritable:
        # It is in the log already, and the end of the run waits for the disk.
        return


async def _as_before(run: Run, plan: Plan, before: Diagnosis, seconds: float) -> bool:
    until = loop_time() + seconds
    while True:
        try:
            found = await run.tool.diagnose(run.target, run.parts.sight)
            if is_as_before(found, before.facts, plan):
                return True
        except Refusal as refusal:
            # Not readable now: that it is as before is not shown.
            del refusal
        if loop_time() + READ_AGAIN_SECONDS > until:
            return False
        await asyncio.sleep(READ_AGAIN_SECONDS)
