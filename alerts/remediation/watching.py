"""Live reads after an effect: until it is so, and whether it stays so."""

import asyncio

from alerts.remediation.plans import is_as_before
from alerts.remediation.playbook import Watching
from alerts.remediation.records import Diagnosis, Facts, Plan, Refusal
from alerts.remediation.run import Run
from collectors.host import loop_time

UNREADABLE_IN_A_ROW = 3
"""While holding: fewer may be an accident."""


async def became(
    run: Run, expected: Facts, watching: Watching, *, healthy: bool
) -> Diagnosis | None:
    """The first read that has these facts (and is healthy, where asked); None for none in time."""
    until = loop_time() + watching.time
    while True:
        found = await _read(run)
        if found and found.has(expected) and (found.verdict == "healthy" or not healthy):
            return found
        if loop_time() + watching.every > until:
            return None
        await asyncio.sleep(watching.every)


async def stays(run: Run, expected: Facts, watching: Watching) -> str:
    """Why it did not stay healthy; empty when it did, all the time and at its end."""
    until, unread = loop_time() + watching.time, 0
    while True:
        await asyncio.sleep(min(watching.every, max(0.0, until - loop_time())))
        found = await _read(run)
        unread = 0 if found else unread + 1
        if found and not (found.has(expected) and found.verdict == "healthy"):
            return f"it did not stay so: {found.text}"
        if unread >= UNREADABLE_IN_A_ROW:
            return "it cannot be read any more"
        if loop_time() >= until and found:
            return ""


async def is_unchanged(run: Run, plan: Plan, before: Diagnosis) -> bool:
    """Whether it is as faulty as it was, in all that the plan would change."""
    found = await _read(run)
    if found is None or found.verdict != "faulty":
        return False
    return is_as_before(found, before.facts, plan)


async def _read(run: Run) -> Diagnosis | None:
    """None for what cannot be read: that proves nothing."""
    try:
        return await run.tool.diagnose(run.target, run.parts.sight)
    except Refusal:
        return None
