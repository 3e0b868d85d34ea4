"""Runs as a table, and how remediation stands as lines."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from exporter.remediation.story import object_of
from exporter.remediation.story_values import moment

STYLES: Mapping[str, str] = {
    "FIXED": "green",
    "ALREADY_OK": "green",
    "REFUSED": "yellow",
    "INTERRUPTED": "yellow",
    "UNDONE": "bold red",
    "UNDO_FAILED": "bold red",
    "QUARANTINED": "bold red",
}
COLUMNS = ("run", "when", "playbook", "object", "state", "reason", "who")


def runs_table(runs: Sequence[Mapping[str, Any]]) -> Table:
    """A line for each run."""
    table = Table(*COLUMNS, box=None, pad_edge=False)
    for run in runs:
        table.add_row(
            str(run["run"]),
            moment(run["opened_at"]),
            Text(run["playbook"]),
            Text(object_of(run)),
            Text(run["state"], style=STYLES.get(run["state"], "")),
            Text(run["reason"]),
            Text(run["person"] or "an alert"),
        )
    return table


def standing_lines(standing: Mapping[str, Any]) -> Iterator[str]:
    """Whether anything may act, what stops it, what is open, and the mode of every playbook."""
    yield _armed(standing)
    for name in ("paused", "kill_switch"):
        if standing[name]:
            yield f"{name.replace('_', ' ')}: {standing[name]}"
    for number, state in standing["open_runs"].items():
        yield f"open: run {number}, {state}"
    for key, why in standing["quarantined"].items():
        yield f"quarantined: {key} ({why})"
    yield f"journal: {standing['journal']}"
    yield from _modes(standing["playbooks"])


def _armed(standing: Mapping[str, Any]) -> str:
    if standing["armed"]:
        return "armed: a playbook may act"
    if standing["paused"] or standing["kill_switch"]:
        return "not armed: nothing may act"
    return "not armed: no playbook goes beyond observe; what a person orders still acts"


def _modes(playbooks: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    width = max(map(len, playbooks), default=0)
    for name, rules in playbooks.items():
        whose = "" if rules["by_alert"] else " (by a person only)"
        allowed = "".join(f"; {_allowance(one)}" for one in rules["allow"])
        yield f"{name:<{width}}  {rules['mode']}{allowed}{whose}"


def _allowance(allow: Mapping[str, str]) -> str:
    """`auto where host=xcp1 bond=bond0`."""
    labels = " ".join(f"{name}={value}" for name, value in allow.items() if name != "mode")
    return f"{allow['mode']} where {labels}" if labels else allow["mode"]
