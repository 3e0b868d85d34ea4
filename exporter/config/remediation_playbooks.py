"""What a configuration changes of the bundled playbooks: modes, and the limits that hold them."""

from collections.abc import Iterator
from typing import Annotated, Any

from alerts.bundle import playbooks
from alerts.remediation.playbook import BadPlaybook, adjusted
from alerts.remediation.records import Mode
from alerts.remediation.tools import tools
from exporter.config.kinds import listed
from exporter.config.problems import KeyPath, Problem
from exporter.config.remediation_kinds import AnyMode, Count, Pattern, Time
from exporter.config.section import Section

LABELS = ("pool", "host", "bond", "wwid", "path", "sr", "vm")


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


class Allow(Labels):
    """A mode for some objects."""

    mode: AnyMode
    """observe, suggest, approve or auto"""


class Confirm(Section):
    """Live reads that must agree."""

    reads: Count | None = None
    """a number of reads"""
    interval: Time | None = None
    """a time between two reads"""


class Attempts(Section):
    """How often an object may be acted upon."""

    most: Count | None = None
    """a number of runs"""
    within: Time | None = None
    """a time"""


class Caps(Section):
    """How much may be at work."""

    per_host: Count | None = None
    """a number of runs at once"""
    per_pool: Count | None = None
    """a number of runs at once"""
    per_hour: Count | None = None
    """a number of runs"""


class Storm(Section):
    """Where more hosts share a fault, nothing acts."""

    hosts: Count | None = None
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

    def modes(self) -> set[str]:
        """Every mode that it has for any object."""
        return {self.mode or "observe", *(allow.mode for allow in self.allow)}


def misfits(name: str, changed: Playbook) -> Iterator[Problem]:
    """Where the changes do not fit the bundled playbook of that name."""
    bundled, tool = playbooks()[name], tools()[name]
    try:
        adjusted(name, bundled, changed.changes())
    except BadPlaybook as error:
        where, _, said = str(error).partition(": ")[2].partition(": ")
        yield Problem(tuple(where.split(".")), said.removeprefix("Input "))
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
