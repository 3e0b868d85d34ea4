"""`xenlens health`: whether a running `xenlens serve` answers."""

from pathlib import Path
from typing import Annotated

import typer

from exporter.cli.errors import INVALID, fail
from exporter.config import ConfigError, default_path
from exporter.health import SECONDS, NotKnown, Unhealthy, ask, configured, named


def health(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Configuration file of xenlens serve.", readable=False),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="Where it is, such as http://127.0.0.1:10045; then no file is read."),
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for it.")] = SECONDS,
) -> None:
    """Ask a running xenlens serve whether it serves (GET /-/healthy).

    Where it listens, and whether with TLS, is taken from its configuration. Its certificate is
    verified where --url names another machine, and not on this one.

    Exits 0 when it does, 1 when it does not, 2 when nothing says where to ask.
    """
    try:
        server = named(url) if url else configured(default_path(config))
        typer.echo(ask(server, timeout))
    except (ConfigError, NotKnown) as error:
        fail(str(error), INVALID)
    except Unhealthy as error:
        fail(str(error))
