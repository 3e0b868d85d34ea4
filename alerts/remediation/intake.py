"""What an alert asks for: which playbook, on which object, if any."""

import re
from collections.abc import Mapping

from alerts.bundle import MACHINE
from alerts.remediation.records import Target
from alerts.remediation.tool import Tool

_VALUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,127}")
"""What a label's value may be: it is looked up in the inventory, and never part of a command
before a tool has found it on the host."""


class NotForUs(Exception):
    """The alert asks for nothing that is here; the text says why."""


def target_of(playbook: str, labels: Mapping[str, str], tools: Mapping[str, Tool]) -> Target:
    """The object that labels name. Raises NotForUs."""
    tool = tools.get(playbook)
    if tool is None:
        raise NotForUs("unknown_playbook" if playbook else "no_playbook")
    for name in tool.target:
        if not _VALUE.fullmatch(labels.get(name, "")):
            raise NotForUs(f"bad_label_{name}")
    return Target(playbook, {name: labels[name] for name in tool.target})


def asked_by_alert(labels: Mapping[str, str], tools: Mapping[str, Tool]) -> Target:
    """The same of an alert for the machine, by a playbook that alerts may call. Raises NotForUs."""
    if labels.get("audience") != MACHINE:
        raise NotForUs("for_people")
    target = target_of(labels.get("playbook", ""), labels, tools)
    if not tools[target.playbook].by_alert:
        raise NotForUs("people_only")
    return target
