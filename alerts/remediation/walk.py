"""One run, from the request to its end: the order of the states."""

import asyncio
from typing import Any

from alerts.remediation.acting import act_out, check_plan
from alerts.remediation.confirm import confirmed
from alerts.remediation.guards import BEFORE_ACTING, BEFORE_LOOKING
from alerts.remediation.journal import JournalUnwritable
from alerts.remediation.parts import ask_guards
from alerts.remediation.plans import LEASE_MARGIN, found_json, lease_seconds, plan_json
from alerts.remediation.records import Diagnosis, Mode, Plan, Refusal, state_hash
from alerts.remediation.run import Ended, Run, release, take
from alerts.remediation.states import HARMLESS, State

READ_SECONDS = 15.0
"""About the longest that one live read takes."""


async def walk(run: Run) -> None:
    """Take a run to its end; every way out is written down."""
    try:
        await _walk(run)
    except Ended as end:
        if run.state is not end.state:
            await run.move_surely(end.state, **end.body)
    except JournalUnwritable as error:
        await _end(run, Refusal("journal", f"the journal cannot be written: {error}"))
    except Refusal as refusal:
        await _end(run, refusal)


async def _end(run: Run, refusal: Refusal) -> None:
    body: dict[str, Any] = {"reason": refusal.reason, "text": refusal.text}
    if refusal.evidence:
        body["evidence"] = dict(refusal.evidence)
    await run.move_surely(State.REFUSED if run.state in HARMLESS else State.INTERRUPTED, **body)


async def _walk(run: Run) -> None:
    parts, case = run.parts, run.case
    _check_known(run)
    await run.move(State.MATCHED)
    allowed = await ask_guards(BEFORE_LOOKING, case, parts.around)
    await run.move(State.ADMITTED, guards=allowed)
    async with parts.confirming:
        found, plan = await look_and_plan(run)
    if run.mode is Mode.OBSERVE:
        raise Ended(State.WOULD_ACT)
    if run.mode in (Mode.SUGGEST, Mode.APPROVE):
        plan, found = await _await_approval(run)
    await arm(run, plan, found)


def _check_known(run: Run) -> None:
    """The object is looked up in the inventory, never taken from an alert. Raises Refusal."""
    hosts, target = run.parts.sight.hosts(run.target.pool), run.target
    if not hosts:
        raise Refusal("unknown_target", f"pool {target.pool} is not in the inventory")
    if target.host and target.host not in hosts:
        text = f"host {target.host} is not in pool {target.pool} of the inventory"
        raise Refusal("unknown_target", text)


async def look_and_plan(run: Run) -> tuple[Diagnosis, Plan]:
    """From the lock to the plan. Raises Ended, Refusal."""
    parts, target = run.parts, run.target
    hosts = await _lock(run)
    await run.move(State.LOCKED, hosts=hosts)
    found = await confirmed(run.tool, target, run.case.playbook.confirm, parts.sight)
    if found.verdict == "healthy":
        raise Ended(State.ALREADY_OK, text=found.text, facts=dict(found.facts))
    await run.move(State.CONFIRMED, **found_json(found))
    plan = await run.tool.plan(target, found, parts.sight)
    if not plan.steps or not plan.evidence:
        raise Refusal("no_evidence", "nothing proves that this plan would make it better")
    check_plan(run, plan, run.person or "somebody")
    run.hash = state_hash(target, found.facts, plan)
    await run.move(State.PLANNED, plan=plan_json(plan), hash=run.hash, mode=str(run.mode))
    return found, plan


async def _lock(run: Run) -> list[str]:
    """Lock the object on its host; a run that only looks leaves nothing there."""
    if run.mode is Mode.OBSERVE:
        return []
    host = run.target.host
    if not host:
        reading = await run.parts.sight.pool(run.target.pool)
        host = reading.last_coordinator or reading.told_by or ""
    confirm = run.case.playbook.confirm
    await take(run, {host}, confirm.reads * (confirm.interval + READ_SECONDS) + LEASE_MARGIN)
    return sorted(run.locked)


async def _await_approval(run: Run) -> tuple[Plan, Diagnosis]:
    """Wait for a person; then look again, and go on only if nothing has changed."""
    approved, patience = run.hash, run.case.playbook.approval
    await release(run)
    await run.move(State.AWAITING_APPROVAL, hash=approved, seconds=patience)
    run.person = await _decision(run, patience)
    found, plan = await look_and_plan(run)
    if run.hash != approved:
        raise Refusal("state_changed", "what was approved is not what would be done now")
    return plan, found


async def _decision(run: Run, patience: float) -> str:
    try:
        async with asyncio.timeout(patience):
            if run.mode is Mode.APPROVE and not run.case.origin.person:
                async with run.parts.tell.awaits_approval(run.number, run.target):
                    return await run.approval
            return await run.approval
    except TimeoutError:
        raise Ended(State.EXPIRED, text="nobody approved it in time") from None


async def arm(run: Run, plan: Plan, found: Diagnosis) -> None:
    """Ask every guard once more and act. Raises Ended, Refusal."""
    parts, target = run.parts, run.target
    check_plan(run, plan, run.person)
    lease = lease_seconds(plan, run.case.playbook)
    await take(run, {plan.lock_host, *(step.host for step in plan.steps)}, lease)
    async with parts.arming:
        if run.allowed() < run.mode:
            raise Refusal("mode", "the playbook may no longer act on this object")
        allowed = await ask_guards(BEFORE_ACTING, run.case, parts.around)
        await run.move(State.ARMED, guards=allowed, person=run.person, lease=lease)
        parts.around.history.begin_work(run.number, target)
    with parts.hold(target.pool):
        async with parts.tell.at_work(target):
            await act_out(run, plan, found)
