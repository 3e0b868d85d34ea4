"""`xenlens probe`: list, run and compare disk probes."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from exporter.cli.console import console
from exporter.cli.errors import INVALID, fail
from exporter.cli.probe_compare import as_json, differences, sentence
from exporter.cli.probe_record import NotReadable, plain
from exporter.cli.probe_run import NotMeasured
from exporter.cli.probe_sides import Known, Unusable, both_sides
from exporter.cli.probe_table import (
    circumstances_table,
    comparison_table,
    figures_table,
    probes_table,
)
from exporter.config import ConfigError

INTERRUPTED = 130
"""As shells have it: 128, and the number of SIGINT."""

probe_app = typer.Typer(
    help="Measure disks with the disk probes of the configuration, and compare them.",
    epilog="Start with: xenlens probe list. Then try: xenlens probe run NAME.",
    no_args_is_help=True,
)
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file.", readable=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, in base units.")]
Anyway = Annotated[
    bool,
    typer.Option(
        "--anyway",
        help="Also with degraded paths or storage, and in maintenance; "
        "what the machine itself refuses stays refused.",
    ),
]


@contextmanager
def _explained() -> Iterator[None]:
    """End with one line and the exit status of what went wrong."""
    try:
        yield
    except (ConfigError, Unusable, NotReadable) as error:
        fail(str(error), INVALID)
    except NotMeasured as error:
        fail(str(error), error.status)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


@probe_app.command(
    name="list",
    epilog="What a probe writes and reads follows from its profile, size, runtime and rate.",
)
def list_probes(config: Config = None) -> None:
    """Show every disk probe: where, when it runs next, and the most that a run costs.

    The slots are those of xenlens serve; a run begins up to the probe's jitter later. Nothing is
    connected to.
    """
    with _explained():
        configuration = Known(config).configuration
    probes = configuration.disk_probes()
    if probes:
        console().print(probes_table(probes, time.time()))
    else:
        typer.echo(f"{configuration.file} has no disk_probes")


@probe_app.command(
    epilog="Such as: xenlens probe run ssd-random-read --json > before.json, "
    "and after the change: xenlens probe compare ssd-random-read ./before.json"
)
def run(
    name: Annotated[str, typer.Argument(help="A disk probe of the configuration.")],
    config: Config = None,
    json_wanted: Json = False,
    anyway: Anyway = False,
) -> None:
    """Measure once, now, with the guards and locks of xenlens serve.

    What is made for it on the machine is gone when it ends, also by Ctrl-C.

    Exits 0 when it was measured, 1 when that failed, 3 when nothing was tried (with the reason),
    2 when the probe or the configuration is not as it should be.
    """
    with _explained():
        known = Known(config)
        found = known.measured(known.probe(name), anyway)
    if json_wanted:
        typer.echo(json.dumps(plain(found), indent=1))
        return
    printed = console()
    printed.print(figures_table(found))
    printed.print()
    printed.print(circumstances_table(found))


@probe_app.command(
    epilog="Such as: xenlens probe compare ssd-random-read sas-random-read, "
    "or with what was kept: xenlens probe compare ssd-random-read ./before.json"
)
def compare(
    a: Annotated[str, typer.Argument(help="A disk probe, or a file of probe run --json.")],
    b: Annotated[str, typer.Argument(help="What it is compared with: the same.")],
    config: Config = None,
    json_wanted: Json = False,
    anyway: Anyway = False,
) -> None:
    """Say whether A is faster than B. Probes are run for it, one after the other.

    A name with a slash, or that ends in .json, is a file where there is one. Less than 10 % is no
    difference, and a run that reached its rate limit may be faster than it shows.

    Where the limit hides the bandwidth, mean latency decides if it can. Other sizes, runtimes or
    kinds of place are compared, and told.

    Exits 0 when they were compared, 2 when they cannot be (other profiles or directions, or twice
    the same), and as probe run does when one of them gave no figures.
    """
    with _explained():
        sides = both_sides(Known(config), (a, b), anyway)
    if json_wanted:
        typer.echo(json.dumps(as_json(sides), indent=1))
        return
    printed = console()
    printed.print(Text(sentence(sides)))
    if differs := differences(sides):
        printed.print(Text(f"differs in: {differs}"))
    printed.print(comparison_table(sides))
