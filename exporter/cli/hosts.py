"""`xenlens hosts`: what a host needs for a key that may do little. Nothing is changed on any."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from exporter.cli.bundled import Overwrite, write_all
from exporter.cli.errors import INVALID, fail
from exporter.keys.line import PYTHON, BadKey, authorized_key, public_key
from exporter.keys.table import on_host

hosts_app = typer.Typer(help="Prepare hosts for a key that may do little.", no_args_is_help=True)


class Level(StrEnum):
    """What a key may be given: see `exporter.keys.table.LEVELS`."""

    READ = "read"
    PROBE = "probe"
    HEAL = "heal"


@hosts_app.command()
def files(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Write the files there.")
    ],
    overwrite: Overwrite = False,
) -> None:
    """Write the files that belong to /opt/xenlens on a host; copy them there as root.

    Files that are there and differ are an error, but for --overwrite.

    Exits 1 when something cannot be written.
    """
    write_all(output, on_host(), overwrite)


@hosts_app.command()
def key(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE.pub", help="The public half of the key.", readable=False),
    ],
    may: Annotated[Level, typer.Option(help="What the key allows.")],
    python: Annotated[str, typer.Option(metavar="PATH", help="The host's Python.")] = PYTHON,
    old_openssh: Annotated[
        bool, typer.Option("--old-openssh", help="For OpenSSH before 7.2.")
    ] = False,
) -> None:
    """Print the line for authorized_keys on a host. See docs/hosts.md.

    read is for scrapes; probe also sends probes, measures disks, and looks as drills and
    playbooks do; heal also carries out what the playbooks may do.

    Exits 1 when FILE cannot be read, 2 when it is no public key or an option is wrong.
    """
    try:
        typer.echo(authorized_key(public_key(file), may.value, python, old=old_openssh))
    except BadKey as error:
        fail(str(error), INVALID)
    except OSError as error:
        fail(f"{file}: cannot be read: {error.strerror}")
