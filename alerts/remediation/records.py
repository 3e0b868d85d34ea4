"""What remediation works with: an object, what is true of it, and what is to be done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Literal

Json = Any
"""What JSON can hold."""
Facts = Mapping[str, Json]
NOTHING: Facts = MappingProxyType({})


class Mode(IntEnum):
    """How far a playbook may go, each further than the one before."""

    OBSERVE = 0
    """Only says what it would do."""
    SUGGEST = 1
    """Keeps its plan ready, to be approved by a person."""
    APPROVE = 2
    """The same, and asks for the approval by an alert."""
    AUTO = 3
    """Acts by itself."""

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Target:
    """The object of a run: what an alert's labels or a person's command name.

    `labels` are just those that the playbook's contract asks for, in its order.
    """

    playbook: str
    labels: Mapping[str, str]

    @property
    def pool(self) -> str:
        """The inventory's name of the pool."""
        return self.labels["pool"]

    @property
    def host(self) -> str:
        """The inventory's name of the host; empty for what a whole pool has."""
        return self.labels.get("host", "")

    @property
    def object(self) -> str:
        """The bond, map, path, SR or VM: what is left of the labels, joined by `/`."""
        inside = (v for name, v in self.labels.items() if name not in ("pool", "host"))
        return "/".join(inside) or self.pool

    @property
    def key(self) -> str:
        """What only one run at a time may have: `set-active-member/modular/xs1/bond0`."""
        return "/".join((self.playbook, *self.labels.values()))

    def __str__(self) -> str:
        return f"{self.object} of {self.host or self.pool}"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a live read says of an object.

    `facts` are what must not change between two reads of an object at rest: no times, no counts
    that run. `unclear` is for what was read and does not settle the question.
    """

    verdict: Literal["faulty", "healthy", "unclear"]
    text: str
    """One sentence for people."""
    facts: Facts = field(default_factory=dict)
    reason: str = ""
    """A label, where it is unclear."""
    evidence: Facts = field(default_factory=dict)
    """What else was measured, for the journal: answers, times."""

    def has(self, expected: Facts) -> bool:
        """Whether all of these facts are true."""
        return all(self.facts.get(name) == value for name, value in expected.items())


@dataclass(frozen=True, slots=True)
class Step:
    """One effect on one host, and what must be true after it.

    `deadline` is in seconds. `undo` takes it back; empty where nothing can.
    """

    what: str
    """A sentence: `Make eth0 the active member of bond0.`"""
    host: str
    argv: tuple[str, ...]
    deadline: float
    expected: Facts = field(default_factory=dict)
    undo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do.

    `chain`: every step is needed, and the first that fails ends it. `ladder`: one step after the
    other, the gentlest first, until the object is healthy.
    """

    summary: str
    steps: tuple[Step, ...]
    expected: Facts
    """What must be true in the end, beside a diagnosis of `healthy`."""
    evidence: Facts
    """Why the object will be better off. Without it there is no plan."""
    lock_host: str
    """The host that keeps the lock of the object."""
    order: Literal["chain", "ladder"] = "chain"


class Refusal(Exception):
    """Nothing may be done. `reason` is a metric label, the text is for people."""

    def __init__(self, reason: str, text: str, evidence: Facts = NOTHING) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text
        self.evidence = evidence


class Unreadable(Refusal):
    """What must be known could not be read: refused like anything forbidden."""

    def __init__(self, what: str, text: str, evidence: Facts = NOTHING) -> None:
        super().__init__(f"unreadable_{what}", text, evidence)


def canonical(value: Json) -> str:
    """JSON that is the same for the same value: what hashes are made of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def state_hash(target: Target, facts: Facts, plan: Plan | None = None) -> str:
    """What an approval binds: the object, its state, and exactly what would be done."""
    steps = [[s.host, list(s.argv), list(s.undo)] for s in plan.steps] if plan else []
    return sha256(canonical([target.key, dict(facts), steps]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked for a run: an alert, or a person by name."""

    person: str = ""
    alertname: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    """The alert's own, all of them."""
    fault_at: float | None = None
    """Unix time at which the fault was seen: an alert's startsAt."""
    received_at: float = 0.0
    dry_run: bool = False
    """A person who only wants to see the plan."""
