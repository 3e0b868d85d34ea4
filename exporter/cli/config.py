"""`xenlens config`: check the configuration, show what is in effect, print its schema."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from exporter.cli.config_secrets import look_into_secrets
from exporter.cli.errors import INVALID
from exporter.cli.words import counted
from exporter.config import ConfigError, Configuration, default_path, load
from exporter.config.show import effective, schema
from exporter.webconfig import read

__all__ = ["config_app", "default_path"]

config_app = typer.Typer(
    help="Check, show and describe the configuration file.",
    epilog="Start with: xenlens config check. The reference is docs/configuration-reference.md.",
    no_args_is_help=True,
)

_SEARCHED = "Default: $XENLENS_CONFIG, ./xenlens.yml, /etc/xenlens/xenlens.yml."
File = Annotated[
    Path | None, typer.Argument(help=f"Configuration file. {_SEARCHED}", readable=False)
]
Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The same, as other commands take it.", readable=False),
]


@config_app.command()
def check(file: File = None, config: Config = None) -> None:
    """Say everything that is wrong with a configuration, without connecting to any host.

    One line per problem on standard error: FILE:LINE: key: what is wrong; what is allowed.
    Files with SSH keys, tokens and passwords are looked into as well.
    Exits 0 when the file is good, 2 when it is not.
    """
    found = _load(file, config)
    try:
        look_into_secrets(found.file)
    except ConfigError as error:
        _refuse(error)
    _print(Console(), f"{found.file}: good, {_summary(found)}", "green")


def _summary(found: Configuration) -> str:
    """What is in it; guests and probes only where there are any."""
    guests = sum(target.guest for target in found.targets())
    hosts, probes = len(found.targets()) - guests, len(found.disk_probes())
    machines = counted(hosts, "host") + (f" and {counted(guests, 'guest')}" if guests else "")
    summary = f"{machines} in {counted(len(found.pools()), 'pool')}"
    return summary + (f", {counted(probes, 'disk probe')}" if probes else "")


@config_app.command()
def show(file: File = None, config: Config = None) -> None:
    """Print the configuration in effect: defaults filled in, every host with all it inherits.

    The output is a valid configuration itself, with secrets as stars. Exits 2 when the file
    is invalid.
    """
    typer.echo(effective(_load(file, config).document), nl=False)


@config_app.command(name="schema")
def print_schema() -> None:
    """Print the JSON Schema of the configuration file.

    Editors complete and check with it: save it as xenlens.schema.json and begin the file with
    "# yaml-language-server: $schema=xenlens.schema.json".
    """
    typer.echo(schema())


def _load(file: Path | None, config: Path | None) -> Configuration:
    try:
        if file and config:
            raise ConfigError(("name the configuration once: FILE or --config",))
        found = load(default_path(file or config))
        read(found.web_config)
        return found
    except ConfigError as error:
        _refuse(error)


def _refuse(error: ConfigError) -> NoReturn:
    console = Console(stderr=True)
    for line in error.lines:
        _print(console, line, "red")
    raise typer.Exit(INVALID)


def _print(console: Console, line: str, style: str) -> None:
    """As it is: no markup, no wrapping, colour only on a terminal."""
    console.print(line, style=style, markup=False, highlight=False, soft_wrap=True, emoji=False)
