"""A playbook: which labels name its object, how far it may go, and the limits that hold it.

Data, checked when they are read: an unknown key, a missing limit or one that limits nothing is
refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from alerts.remediation.durations import seconds
from alerts.remediation.records import Mode, Target

HOUR, DAY, WEEK = 3600.0, 86400.0, 7 * 86400.0
REMEMBERED = WEEK
"""Seconds: no playbook counts attempts over a longer time."""


def _mode(value: object) -> object:
    if isinstance(value, str) and value.upper() in Mode.__members__:
        return Mode[value.upper()]
    if isinstance(value, Mode):
        return value
    raise ValueError(f"{value!r} is no mode; there are: {', '.join(map(str, Mode))}")


Time = Annotated[float, BeforeValidator(seconds)]
AnyMode = Annotated[Mode, BeforeValidator(_mode)]


class Limit(BaseModel):
    """Part of a playbook; nothing in it may be left out or added."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Confirm(Limit):
    """Live reads that must agree before anything is planned."""

    reads: int = Field(ge=2, le=20)
    interval: Time = Field(gt=0, le=300)
    """Seconds between two reads."""


class Attempts(Limit):
    """How often an object may be acted upon."""

    most: int = Field(ge=1, le=20)
    within: Time = Field(ge=HOUR, le=WEEK)


class Caps(Limit):
    """How many runs of all playbooks may be at work at the same time, and per hour."""

    per_host: int = Field(ge=1, le=4)
    per_pool: int = Field(ge=1, le=16)
    per_hour: int = Field(ge=1, le=100)


class Storm(Limit):
    """Where more than so many hosts share a fault, its cause is upstream of them."""

    hosts: int = Field(ge=1, le=100)
    within: Time = Field(gt=0, le=DAY)


class Watching(Limit):
    """How long it is looked at after an effect, and how often."""

    time: Time = Field(gt=0, le=HOUR)
    every: Time = Field(gt=0, le=60)


class Playbook(Limit):
    """A playbook as its file has it. Times are in seconds."""

    summary: str = Field(min_length=1)
    target: tuple[str, ...] = Field(min_length=2)
    mode: AnyMode
    confirm: Confirm
    cooldown: Time = Field(ge=1, le=DAY)
    """After a run that acted, counted from its end."""
    pause: Time = Field(ge=1, le=HOUR)
    """After a run that did not act."""
    attempts: Attempts
    caps: Caps
    storm: Storm
    verify: Watching
    hold: Watching
    approval: Time = Field(ge=1, le=DAY)
    """How long a plan waits for an approval."""


class BadPlaybook(ValueError):
    """A playbook that may not be used; the text says where and why."""


def read_playbook(name: str, document: object) -> Playbook:
    """Check a playbook. Raises BadPlaybook."""
    try:
        return Playbook.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadPlaybook(f"playbook {name}: {where or 'it'}: {first['msg']}") from error


def adjusted(name: str, playbook: Playbook, changes: Mapping[str, Any]) -> Playbook:
    """The same with limits of the configuration's. Raises BadPlaybook."""
    document = playbook.model_dump()
    for key, value in changes.items():
        inner = document.get(key)
        document[key] = inner | dict(value) if isinstance(inner, dict) else value
    return read_playbook(name, document)


@dataclass(frozen=True, slots=True)
class Allowance:
    """A mode for the objects whose labels match every pattern (`re.fullmatch`)."""

    mode: Mode
    labels: Mapping[str, str]

    def covers(self, target: Target) -> bool:
        """Whether the object's labels match."""
        return all(
            re.fullmatch(pattern, target.labels.get(name, ""))
            for name, pattern in self.labels.items()
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """A playbook as it is in force here: its limits, and how far it may go for which object."""

    playbook: Playbook
    allow: tuple[Allowance, ...] = ()

    def mode(self, target: Target) -> Mode:
        """The first allowance that covers the object, else the playbook's own mode."""
        return next((a.mode for a in self.allow if a.covers(target)), self.playbook.mode)

    @property
    def furthest(self) -> Mode:
        """The furthest mode that any object has."""
        return max((self.playbook.mode, *(a.mode for a in self.allow)))
