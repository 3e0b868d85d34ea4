"""`xenlens serve`."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from alerts.remediation.journal import JournalInUse, JournalTooNew, JournalUnwritable
from exporter.cli.errors import INVALID, fail
from exporter.config import ConfigError, default_path
from exporter.ending import leave_within
from exporter.listening import AddressTaken, CannotListen, NoAddress
from exporter.logs import logs_on
from exporter.remediation.rules import NoSecret
from exporter.serve import run_server
from exporter.supervisor import Supervisor


def serve(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Configuration file.", readable=False)
    ] = None,
    listen: Annotated[
        str | None, typer.Option(help="HOST:PORT, instead of the configuration's.")
    ] = None,
    web_config: Annotated[
        Path | None,
        typer.Option(
            *("--web-config", "--web.config.file"),
            help="File of TLS, users and headers, instead of the configuration's.",
            readable=False,
        ),
    ] = None,
) -> None:
    """Answer Prometheus: /probe for hosts, /metrics for xenlens itself, /sd to find targets.

    SIGHUP or POST /-/reload reads the configuration again. Exits 2 when it is invalid, --listen is
    no HOST:PORT or the journal is of a newer xenlens, and 1 when it cannot listen or has no
    journal, which may be over when it is started again.
    """
    told = Supervisor.of()
    try:
        with logs_on(sys.stderr) as logs:
            path = default_path(config)
            server = run_server(
                *(path, listen, announce),
                logs=logs,
                supervisor=told,
                web_config=web_config,
                at_end=leave_within,
            )
            asyncio.run(server)
    except (ConfigError, NoAddress, NoSecret, JournalTooNew) as error:
        fail(str(error), INVALID)
    except AddressTaken as error:
        fail(f"{error}; see who has it: ss -ltnp, or give another --listen")
    except (CannotListen, JournalInUse, JournalUnwritable) as error:
        fail(str(error))


def announce(url: str) -> None:
    """Requests are answered from now on."""
    logging.getLogger(__name__).info("listening", extra={"url": url})
