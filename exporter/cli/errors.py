"""How the command line ends when something is wrong: lines that say what to do, and a status."""

from typing import NoReturn

import typer

FAILED = 1
INVALID = 2
UNKNOWN = 3


def fail(message: str, status: int = FAILED) -> NoReturn:
    """Print to standard error and exit."""
    typer.echo(f"xenlens: {message}", err=True)
    raise typer.Exit(status)
