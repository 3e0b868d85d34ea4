"""Remediation: who may call it, where it keeps its journal, and how far which playbook may go."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    Strict,
    WithJsonSchema,
    model_validator,
)

from alerts.bundle import playbooks
from alerts.remediation.durations import seconds
from alerts.remediation.playbook import BadPlaybook, adjusted
from alerts.remediation.records import Mode
from alerts.remediation.tools import tools
from exporter.config.files import PasswordFile, Written
from exporter.config.kinds import Name, as_time, listed
from exporter.config.problems import KeyPath, Problem, Refused, nearest
from exporter.config.section import Section
from exporter.config.values import described

MODES = tuple(str(mode) for mode in Mode)
LABELS = ("pool", "host", "bond", "wwid", "path", "sr", "vm")
JOURNAL = Path("/var/lib/xenlens/remediation.db")
KILL_SWITCH = Path("/etc/xenlens/remediation.stop")


def _time(value: object) -> float:
    try:
        return seconds(value)
    except ValueError:
        allowed = "a time such as 30s, 10m, 24h or 90d"
        raise ValueError(f"{described(value)} is not allowed; allowed: {allowed}") from None


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.password:
        allowed = "http://HOST:PORT or https://HOST:PORT, without a password"
        raise ValueError(f"{described(value)} is not allowed; allowed: {allowed}")
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{described(value)} is no regular expression: {error}") from None
    return value


def _moment(value: object) -> float:
    if isinstance(value, float):
        return value
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        allowed = "a time with its offset, such as 2026-12-01T22:00:00+01:00"
        raise ValueError(f"{described(value)} is not allowed; allowed: {allowed}")
    return found.timestamp()


def _shown(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().isoformat()


_TEXT = WithJsonSchema({"type": "string"})
Time = Annotated[
    float,
    BeforeValidator(_time),
    as_time,
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
Url = Annotated[str, Strict(), AfterValidator(_url), _TEXT]
Pattern = Annotated[str, Strict(), AfterValidator(_pattern), _TEXT]
Moment = Annotated[float, BeforeValidator(_moment), PlainSerializer(_shown), _TEXT]
AnyMode = Literal["observe", "suggest", "approve", "auto"]


class Alertmanager(Section):
    """Where alerts are pulled back from, and people are told."""

    url: Url
    """http://HOST:PORT or https://HOST:PORT"""
    token_file: PasswordFile | None = None
    """a file with a bearer token, readable by its owner only"""


class Bearer(Section):
    """Somebody who is known by a token."""

    token_file: PasswordFile
    """a file with a bearer token, readable by its owner only"""


class Labels(Section):
    """Objects, by patterns that their labels match from the first character to the last."""

    pool: Pattern | None = None
    """a regular expression"""
    host: Pattern | None = None
    """a regular expression"""
    bond: Pattern | None = None
    """a regular expression"""
    wwid: Pattern | None = None
    """a regular expression"""
    path: Pattern | None = None
    """a regular expression"""
    sr: Pattern | None = None
    """a regular expression"""
    vm: Pattern | None = None
    """a regular expression"""

    def patterns(self) -> dict[str, str]:
        """Those that are there, by label."""
        found = {name: getattr(self, name) for name in LABELS}
        return {name: pattern for name, pattern in found.items() if pattern is not None}


class Maintenance(Labels):
    """A time in which only people act."""

    begins: Moment
    """a time with its offset, such as 2026-12-01T22:00:00+01:00"""
    ends: Moment
    """a time with its offset, later than begins"""
    why: str = ""
    """text, shown to who asks"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.begins:
            said = "ends before it begins; allowed: a time later than begins"
            raise Refused([Problem(("ends",), said)])
        return self


class Allow(Labels):
    """A mode for some objects."""

    mode: AnyMode
    """observe, suggest, approve or auto"""


class Confirm(Section):
    """Live reads that must agree."""

    reads: int | None = None
    """a number of reads"""
    interval: Time | None = None
    """a time between two reads"""


class Attempts(Section):
    """How often an object may be acted upon."""

    most: int | None = None
    """a number of runs"""
    within: Time | None = None
    """a time"""


class Caps(Section):
    """How much may be at work."""

    per_host: int | None = None
    """a number of runs at once"""
    per_pool: int | None = None
    """a number of runs at once"""
    per_hour: int | None = None
    """a number of runs"""


class Storm(Section):
    """Where more hosts share a fault, nothing acts."""

    hosts: int | None = None
    """a number of hosts"""
    within: Time | None = None
    """a time"""


class Watching(Section):
    """How long it is looked at."""

    time: Time | None = None
    """a time"""
    every: Time | None = None
    """a time between two reads"""


class Playbook(Section):
    """What is changed of a bundled playbook."""

    mode: AnyMode | None = None
    """observe, suggest, approve or auto (default observe)"""
    allow: Annotated[tuple[Allow, ...], listed("[{mode: auto, host: xs1, bond: bond0}]")] = ()
    """a list of modes for some objects; the first that matches counts"""
    confirm: Confirm | None = None
    """live reads that must agree"""
    cooldown: Time | None = None
    """a time after a run that acted"""
    pause: Time | None = None
    """a time after a run that did not act"""
    attempts: Attempts | None = None
    """how often an object may be acted upon"""
    caps: Caps | None = None
    """how much may be at work"""
    storm: Storm | None = None
    """where more hosts share a fault, nothing acts"""
    verify: Watching | None = None
    """how long an effect may take to show"""
    hold: Watching | None = None
    """how long it has to stay so"""
    approval: Time | None = None
    """a time for which a plan waits for an approval"""

    def changes(self) -> dict[str, Any]:
        """What is changed of the bundled one."""
        return self.model_dump(mode="python", exclude_none=True, exclude={"allow"})


class Remediation(Section):
    """Who may call it, and how far it goes."""

    journal: Written = JOURNAL
    """a file (default /var/lib/xenlens/remediation.db)"""
    retention: Time = 90 * 86400.0
    """a time after which the journal forgets (default 90d)"""
    kill_switch: Written = KILL_SWITCH
    """a file: nothing acts while it exists (default /etc/xenlens/remediation.stop)"""
    alertmanager: Alertmanager | None = None
    """where alerts are pulled back from; needed before anything may act"""
    webhook: Bearer | None = None
    """the token of Alertmanager's webhook; needed before anything may act"""
    operators: Mapping[Name, Bearer] = Field(default_factory=dict)
    """people by name, each with a token"""
    maintenance: Annotated[tuple[Maintenance, ...], listed("[{begins: …, ends: …}]")] = ()
    """a list of times in which only people act"""
    playbooks: Mapping[Name, Playbook] = Field(default_factory=dict)
    """what is changed of bundled playbooks, by name"""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := list(self._inconsistent()):
            raise Refused(problems)
        return self

    def _inconsistent(self) -> Iterator[Problem]:
        known = playbooks()
        for name, changed in self.playbooks.items():
            at = ("playbooks", name)
            if name not in known:
                allowed = f"allowed: {', '.join(sorted(known))}"
                yield Problem(at, f"unknown playbook{nearest(name, known)}; {allowed}")
                continue
            yield from (problem.below(at) for problem in _misfits(name, changed))
        furthest = self.furthest()
        if furthest is Mode.OBSERVE:
            return
        for key in ("alertmanager", "webhook"):
            if getattr(self, key) is None:
                yield Problem((), f"has no {key}; needed where a playbook goes beyond observe")
        if furthest in (Mode.SUGGEST, Mode.APPROVE) and not self.operators:
            yield Problem((), "has no operators; needed where a playbook waits for an approval")

    def furthest(self) -> Mode:
        """The furthest mode that any playbook has for any object."""
        modes = ["observe"]
        for playbook in self.playbooks.values():
            modes += [playbook.mode or "observe", *(a.mode for a in playbook.allow)]
        return max(Mode[mode.upper()] for mode in modes)


def _misfits(name: str, changed: Playbook) -> Iterator[Problem]:
    bundled, tool = playbooks()[name], tools()[name]
    try:
        adjusted(name, bundled, changed.changes())
    except BadPlaybook as error:
        yield Problem((), str(error).partition(": ")[2])
    modes: list[tuple[KeyPath, str]] = [(("mode",), changed.mode or "observe")]
    modes += [(("allow", i, "mode"), a.mode) for i, a in enumerate(changed.allow)]
    for path, mode in modes:
        if Mode[mode.upper()] > tool.most:
            yield Problem(path, f"{name} goes no further than {tool.most}")
    for index, allow in enumerate(changed.allow):
        for label in allow.patterns():
            if label not in bundled.target:
                allowed = f"allowed: {', '.join(bundled.target)}"
                yield Problem(("allow", index, label), f"no label of {name}; {allowed}")
