"""`xenlens remediation run` and `approve`: what acts, by a person's word."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn

import typer

from alerts.bundle import playbooks
from exporter.cli.errors import FAILED, INVALID, fail
from exporter.cli.remediation_access import Access, Json, RunNumber
from exporter.cli.remediation_watch import GOOD, WAITS, approve_or, watched
from exporter.remediation.client import Client
from exporter.remediation.story import story

Yes = Annotated[bool, typer.Option("--yes", help="Approve the plan without asking.")]
Label = Annotated[str | None, typer.Option(help="As in the alert's labels.")]


def run(
    access: Access,
    playbook: Annotated[str, typer.Argument(help="Such as set-active-member.")],
    pool: Annotated[str | None, typer.Option(help="Needed where there are several.")] = None,
    host: Label = None,
    bond: Label = None,
    wwid: Label = None,
    path: Label = None,
    sr: Annotated[str | None, typer.Option(help="The SR's uuid.")] = None,
    vm: Annotated[str | None, typer.Option(help="The VM's uuid.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Order a run, and watch it to its end. Proof, guards and undoing are those of an alert's run.

    A person's order overrules silences and maintenance, and acts in every mode. Where data may be
    lost the plan is shown first, and waits for a yes. Ctrl-C ends the watching, not the run.

    Exits 0 when it is fixed, was healthy already or was a dry run, 1 when it was refused or is not
    fixed, 2 for a wrong order, configuration or token, 3 when xenlens does not answer.
    """
    given = {"host": host, "bond": bond, "wwid": wwid, "path": path, "sr": sr, "vm": vm}
    labels = {name: value for name, value in given.items() if value is not None}
    _check(playbook, labels)
    order = {"playbook": playbook, "labels": {"pool": pool or _only_pool(access), **labels}}
    client = access.client()
    number = client.post("/runs", {**order, "dry_run": dry_run})["run"]
    done = watched(client, number, lambda waiting: _asked(client, waiting, yes))
    _end(done, as_json)


def approve(access: Access, number: RunNumber, yes: Yes = False, as_json: Json = False) -> None:
    """Show the plan of a run that waits, ask, approve it, and watch it to its end.

    Everything is looked at once more before anything is done: where it has changed meanwhile the
    run is refused. Exits as run does. Without a yes the run goes on waiting.
    """
    client = access.client()
    found = client.run(number)
    if found["state"] != WAITS:
        fail(f"run {number} waits for nobody: it is {found['state']}")
    approve_or(client, found, yes=yes, otherwise=lambda: _still_waits(number))
    done = watched(client, number, lambda waiting: None)
    _end(done, as_json)


def _check(playbook: str, labels: Mapping[str, str]) -> None:
    """A label too many means that another object is meant."""
    if playbook not in playbooks():
        fail(f"unknown playbook {playbook}; there are: {', '.join(sorted(playbooks()))}", INVALID)
    wanted = playbooks()[playbook].target
    needed = f"{playbook} needs {', '.join(f'--{name}' for name in wanted)}"
    for name in labels:
        if name not in wanted:
            fail(f"{needed}; --{name} is not one of them", INVALID)
    for name in wanted:
        if name not in labels and name != "pool":
            fail(f"{needed}; --{name} is missing", INVALID)


def _only_pool(access: Access) -> str:
    """The configuration's pool, where there is one only. Raises ConfigError."""
    pools = access.configuration().pools()
    if len(pools) != 1:
        fail(f"say which pool: --pool; there are: {', '.join(pools) or 'none'}", INVALID)
    return pools[0]


def _asked(client: Client, run: Mapping[str, Any], yes: bool) -> None:
    """Whoever orders a run and does not want its plan has no use for it any more."""
    reject = f"/runs/{run['run']}/reject"
    why = {"why": "who ordered it did not want the plan"}
    approve_or(client, run, yes=yes, otherwise=lambda: client.post(reject, why))


def _still_waits(number: int) -> NoReturn:
    fail(f"run {number} still waits; to end it: xenlens remediation reject {number}")


def _end(run: Mapping[str, Any], as_json: bool) -> NoReturn:
    typer.echo(json.dumps(run, indent=1) if as_json else story(run))
    raise typer.Exit(0 if run["state"] in GOOD else FAILED)
