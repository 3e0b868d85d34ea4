"""`xenlens serve`."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer

from alerts.remediation.journal import JournalInUse, JournalUnwritable
from exporter.cli.errors import INVALID, fail
from exporter.config import ConfigError, default_path
from exporter.remediation.rules import NoSecret
from exporter.serve import CannotListen, run_server


def serve(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Configuration file.")
    ] = None,
    listen: Annotated[
        str | None, typer.Option(help="HOST:PORT, instead of the configuration's.")
    ] = None,
) -> None:
    """Answer Prometheus: /probe for hosts, /metrics for xenlens itself, /sd to find targets.

    SIGHUP or POST /-/reload reads the configuration again. Exits 2 when it is invalid.
    """
    logging.basicConfig(format="level=%(levelname)s msg=%(message)s")

    def announce(url: str) -> None:
        logging.getLogger("exporter").info("listening on %s", url)

    try:
        asyncio.run(run_server(default_path(config), listen, announce))
    except (ConfigError, CannotListen, JournalInUse, JournalUnwritable, NoSecret) as error:
        fail(str(error), INVALID)
