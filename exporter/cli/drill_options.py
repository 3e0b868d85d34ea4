"""What the commands of `xenlens drill` have in common on their command lines."""

from pathlib import Path
from typing import Annotated

import typer

from exporter.config.values import address, seconds

_time = seconds(1.0, 4 * 3600.0, "a time from 1s to 4h, such as 10m")


def length_of(value: object) -> float:
    """Seconds of `10m`. Raises BadParameter."""
    try:
        return _time(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def destination_of(value: str) -> str:
    """A host name or an IP address. Raises BadParameter."""
    try:
        return address(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


HostName = Annotated[str, typer.Argument(metavar="TARGET", help="A host of the configuration.")]
Time = Annotated[
    float,
    typer.Option(
        "--time", parser=length_of, metavar="TIME", show_default="10m", help="The most it takes."
    ),
]
Every = Annotated[
    float, typer.Option(min=0.1, max=10.0, metavar="SECONDS", help="From sample to sample.")
]
NoIo = Annotated[bool, typer.Option("--no-io", help="Run no I/O, only look.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR", help="Where the report goes, else drill-KIND-TARGET-TIME."
    ),
]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file.", readable=False)
]


Ping = Annotated[
    list[str] | None,
    typer.Option(
        parser=destination_of,
        metavar="ADDRESS",
        help="Ping the first of these that answers, else what the configuration says, else the "
        "gateway. May be repeated.",
    ),
]
