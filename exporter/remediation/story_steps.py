"""What each step of a run says, as lines."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from alerts.remediation.durations import shown
from exporter.remediation.story_values import command, moment, pairs, plain, value

Json = Mapping[str, Any]
OUTPUT_LINES = 10
_TOLD_ELSEWHERE = ("text", "hash", "reason", "facts", "evidence", "verdict")


def step_lines(step: Json, run: Json) -> Iterator[str]:
    """The details of a step; `run` is the whole, for what was read and predicted before."""
    body = step["body"]
    if step["state"] in _OF_STATE:
        yield from _OF_STATE[step["state"]](body)
    else:
        yield from _sentence(body)
        yield from _others(body)
    if "facts" in body:
        if step["state"] != "CONFIRMED":
            yield from _compared(run, body["facts"])
        if step["state"] != "HOLDING":
            yield from _listed("facts", body["facts"])
    if body.get("evidence"):
        yield from _listed("evidence", body["evidence"])


def plan_lines(plan: Json) -> Iterator[str]:
    """A plan: its steps with their command lines, what is predicted, the evidence."""
    yield plain(plan["summary"])
    for number, step in enumerate(plan["steps"], 1):
        yield f"{number}. {plain(step['what'])}"
        yield f"   on {step['host']}: {command(step['argv'])}"
        undo = step["undo"]
        yield f"   taken back by: {command(undo)}" if undo else "   cannot be taken back"
    yield f"predicted: {pairs(plan['expected'])}"
    yield from _listed("evidence", plan["evidence"])


def _asked(body: Json) -> Iterator[str]:
    if body["person"]:
        yield f"by {plain(body['person'])}" + (", to see the plan only" if body["dry_run"] else "")
        return
    yield f"by the alert {plain(body['alertname'])}"
    if body["fault_at"] is not None:
        before = shown(max(0.0, body["received_at"] - body["fault_at"]))
        yield f"it began to fire at {moment(body['fault_at'])}, {before} before"


def _planned(body: Json) -> Iterator[str]:
    yield from plan_lines(body["plan"])
    yield f"mode: {body['mode']}; state and plan have the hash {body['hash'][:16]}…"


def _intent(body: Json) -> Iterator[str]:
    yield f"on {body['host']}: {command(body['argv'])}"


def _effect(body: Json) -> Iterator[str]:
    """What came of a command line; its exit status proves nothing."""
    if body.get("argv"):
        yield from _intent(body)
    yield from _sentence(body)
    if "exit_status" in body:
        status = body["exit_status"]
        yield f"exit status {'none' if status is None else status}, {body['seconds']} s"
    for name in ("stdout", "stderr"):
        for line in body.get(name, "").splitlines()[:OUTPUT_LINES]:
            yield f"{name}: {plain(line)}"
    for name in ("unknown", "timed_out", "still_there"):
        if body.get(name):
            yield f"{name.replace('_', ' ')}: {value(body[name])}"


def _waiting(body: Json) -> Iterator[str]:
    if "seconds" in body:
        yield f"for at most {shown(body['seconds'])}"


def _holding(body: Json) -> Iterator[str]:
    if "seconds" in body:
        yield f"for {shown(body['seconds'])}"


def _armed(body: Json) -> Iterator[str]:
    if body.get("person"):
        yield f"for {plain(body['person'])}"
    yield f"allowed by: {value(body['guards'])}"
    yield f"the locks end by themselves after {shown(body['lease'])}"


def _sentence(body: Json) -> Iterator[str]:
    if body.get("text"):
        yield plain(body["text"])
    if body.get("reason"):
        yield f"reason: {plain(body['reason'])}"


def _others(body: Json) -> Iterator[str]:
    for name, fact in body.items():
        if name not in _TOLD_ELSEWHERE and fact not in ("", [], {}, None):
            yield f"{'allowed by' if name == 'guards' else name}: {value(fact)}"


def _listed(title: str, facts: Json) -> Iterator[str]:
    yield f"{title}:"
    yield from (f"   {plain(name)}: {value(fact)}" for name, fact in facts.items())


def _compared(run: Json, actual: Json) -> Iterator[str]:
    """What was, what the plan predicted and what is, side by side."""
    plan = _last(run, "PLANNED").get("plan", {})
    before = _last(run, "CONFIRMED").get("facts", {})
    for name, predicted in plan.get("expected", {}).items():
        mark = "as predicted" if actual.get(name) == predicted else "NOT as predicted"
        was, now = value(before.get(name)), value(actual.get(name))
        yield f"{plain(name)}: was {was}, predicted {value(predicted)}, is {now}: {mark}"


def _last(run: Json, state: str) -> Json:
    return next((s["body"] for s in reversed(run["steps"]) if s["state"] == state), {})


_OF_STATE: Mapping[str, Callable[[Json], Iterator[str]]] = {
    "RECEIVED": _asked,
    "PLANNED": _planned,
    "ACTING": _intent,
    "APPLIED": _effect,
    "TAKEN_BACK": _effect,
    "AWAITING_APPROVAL": _waiting,
    "VERIFYING": _waiting,
    "HOLDING": _holding,
    "ARMED": _armed,
}
