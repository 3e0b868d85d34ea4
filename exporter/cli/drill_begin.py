"""A drill is ordered: what can be known to fail is said before anything is connected to."""

import asyncio
import io
import sys
import time
from pathlib import Path

import typer
from rich.console import Console

from collectors.host import HostError
from exporter.cli.drill_end import write
from exporter.cli.drill_output import SAVED, NotWritable, default_folder, reserved
from exporter.cli.drill_run import Order, Surface, record
from exporter.cli.drill_subjects import Opened
from exporter.cli.errors import FAILED, INVALID, UNKNOWN, fail
from exporter.config import (
    POOL_PREFIX,
    ConfigError,
    Configuration,
    Target,
    UnknownTarget,
    default_path,
    load,
)
from exporter.drill.plan import Plan
from exporter.drill.record import Drill, Kind
from exporter.drill.subject import NoSubject

INTERRUPTED = 130
"""As shells have it: 128, and the number of SIGINT."""


def drill(
    kind: Kind, name: str, opened: Opened, plan: Plan, output: Path | None, config: Path | None
) -> None:
    """Record a drill of the host `name`, write its report, and print where that is.

    Ends the program with one line where that cannot be done.
    """
    try:
        configuration = load(default_path(config))
        target = _host(configuration, name)
        folder = output or default_folder(kind, target.name, time.time())
        order = Order(target, plan, folder, opened)
        with reserved(folder):
            found = _recorded(configuration, order)
            typer.echo(folder / SAVED)
            write(found, folder)
    except (ConfigError, UnknownTarget, NoSubject, NotWritable) as error:
        fail(str(error), INVALID)
    except HostError as error:
        fail(f"{name}: {error}", UNKNOWN)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _host(configuration: Configuration, name: str) -> Target:
    """Raises UnknownTarget."""
    if name.startswith(POOL_PREFIX) or name in configuration.pools():
        fail(f"{name} is a pool: name one of its hosts", INVALID)
    target = configuration.find(name)
    if target.guest:
        fail(f"{name} is a guest: it has neither maps nor bonds of a pool", INVALID)
    return target


def _recorded(configuration: Configuration, order: Order) -> Drill:
    """Raises NoSubject and HostError."""
    surface = Surface(Console(stderr=True), _standard_input())
    try:
        return asyncio.run(record(configuration, order, surface))
    except OSError as error:
        fail(f"{order.folder / SAVED}: cannot be written: {error.strerror or error}", FAILED)


def _standard_input() -> int | None:
    """Its number; None where there is none, or another program is behind it."""
    try:
        return sys.stdin.fileno() if sys.stdin else None
    except io.UnsupportedOperation:
        return None
