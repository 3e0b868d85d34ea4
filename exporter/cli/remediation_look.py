"""`xenlens remediation list`, `show`, `explain`, `status` and `verify-journal`: only looking."""

import json
from typing import Annotated

import typer

from exporter.cli.console import console
from exporter.cli.errors import fail
from exporter.cli.remediation_access import (
    Access,
    JournalOf,
    Json,
    RunNumber,
    explained,
    looking,
)
from exporter.cli.remediation_options import Config
from exporter.cli.remediation_table import runs_table, standing_lines
from exporter.remediation.client import JournalFile
from exporter.remediation.story import headline, moves, story


def list_runs(
    access: Access,
    open_only: Annotated[bool, typer.Option("--open", help="Only runs that go on.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    as_json: Json = False,
    journal: JournalOf = None,
) -> None:
    """Show the latest runs, the newest first."""
    source = looking(access, journal)
    runs = source.runs(limit, open_only)
    if as_json:
        typer.echo(json.dumps(runs, indent=1))
    elif runs:
        console().print(runs_table(runs))
    else:
        typer.echo("no open runs" if open_only else "no runs")


def show(
    access: Access,
    number: RunNumber,
    as_json: Json = False,
    journal: JournalOf = None,
) -> None:
    """Show the states that a run went through, a line each."""
    found = looking(access, journal).run(number)
    lines = [json.dumps(found, indent=1)] if as_json else [headline(found), *moves(found)]
    typer.echo("\n".join(lines))


def explain(access: Access, number: RunNumber, journal: JournalOf = None) -> None:
    """Tell the whole story of a run.

    Who asked, which guards allowed it, what was read, the plan with its evidence, what was done,
    whether it helped, why it ended so, and what a person does next.
    """
    found = looking(access, journal).run(number)
    typer.echo(story(found))


def status(access: Access, as_json: Json = False) -> None:
    """Show whether anything may act, what stops it, what is open and quarantined."""
    found = access.client().get()
    lines = [json.dumps(found, indent=1)] if as_json else standing_lines(found)
    typer.echo("\n".join(lines))


def verify_journal(journal: JournalOf = None, config: Config = None) -> None:
    """Follow the journal's hash chain, from its file.

    Exits 1 where it does not hold: a step was changed, is missing, or was put in between.
    """
    with explained():
        file = JournalFile(journal) if journal else Access(config).journal()
        verdict = file.verify()
    typer.echo(f"{file.path}: {verdict.steps} steps, the last one's hash is {verdict.head}")
    for problem in verdict.problems:
        typer.echo(f"  {problem}")
    if not verdict.holds:
        fail(f"{file.path} does not hold together: somebody or something changed it")
    typer.echo("every step follows the one before it")
