"""A run is watched to its end, and a person is asked where it waits for one."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import typer
from rich.console import Console

from exporter.cli.errors import FAILED, fail
from exporter.remediation.client import Client, Unreachable
from exporter.remediation.story import plan_lines

POLL_SECONDS = 0.2
INTERRUPTED = 130
"""As shells have it: 128, and the number of SIGINT."""
GOOD = ("FIXED", "ALREADY_OK", "WOULD_ACT")
WAITS = "AWAITING_APPROVAL"
Shown = Mapping[str, Any]


def watched(client: Client, number: int, ask: Callable[[Shown], object]) -> Shown:
    """The run once it has ended; each state is shown on a terminal as it comes.

    `ask` is called once where it waits for an approval. Raises Unreachable and Denied.
    """
    try:
        return _watched(client, number, ask)
    except Unreachable as error:
        text = f"{error}; run {number} was begun: xenlens remediation show {number}"
        raise Unreachable(text) from None
    except KeyboardInterrupt:
        look = f"xenlens remediation show {number}, or cancel {number}"
        fail(f"run {number} goes on without a watcher: {look}", INTERRUPTED)


def _watched(client: Client, number: int, ask: Callable[[Shown], object]) -> Shown:
    terminal, seen, asked = Console(stderr=True), 0, False
    with terminal.status(f"run {number}", spinner="dots") as spinner:
        while True:
            run = client.run(number)
            if terminal.is_terminal:
                for step in run["steps"][seen:]:
                    terminal.print(f"  {step['state']}", highlight=False, markup=False)
                spinner.update(f"run {number}: {run['state']}")
            seen = len(run["steps"])
            if run["ended_at"] is not None:
                return run
            if run["state"] == WAITS and not asked:
                asked = True
                spinner.stop()
                ask(run)
                spinner.start()
            time.sleep(POLL_SECONDS)


def approve_or(client: Client, run: Shown, *, yes: bool, otherwise: Callable[[], object]) -> None:
    """Show the plan and ask; approve just that plan, or do what is to be done otherwise.

    Where nobody can be asked the run goes on waiting. Raises Unreachable and Denied.
    """
    number = run["run"]
    planned = next(s["body"] for s in reversed(run["steps"]) if s["state"] == "PLANNED")
    typer.echo("\n".join(plan_lines(planned["plan"])), err=True)
    try:
        wanted = yes or typer.confirm("Carry it out?", default=False, err=True)
    except typer.Abort:
        typer.echo(err=True)
        fail(f"run {number} waits: xenlens remediation approve {number}, or reject", FAILED)
    if wanted:
        client.post(f"/runs/{number}/approve", {"hash": planned["hash"]})
    else:
        otherwise()
