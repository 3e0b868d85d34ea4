"""A run told from its steps: who asked, what was seen and done, and what a person does next."""

from collections.abc import Iterator, Mapping
from typing import Any

from alerts.remediation.durations import shown
from alerts.remediation.meter import stage_seconds
from alerts.remediation.plans import origin_of
from alerts.remediation.states import State
from exporter.remediation.story_steps import plan_lines, step_lines
from exporter.remediation.story_values import moment, plain

__all__ = ["headline", "moves", "object_of", "plan_lines", "story"]
Shown = Mapping[str, Any]
"""A run as the API and `run_shown` give it."""
_RELEASE = "then: xenlens remediation release {run}"
NEXT: Mapping[str, str] = {
    "AWAITING_APPROVAL": "Read the plan, then: xenlens remediation approve {run}, or reject {run}",
    "FIXED": "Find the cause: the object is healthy, what broke it may not be.",
    "ALREADY_OK": "Nothing: it was healthy when it was looked at.",
    "WOULD_ACT": "Read the plan. To let it act: docs/remediation.md.",
    "REFUSED": "Nothing was done. The reason says why; the alert's runbook has the way by hand.",
    "CANCELLED": "Nothing was done.",
    "EXPIRED": "Nothing was done: nobody approved it in time.",
    "REJECTED": "Nothing was done.",
    "ABORTED_RESTART": "Nothing was done: xenlens ended before. The alert is taken up again.",
    "INTERRUPTED": "Look at the object: it was armed, and stopped before it had ended.",
    "UNDONE": f"Look at the object, {_RELEASE}",
    "UNDO_FAILED": f"Look at the object now: it is not as it was; {_RELEASE}",
    "QUARANTINED": f"Look at the object now: nobody knows what became of it; {_RELEASE}",
}
_TITLES: Mapping[str, str] = {
    "RECEIVED": "asked for",
    "MATCHED": "the object is in the inventory",
    "ADMITTED": "guards allow to look",
    "LOCKED": "no other run may look at the object",
    "CONFIRMED": "live reads agree",
    "PLANNED": "the plan",
    "AWAITING_APPROVAL": "waits for a person",
    "APPROVED": "approved",
    "ARMED": "guards allow to act",
    "ACTING": "intent written down",
    "APPLIED": "the effect ended",
    "VERIFYING": "is it as it should be?",
    "HOLDING": "it is; does it stay so?",
    "UNDOING": "is taken back",
    "TAKEN_BACK": "a step was taken back",
    "RELEASED": "released from quarantine",
}


def headline(run: Shown) -> str:
    """`run 12: set-active-member on bond0 of xcp1: FIXED`."""
    reason = f" ({plain(run['reason'])})" if run["reason"] else ""
    return f"run {run['run']}: {run['playbook']} on {object_of(run)}: {run['state']}{reason}"


def object_of(run: Shown) -> str:
    """The object for people: `bond0 of xcp1`."""
    labels = run["labels"]
    inside = "/".join(v for name, v in labels.items() if name not in ("pool", "host"))
    where = labels.get("host") or labels.get("pool", "")
    return plain(f"{inside} of {where}" if inside else where)


def moves(run: Shown) -> Iterator[str]:
    """A line for each step, with the seconds since the run began."""
    for step in run["steps"]:
        said = step["body"].get("text") or _TITLES.get(step["state"], "")
        yield f"  {_after(step, run)}  {step['state']:<18}{plain(said)}".rstrip()


def story(run: Shown) -> str:
    """The whole run, for people."""
    lines = [headline(run), ""]
    for step in run["steps"]:
        title = _TITLES.get(step["state"], "the end")
        lines.append(f"{moment(step['at'])}  {_after(step, run)}  {step['state']:<18}{title}")
        lines += [f"    {line}" for line in step_lines(step, run)]
    lines += ["", *_stages(run)]
    if advice := NEXT.get(run["state"]):
        lines.append(f"Next: {advice.format(run=run['run'])}")
    return "\n".join(lines)


def _after(step: Mapping[str, Any], run: Shown) -> str:
    return f"+{step['at'] - run['opened_at']:7.2f} s"


def _stages(run: Shown) -> Iterator[str]:
    asked = next((s["body"] for s in run["steps"] if s["state"] == "RECEIVED"), None)
    if asked is None:
        return
    at = {State(s["state"]): s["at"] for s in run["steps"] if s["state"] in State.__members__}
    if stages := stage_seconds(origin_of(asked), at):
        times = ", ".join(f"{name} {shown(seconds)}" for name, seconds in stages.items())
        yield f"Times from stage to stage: {times}."
