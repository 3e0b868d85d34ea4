"""A run told from its steps: who asked, what was seen and done, and what a person does next."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from alerts.remediation.durations import shown
from alerts.remediation.meter import stage_seconds
from alerts.remediation.records import Origin
from alerts.remediation.states import State

Shown = Mapping[str, Any]
_RELEASE = "then: xenlens remediation release {run}"
NEXT: Mapping[str, str] = {
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
    "LOCKED": "locked",
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
}


def headline(run: Shown) -> str:
    """`run 12: set-active-member on bond0 of xcp1: FIXED`."""
    reason = f" ({run['reason']})" if run["reason"] else ""
    return f"run {run['run']}: {run['playbook']} on {object_of(run)}: {run['state']}{reason}"


def object_of(run: Shown) -> str:
    """The object for people: `bond0 of xcp1`."""
    labels = run["labels"]
    inside = "/".join(v for name, v in labels.items() if name not in ("pool", "host"))
    where = labels.get("host") or labels.get("pool", "")
    return f"{inside} of {where}" if inside else where


def story(run: Shown) -> str:
    """The whole run, for people."""
    began = run["opened_at"]
    lines = [headline(run), ""]
    for step in run["steps"]:
        title = _TITLES.get(step["state"], "the end")
        lines.append(
            f"{_moment(step['at'])}  +{step['at'] - began:7.2f} s  {step['state']:<18}{title}"
        )
        lines += [f"    {line}" for line in _details(step, run)]
    lines += ["", *_stages(run)]
    if advice := NEXT.get(run["state"]):
        lines.append(f"Next: {advice.format(run=run['run'])}")
    return "\n".join(lines)


def plan_lines(plan: Mapping[str, Any]) -> Iterator[str]:
    """A plan: its steps with their commands, what is expected, the evidence."""
    yield plan["summary"]
    for number, step in enumerate(plan["steps"], 1):
        yield f"{number}. {step['what']}"
        yield f"   on {step['host']}: {' '.join(step['argv'])}"
        if step["undo"]:
            yield f"   taken back by: {' '.join(step['undo'])}"
    yield f"expected: {_pairs(plan['expected'])}"
    yield "evidence:"
    for name, value in plan["evidence"].items():
        yield f"   {name}: {_value(value)}"


def _details(step: Mapping[str, Any], run: Shown) -> Iterator[str]:
    body = step["body"]
    match step["state"]:
        case "RECEIVED":
            yield from _asked(body)
        case "PLANNED":
            yield from plan_lines(body["plan"])
            yield f"state and plan have the hash {body['hash'][:16]}…"
        case "ACTING":
            yield f"on {body['host']}: {' '.join(body['argv'])}"
        case "APPLIED":
            yield from _effect(body)
        case "HOLDING":
            yield from _compared(run, body["facts"])
        case _:
            yield from _rest(body)


def _asked(body: Mapping[str, Any]) -> Iterator[str]:
    if body["person"]:
        yield f"by {body['person']}" + (", to see the plan only" if body["dry_run"] else "")
        return
    yield f"by the alert {body['alertname']}"
    if body["fault_at"] is not None:
        late = body["received_at"] - body["fault_at"]
        yield f"the alert began to fire at {_moment(body['fault_at'])}, {shown(late)} before"


def _effect(body: Mapping[str, Any]) -> Iterator[str]:
    status = body["exit_status"]
    yield f"exit status {'none' if status is None else status}, {body['seconds']} s"
    for name in ("stdout", "stderr"):
        for line in body.get(name, "").splitlines()[:10]:
            yield f"{name}: {line}"
    for name in ("unknown", "timed_out", "still_there"):
        if body.get(name):
            yield f"{name}: {body[name]}"


def _compared(run: Shown, actual: Mapping[str, Any]) -> Iterator[str]:
    plan = next(
        (s["body"]["plan"] for s in reversed(run["steps"]) if s["state"] == "PLANNED"), None
    )
    for name, value in (plan or {"expected": {}})["expected"].items():
        mark = "as predicted" if actual.get(name) == value else "NOT as predicted"
        yield f"{name}: predicted {_value(value)}, is {_value(actual.get(name))}: {mark}"


def _rest(body: Mapping[str, Any]) -> Iterator[str]:
    """What else a step says: sentences first, then facts."""
    if body.get("text"):
        yield body["text"]
    for name, value in body.items():
        if name in ("text", "hash") or value in ("", [], {}, None):
            continue
        if isinstance(value, dict):
            yield f"{name}:"
            yield from (f"   {key}: {_value(inner)}" for key, inner in value.items())
        else:
            yield f"{name}: {_value(value)}"


def _stages(run: Shown) -> Iterator[str]:
    asked = next((s["body"] for s in run["steps"] if s["state"] == "RECEIVED"), None)
    if asked is None:
        return
    origin = Origin(fault_at=asked["fault_at"], received_at=asked["received_at"])
    at = {State(s["state"]): s["at"] for s in run["steps"] if s["state"] in State.__members__}
    stages = stage_seconds(origin, at)
    if stages:
        times = ", ".join(f"{name} {shown(seconds)}" for name, seconds in stages.items())
        yield f"Times from stage to stage: {times}."


def _pairs(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in facts.items()) or "nothing"


def _value(value: Any) -> str:
    """Short, on one line."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, list):
        text = ", ".join(map(_value, value))
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{k}: {_value(v)}" for k, v in value.items()) + "}"
    else:
        text = _WORDS[value] if value is None or isinstance(value, bool) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:200]}…"


_WORDS = {True: "yes", False: "no", None: "unknown"}


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
