"""From ARMED on: intent, effect, verification, and the time in which it has to stay so."""

from alerts.remediation.door import Permit, check_effect
from alerts.remediation.guards import BEFORE_EACH_EFFECT
from alerts.remediation.parts import ask_guards
from alerts.remediation.plans import step_json
from alerts.remediation.records import Diagnosis, Plan, Refusal
from alerts.remediation.run import Ended, Run
from alerts.remediation.states import State
from alerts.remediation.undoing import undo
from alerts.remediation.watching import became, is_unchanged, stays


def permit_of(run: Run) -> Permit:
    """What the run may do now."""
    return Permit(run.number, run.target.key, run.tool.effects, run.person)


def check_plan(run: Run, plan: Plan, person: str) -> None:
    """Every command line of a plan is one that its tool may use. Raises Refusal.

    `person` is who ordered or approved it, or would have to.
    """
    permit = Permit(run.number, run.target.key, run.tool.effects, person)
    for step in plan.steps:
        for argv in (step.argv, *([step.undo] if step.undo else [])):
            check_effect(permit, argv)


async def act_out(run: Run, plan: Plan, before: Diagnosis) -> None:
    """Carry out an armed run's plan to its end. Raises Ended always, or Refusal."""
    for number, step in enumerate(plan.steps):
        if number and plan.order == "ladder" and not await is_unchanged(run, plan, before):
            # The rung before did something, if not enough: a harder one on top may undo it.
            break
        await _ask_again(run, plan)
        await _carry_out(run, plan, before, number)
        if number + 1 == len(plan.steps):
            break
        watched = run.case.playbook.verify
        if plan.order == "ladder":
            if await became(run, plan.expected, watched, healthy=True):
                break
        elif not await became(run, step.expected, watched, healthy=False):
            await undo(run, plan, before, f"step {number + 1} did not have its effect")
    await verify_and_hold(run, plan, before)


async def _ask_again(run: Run, plan: Plan) -> None:
    """A stop leaves a chain half done: then nothing but a person goes on there. Raises Refusal."""
    try:
        await ask_guards(BEFORE_EACH_EFFECT, run.case, run.parts.around)
    except Refusal as refusal:
        if not run.begun or plan.order == "ladder":
            raise
        text = f"{len(run.begun)} of its {len(plan.steps)} steps were done, then: {refusal.text}"
        raise Ended(State.QUARANTINED, refusal.reason, text) from refusal


async def _carry_out(run: Run, plan: Plan, before: Diagnosis, number: int) -> None:
    """Journal first: the intent is on the disk before the effect may begin."""
    step, intent = plan.steps[number], f"{run.number}.{number}"
    check_effect(permit_of(run), step.argv)
    run.begun.append(number)
    await run.move(State.ACTING, step=number, intent=intent, **step_json(step))
    try:
        effect = await run.parts.door.act(
            permit_of(run), step.host, intent, step.argv, step.deadline
        )
    except Refusal as refusal:
        run.begun.remove(number)
        if run.begun and plan.order == "chain":
            await undo(run, plan, before, f"step {number + 1} was refused: {refusal.text}")
        raise Ended(State.INTERRUPTED, refusal.reason, refusal.text, step=number) from refusal
    await run.move_surely(State.APPLIED, step=number, **effect.as_json())


async def verify_and_hold(run: Run, plan: Plan, before: Diagnosis) -> None:
    """Proof that it helped, and goes on doing so. Raises Ended always."""
    playbook = run.case.playbook
    await run.move_surely(State.VERIFYING, seconds=playbook.verify.time)
    found = await became(run, plan.expected, playbook.verify, healthy=True)
    if found is None:
        await undo(run, plan, before, "it is not as it should be")
        return
    await run.move_surely(State.HOLDING, seconds=playbook.hold.time, facts=dict(found.facts))
    broken = await stays(run, plan.expected, playbook.hold)
    if broken:
        await undo(run, plan, before, broken)
    raise Ended(State.FIXED, text=found.text, facts=dict(found.facts))
