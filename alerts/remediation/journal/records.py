"""What goes into the journal and comes out of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alerts.remediation.records import NOTHING, Facts, Target
from alerts.remediation.states import ENDS, State


@dataclass(frozen=True, slots=True)
class NewAlert:
    """A delivered alert to be written down. Times are Unix times."""

    status: str
    labels: Mapping[str, str]
    starts_at: float | None = None


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be opened. `number` is chosen by the engine, one more than the last."""

    number: int
    target: Target
    person: str = ""
    body: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something about the engine as a whole, with the settings that it changes (None: removed)."""

    state: str
    body: Facts = field(default_factory=dict)
    settings: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the journal. `run` is 0 for the engine as a whole."""

    seq: int
    at: float
    run: int
    state: str
    body: Mapping[str, Any]
    previous: str
    hash: str

    @property
    def reason(self) -> str:
        """Why a run ended so; empty for steps that need none."""
        return str(self.body.get("reason", ""))


@dataclass(frozen=True, slots=True)
class RunRow:
    """Where a run stands."""

    number: int
    target: Target
    person: str
    state: State
    reason: str
    opened_at: float
    changed_at: float
    ended_at: float | None

    @property
    def ended(self) -> bool:
        """Whether nothing follows any more."""
        return self.state in ENDS

    def as_json(self) -> dict[str, Any]:
        """For the API and `--json`."""
        return {
            "run": self.number,
            "playbook": self.target.playbook,
            "labels": dict(self.target.labels),
            "person": self.person,
            "state": str(self.state),
            "reason": self.reason,
            "opened_at": self.opened_at,
            "changed_at": self.changed_at,
            "ended_at": self.ended_at,
        }


def run_of(row: Mapping[Any, Any]) -> RunRow:
    """A run from its row in the table or its JSON in the API."""
    labels = row["labels"]
    target = Target(row["playbook"], json.loads(labels) if isinstance(labels, str) else labels)
    return RunRow(
        row["id"] if "id" in row else row["run"],
        target,
        row["person"],
        State(row["state"]),
        row["reason"],
        row["opened_at"],
        row["changed_at"],
        row["ended_at"],
    )


def step_of(row: Mapping[Any, Any]) -> StepRow:
    """A step from its row in the table or its JSON in the API."""
    body = row["body"]
    return StepRow(
        row["seq"],
        row["at"],
        row["run"],
        row["state"],
        json.loads(body) if isinstance(body, str) else body or NOTHING,
        row["previous"],
        row["hash"],
    )
