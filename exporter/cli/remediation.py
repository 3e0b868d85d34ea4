"""`xenlens remediation`: what was healed and why, and the same door for people."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from exporter.cli.console import console
from exporter.cli.errors import FAILED, INVALID, fail
from exporter.cli.remediation_access import (
    Access,
    As,
    Config,
    JournalOf,
    Json,
    TokenFile,
    Url,
    explained,
    looking,
)
from exporter.cli.remediation_run import approve as ask_for_approval
from exporter.cli.remediation_run import ordered, told
from exporter.remediation.client import JournalFile, Unreachable
from exporter.remediation.story import headline, object_of, story

STYLES = {
    "FIXED": "green",
    "ALREADY_OK": "green",
    "REFUSED": "yellow",
    "INTERRUPTED": "yellow",
    "UNDONE": "bold red",
    "UNDO_FAILED": "bold red",
    "QUARANTINED": "bold red",
}
remediation_app = typer.Typer(
    help="Look at what was healed, refused or would have been done; order, approve and stop runs.",
    epilog="Start with: xenlens remediation list. Then: xenlens remediation explain RUN. "
    "To stop everything: xenlens remediation pause.",
    no_args_is_help=True,
)
RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="A run's number.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Why = Annotated[str, typer.Option(help="Said to who asks.")]
Label = Annotated[str | None, typer.Option(help="As in the alert's labels.")]


@remediation_app.command(
    epilog="Such as: xenlens remediation run set-active-member --host xcp1 --bond bond0 --dry-run"
)
def run(
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
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Order a run, as an alert would; guards, proof and undoing are the same.

    Exits 0 when it is fixed, was healthy already or was a dry run, 1 when it was not.
    """
    access = Access(config, url, token_file, person)
    given = {"host": host, "bond": bond, "wwid": wwid, "path": path, "sr": sr, "vm": vm}
    with explained():
        labels = {"pool": pool or _only_pool(access)}
        labels |= {name: value for name, value in given.items() if value is not None}
        done = ordered(access.client(), playbook, labels, dry_run=dry_run, yes=yes, say=not as_json)
    if as_json:
        typer.echo(json.dumps(done, indent=1))
        raise typer.Exit(0 if done["state"] in ("FIXED", "ALREADY_OK", "WOULD_ACT") else FAILED)
    raise typer.Exit(told(done))


def _only_pool(access: Access) -> str:
    pools = access.configuration().pools()
    if len(pools) != 1:
        fail(f"say which pool: --pool; there are: {', '.join(pools)}", INVALID)
    return pools[0]


@remediation_app.command(name="list")
def list_runs(
    open_only: Annotated[bool, typer.Option("--open", help="Only runs that go on.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    as_json: Json = False,
    journal: JournalOf = None,
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Show the latest runs, the newest first."""
    with explained():
        source = looking(Access(config, url, token_file, person), journal)
        runs = source.runs(limit, open_only)
    if as_json:
        typer.echo(json.dumps(runs, indent=1))
        return
    if not runs:
        typer.echo("no runs")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("run", "when", "playbook", "object", "state", "reason", "by"):
        table.add_column(column, no_wrap=column != "reason")
    for one in runs:
        style = STYLES.get(one["state"], "")
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one["opened_at"]))
        state = f"[{style}]{one['state']}[/]" if style else one["state"]
        cells = (one["playbook"], object_of(one), state, one["reason"], one["person"] or "alert")
        table.add_row(str(one["run"]), when, *cells)
    console().print(table)


@remediation_app.command()
def show(
    number: RunNumber,
    as_json: Json = False,
    journal: JournalOf = None,
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Show the states that a run went through, a line each."""
    with explained():
        found = looking(Access(config, url, token_file, person), journal).run(number)
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    typer.echo(headline(found))
    for step in found["steps"]:
        after = step["at"] - found["opened_at"]
        typer.echo(f"  +{after:7.2f} s  {step['state']:<18}{step['body'].get('text', '')}")


@remediation_app.command()
def explain(
    number: RunNumber,
    journal: JournalOf = None,
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Tell the whole story of a run: who asked, evidence, plan, what was done, why it ended so."""
    with explained():
        typer.echo(story(looking(Access(config, url, token_file, person), journal).run(number)))


@remediation_app.command()
def approve(
    number: RunNumber,
    yes: Yes = False,
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Show the plan of a run that waits, and approve or reject it. All is checked once more."""
    with explained():
        client = Access(config, url, token_file, person).client()
        found = client.run(number)
        if found["state"] != "AWAITING_APPROVAL":
            fail(f"run {number} waits for nobody: it is {found['state']}")
        ask_for_approval(client, found, yes=yes)


@remediation_app.command()
def reject(
    number: RunNumber,
    why: Why = "",
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Reject the plan of a run that waits."""
    _post(Access(config, url, token_file, person), f"/runs/{number}/reject", why=why)


@remediation_app.command()
def cancel(
    number: RunNumber,
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """End a run that is not armed yet."""
    _post(Access(config, url, token_file, person), f"/runs/{number}/cancel")


@remediation_app.command()
def release(
    number: RunNumber,
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Take the object of a run out of quarantine, once somebody has looked at it."""
    _post(Access(config, url, token_file, person), f"/runs/{number}/release")


@remediation_app.command()
def pause(
    why: Why = "",
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Let nothing begin to act, until `resume`. A step that has begun is finished and verified.

    While xenlens is down the kill switch is made instead: nothing acts once it is up.
    """
    access = Access(config, url, token_file, person)
    with explained():
        try:
            typer.echo(f"paused {access.client().post('/pause', {'why': why})['paused']}")
        except Unreachable as error:
            switch = access.kill_switch() if not url else None
            if switch is None:
                raise
            _make(str(error), switch, why)


def _make(error: str, file: Path, why: str) -> None:
    try:
        file.write_text(f"{why or 'xenlens remediation pause'}\n", encoding="utf-8")
    except OSError as failure:
        fail(f"{error}; and {file} cannot be made: {failure.strerror}")
    typer.echo(f"{error}\nmade {file}: nothing acts while it exists; remove it to resume")


@remediation_app.command()
def resume(
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """End a pause."""
    access = Access(config, url, token_file, person)
    with explained():
        client = access.client()
        client.post("/resume")
        stops = client.get()["kill_switch"]
    typer.echo(f"resumed; but nothing acts: {stops}" if stops else "resumed")


@remediation_app.command()
def status(
    as_json: Json = False,
    config: Config = None,
    url: Url = None,
    token_file: TokenFile = None,
    person: As = None,
) -> None:
    """Show whether anything may act, what stops it, what is open and quarantined."""
    with explained():
        found = Access(config, url, token_file, person).client().get()
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    typer.echo("armed: something may act" if found["armed"] else "not armed: nothing may act")
    for name in ("paused", "kill_switch"):
        if found[name]:
            typer.echo(f"{name.replace('_', ' ')}: {found[name]}")
    for number, state in found["open_runs"].items():
        typer.echo(f"open: run {number}, {state}")
    for key, reason in found["quarantined"].items():
        typer.echo(f"quarantined: {key} ({reason})")
    for name, rules in found["playbooks"].items():
        allowed = "; ".join(
            " ".join([a["mode"], *(f"{k}={v}" for k, v in a.items() if k != "mode")])
            for a in rules["allow"]
        )
        typer.echo(f"{name:<20}{rules['mode']:<10}{allowed}")


@remediation_app.command(name="verify-journal")
def verify_journal(journal: JournalOf = None, config: Config = None) -> None:
    """Follow the journal's hash chain, from its file. Exits 1 where it does not hold."""
    with explained():
        file = JournalFile(journal) if journal else Access(config).journal()
        verdict = file.verify()
    typer.echo(f"{file.path}: {verdict.steps} steps, the last one's hash is {verdict.head}")
    for problem in verdict.problems:
        typer.echo(f"  {problem}")
    if not verdict.holds:
        fail("the journal does not hold together: somebody or something changed it")
    typer.echo("every step follows the one before it")


def _post(access: Access, path: str, **fields: str) -> None:
    with explained():
        typer.echo(json.dumps(access.client().post(path, fields)))
