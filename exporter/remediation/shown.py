"""Runs and the engine as plain data: for the API, the command line and the console."""

import json
from typing import Any

from sqlalchemy import Connection

from alerts.remediation.journal import StepRow, reading
from exporter.remediation.remedy import Remedy


def run_shown(connection: Connection, number: int) -> dict[str, Any] | None:
    """A run with its steps and the alerts that asked for it; None where there is none."""
    row = reading.run(connection, number)
    if row is None:
        return None
    return {
        **row.as_json(),
        "steps": [step_shown(step) for step in reading.steps_of(connection, number)],
        "alerts": [
            {**alert, "labels": json.loads(alert["labels"])}
            for alert in reading.alerts_of(connection, number)
        ],
    }


def step_shown(step: StepRow) -> dict[str, Any]:
    """A step of the journal."""
    return {
        "seq": step.seq,
        "at": step.at,
        "run": step.run,
        "state": step.state,
        "body": step.body,
        "previous": step.previous,
        "hash": step.hash,
    }


def standing_shown(remedy: Remedy) -> dict[str, Any]:
    """How remediation stands: what stops it, what is open, and what may act."""
    engine, around = remedy.engine, remedy.engine.parts.around
    return {
        "armed": remedy.armed,
        "paused": around.paused,
        "kill_switch": remedy.stopped,
        "quarantined": dict(around.quarantined),
        "open_runs": {str(n): str(run.state) for n, run in sorted(engine.runs.items())},
        "epoch": remedy.journal.epoch,
        "journal": str(remedy.journal.path),
        "playbooks": {
            name: {
                "mode": str(rules.playbook.mode),
                "allow": [{"mode": str(a.mode), **a.labels} for a in rules.allow],
                "furthest": str(engine.parts.tools[name].most),
                "by_alert": engine.parts.tools[name].by_alert,
            }
            for name, rules in sorted(engine.parts.rules.items())
        },
    }
