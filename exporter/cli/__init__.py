"""The command line: `xenlens`."""

import os
import sys
import warnings
from typing import Annotated

import typer

from exporter.cli.commands import Commands
from exporter.cli.errors import FAILED, UNKNOWN
from exporter.version import VERSION

app = typer.Typer(
    name="xenlens",
    cls=Commands,
    help="Watches bonds, multipath and storage of XenServer and XCP-ng hosts for Prometheus.",
    epilog="Start with: xenlens demo. Then write xenlens.yml and try: xenlens check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xenlens {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show it.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback when xenlens itself fails.")
    ] = False,
) -> None:
    """Options that stand before a command."""


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"xenlens {VERSION}")


def main() -> None:
    """Entry point. A closed pipe is no error; one of our own is one line, but for --debug."""
    # Hosts with OpenSSH 4.3 have nothing newer; the operator chose `legacy: true` knowing it.
    warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")
    try:
        _run()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)
    except Exception as error:
        if "--debug" in sys.argv[1:2]:
            raise
        what = f"{type(error).__name__}: {error}"
        said = f"xenlens: failed by a fault of its own ({what}); try: xenlens --debug …"
        print(said, file=sys.stderr)
        sys.exit(_status_of_a_fault())


def _run() -> None:
    try:
        app()
    finally:
        if sys.stdout is not None:  # it was closed before Python began
            _flush_output()


def _flush_output() -> None:
    """Python does this last of all, and where it cannot, the status is 120 whatever happened."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _status_of_a_fault() -> int:
    """To monitoring, FAILED of `check` would be a warning of its hosts."""
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    return UNKNOWN if command == "check" else FAILED
