"""Guards over time: cooldown, attempts, quarantine."""

from alerts.remediation.durations import shown
from alerts.remediation.guards.case import Case, Surroundings
from alerts.remediation.records import Refusal


async def is_not_quarantined(case: Case, around: Surroundings) -> None:
    """An earlier run made nothing better: a person has to look first."""
    why = around.quarantined.get(case.target.key)
    if why is not None:
        release = "once it is understood: xenlens remediation release RUN"
        raise Refusal("quarantined", f"{case.target} is quarantined since {why}; {release}")


async def has_cooled_down(case: Case, around: Surroundings) -> None:
    """Counted from the end of the last run: a long recovery must not outlive its own block.

    A person who has seen a dry run need not wait for what only looked.
    """
    now, key = around.clocks.wall(), case.target.key
    act, last = around.history.last_act(key), around.history.last(key)
    if act is not None and (left := act.at + case.playbook.cooldown - now) > 0:
        raise Refusal("cooldown", f"the last run ended {act.state}; cooling down for {shown(left)}")
    if case.origin.person or last is None:
        return
    if (left := last.at + case.playbook.pause - now) > 0:
        raise Refusal("pause", f"the last run ended {last.state}; looked at again in {shown(left)}")


async def attempts_are_left(case: Case, around: Surroundings) -> None:
    """So many armed runs per object and time, whatever became of them."""
    budget = case.playbook.attempts
    used = around.history.attempts(case.target.key, around.clocks.wall() - budget.within)
    if used >= budget.most:
        text = f"{used} attempts within {shown(budget.within)} are all there may be: look yourself"
        raise Refusal("attempts", text)
