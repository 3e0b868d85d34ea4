"""Plans, diagnoses and origins as JSON and back: the journal must give a run back after a crash."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from alerts.remediation.playbook import Playbook
from alerts.remediation.records import Diagnosis, Facts, Origin, Plan, Step

LEASE_MARGIN = 60.0
"""Seconds, for the ways to the hosts and back."""


def plan_json(plan: Plan) -> dict[str, Any]:
    """A plan as the journal keeps it."""
    return {
        "summary": plan.summary,
        "order": plan.order,
        "lock_host": plan.lock_host,
        "expected": dict(plan.expected),
        "evidence": dict(plan.evidence),
        "steps": [step_json(step) for step in plan.steps],
    }


def step_json(step: Step) -> dict[str, Any]:
    """A step as the journal keeps it."""
    return {
        "what": step.what,
        "host": step.host,
        "argv": list(step.argv),
        "deadline": step.deadline,
        "expected": dict(step.expected),
        "undo": list(step.undo),
    }


def plan_of(body: Mapping[str, Any]) -> Plan:
    """The plan that was kept."""
    steps = tuple(
        Step(
            step["what"],
            step["host"],
            tuple(step["argv"]),
            step["deadline"],
            step["expected"],
            tuple(step["undo"]),
        )
        for step in body["steps"]
    )
    return Plan(
        body["summary"],
        steps,
        body["expected"],
        body["evidence"],
        body["lock_host"],
        body["order"],
    )


def found_json(found: Diagnosis) -> dict[str, Any]:
    """A diagnosis as the journal keeps it."""
    return {
        "verdict": found.verdict,
        "text": found.text,
        "facts": dict(found.facts),
        "evidence": dict(found.evidence),
    }


def touched(plan: Plan) -> frozenset[str]:
    """The names of the facts that the plan changes: by them before is told from after."""
    names = {name for step in plan.steps for name in step.expected}
    return frozenset(names | set(plan.expected))


def is_as_before(found: Diagnosis, before: Facts, plan: Plan) -> bool:
    """Whether everything that the plan would change is as it was."""
    names = touched(plan)
    return bool(names) and all(found.facts.get(name) == before.get(name) for name in names)


def lease_seconds(plan: Plan, playbook: Playbook) -> float:
    """How long a run may need its locks: for its steps, their undoing and every look after them."""
    effects = sum(step.deadline * (2 if step.undo else 1) for step in plan.steps)
    looks = playbook.verify.time * (len(plan.steps) + 2) + playbook.hold.time
    return effects + looks + LEASE_MARGIN


def origin_json(origin: Origin) -> dict[str, Any]:
    """Who asked for a run, as the journal keeps it."""
    return asdict(origin)


def origin_of(body: Mapping[str, Any]) -> Origin:
    """Who asked, as it was kept, beside other things."""
    known = {each.name for each in fields(Origin)}
    return Origin(**{name: value for name, value in body.items() if name in known})
