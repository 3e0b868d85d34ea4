"""`xenlens remediation pause` and what else stops something, or lets it go on."""

from pathlib import Path
from typing import Annotated

import typer

from exporter.cli.errors import UNKNOWN, fail
from exporter.cli.remediation_access import Access, RunNumber
from exporter.remediation.client import Unreachable
from exporter.remediation.story import headline

Why = Annotated[str, typer.Option(help="The reason, shown to who asks.")]


def reject(access: Access, number: RunNumber, why: Why = "") -> None:
    """Reject the plan of a run that waits for an approval. Nothing is done."""
    access.client().post(f"/runs/{number}/reject", {"why": why})
    typer.echo(f"run {number} is rejected")


def cancel(access: Access, number: RunNumber) -> None:
    """End a run that is not armed yet. One that is armed is finished and verified."""
    client = access.client()
    client.post(f"/runs/{number}/cancel")
    found = client.run(number)
    ended = found["ended_at"] is not None
    typer.echo(headline(found) if ended else f"run {number} ends before it does anything")


def release(access: Access, number: RunNumber) -> None:
    """Take the object of a run out of quarantine, once somebody has looked at it."""
    client = access.client()
    key = client.post(f"/runs/{number}/release")["released"]
    typer.echo(f"released: {key}")


def pause(access: Access, why: Why = "") -> None:
    """Let nothing begin to act, until resume. A step that has begun is finished and verified.

    While xenlens is down the kill switch is made instead: nothing acts once it is up again.
    """
    try:
        said = access.client().post("/pause", {"why": why})["paused"]
    except Unreachable as error:
        switch = _switch(access)
        if switch is None:
            raise
        return _make(str(error), switch, why)
    typer.echo(f"paused {said}")
    return None


def resume(access: Access) -> None:
    """End a pause. The kill switch is a file, and is left for who made it to remove."""
    try:
        client = access.client()
        client.post("/resume")
        stops = client.get()["kill_switch"]
    except Unreachable as error:
        switch = _switch(access)
        if switch is None or not _is_there(str(error), switch):
            raise
        fail(f"{error}; nothing will act while {switch} exists: remove it", UNKNOWN)
    typer.echo(f"resumed; but nothing acts while {stops}: remove it" if stops else "resumed")


def _switch(access: Access) -> Path | None:
    """The kill switch of this machine's xenlens; one that is elsewhere has its own."""
    return None if access.url else access.kill_switch()


def _is_there(error: str, switch: Path) -> bool:
    """Whether the kill switch is made. Ends the program where that may not be looked at."""
    try:
        return switch.exists()
    except OSError as failure:
        fail(f"{error}; and {switch} cannot be looked at: {failure.strerror}", UNKNOWN)


def _make(error: str, switch: Path, why: str) -> None:
    """Make the kill switch; one that is there stays, with its reason."""
    told = f"nothing acts while {switch} exists; to resume remove it"
    try:
        with switch.open("x", encoding="utf-8") as file:
            file.write(f"{why or 'xenlens remediation pause'}\n")
    except FileExistsError:
        typer.echo(f"{error}\nit is stopped already: {told}")
    except OSError as failure:
        fail(f"{error}; and {switch} cannot be made: {failure.strerror}", UNKNOWN)
    else:
        typer.echo(f"{error}\nmade the kill switch instead: {told}")
