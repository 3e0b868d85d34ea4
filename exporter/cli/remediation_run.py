"""`xenlens remediation run`: order a run, watch it, approve it where it asks."""

import time
from collections.abc import Mapping
from typing import Any

import typer

from exporter.cli.console import console
from exporter.remediation.client import Client
from exporter.remediation.story import plan_lines, story

POLL = 0.5
GOOD = ("FIXED", "ALREADY_OK", "WOULD_ACT")
WAITS = "AWAITING_APPROVAL"


def ordered(
    client: Client, playbook: str, labels: Mapping[str, str], *, dry_run: bool, yes: bool, say: bool
) -> dict[str, Any]:
    """The run once it has ended. Raises Unreachable and Denied."""
    fields = {"playbook": playbook, "labels": dict(labels), "dry_run": dry_run}
    number = client.post("/runs", fields)["run"]
    return watched(client, number, yes=yes, say=say)


def watched(client: Client, number: int, *, yes: bool, say: bool) -> dict[str, Any]:
    """Show each state of a run as it comes, on a terminal; approve it where it waits."""
    terminal, seen = console(), 0
    with terminal.status(f"run {number}", spinner="dots") as status:
        while True:
            run = client.run(number)
            if say and terminal.is_terminal:
                for step in run["steps"][seen:]:
                    terminal.print(f"  {step['state']}", highlight=False)
                seen = len(run["steps"])
                status.update(f"run {number}: {run['state']}")
            if run["ended_at"]:
                return run
            if run["state"] == WAITS and not approved(run):
                status.stop()
                approve(client, run, yes=yes)
                status.start()
            time.sleep(POLL)


def approved(run: Mapping[str, Any]) -> bool:
    """Whether somebody has approved the plan that waits, and it is about to go on."""
    return bool(run["steps"][-1]["state"] == "APPROVED")


def approve(client: Client, run: Mapping[str, Any], *, yes: bool) -> None:
    """Show the plan, ask, and approve or reject. Raises Unreachable and Denied."""
    planned = next(s["body"] for s in reversed(run["steps"]) if s["state"] == "PLANNED")
    typer.echo("\n".join(plan_lines(planned["plan"])))
    path = f"/runs/{run['run']}"
    if yes or typer.confirm("Carry it out?", default=False):
        client.post(f"{path}/approve", {"hash": planned["hash"]})
    else:
        client.post(f"{path}/reject", {"why": "shown on the command line"})


def told(run: Mapping[str, Any]) -> int:
    """Print the story; gives the exit status: 0 for what is as it should be."""
    typer.echo(story(run))
    return 0 if run["state"] in GOOD else 1
