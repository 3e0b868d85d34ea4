"""`xenlens drill`: record a failover test, and write its report."""

from pathlib import Path
from typing import Annotated

import typer

from exporter.cli.drill_begin import drill
from exporter.cli.drill_end import write
from exporter.cli.drill_options import Config, Every, HostName, NoIo, Output, Ping, Time
from exporter.cli.drill_output import NotReadable, read
from exporter.cli.drill_subjects import a_bond, a_map
from exporter.cli.errors import INVALID, fail
from exporter.drill.plan import Plan

drill_app = typer.Typer(
    help="Record a failover test of a map or a bond: you pull, xenlens watches and reports.",
    epilog="Start with: xenlens drill multipath --help. On a demo pool: xenlens demo.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@drill_app.command(epilog="Such as: xenlens drill multipath xcp81 --map mpatha --time 20m")
def multipath(
    target: HostName,
    map_name: Annotated[
        str | None, typer.Option("--map", metavar="WWID|ALIAS", help="Which map, if several.")
    ] = None,
    length: Time = 600.0,
    every: Every = 0.25,
    no_io: NoIo = False,
    output: Output = None,
    config: Config = None,
) -> None:
    """Record what a map's paths, its active path group and reads through it do in a failover.

    1. Begin with every path up, and no other work on the chassis or the fabric.

    2. Start this command, and wait until the first samples and reads are shown.

    3. Type what you are about to do, such as "pulled SCM2", press Enter, and pull it.

    4. Wait until nothing changes any more (minutes, for some arrays). Type "pushed back SCM2",
       press Enter, and push it back. Wait until its paths are back.

    5. Do the same with the other controller. End with Ctrl-C or Ctrl-D: the report is written.

    It only reads, and changes nothing on the host. It costs the host a few short commands over
    one SSH connection for every sample, 20 reads of 4 KiB a second past its cache, a look at its
    logs every second, and a scrape of its maps every 5 seconds.

    Exits 0 when it was recorded, 2 for a wrong command line or an unknown target or map, 3 when
    the host could not be reached, 1 when the report could not be written.
    """
    plan = Plan(length, every, not no_io)
    drill("multipath", target, a_map(map_name), plan, output, config)


@drill_app.command(epilog="Such as: xenlens drill bond xcp81 --bond bond0 --ping 10.0.0.1")
def bond(
    target: HostName,
    bond_name: Annotated[
        str | None, typer.Option("--bond", metavar="NAME", help="Which bond, if several.")
    ] = None,
    ping: Ping = None,
    length: Time = 600.0,
    every: Every = 0.25,
    no_io: NoIo = False,
    output: Output = None,
    config: Config = None,
) -> None:
    """Record what a bond's members, its active member and pings through it do in a failover.

    1. Begin with every member up. If SSH goes through the bond under test, its failover is a time
       without samples: use the host's other address where it has one.

    2. Start this command, and wait until the first samples and pings are shown.

    3. Type what you are about to do, such as "pulled switch 1", press Enter, and pull it.

    4. Wait until nothing changes any more. Type "switch 1 is back", press Enter, and put it back.
       Wait for the bond's up delay.

    5. Do the same with the other switch. End with Ctrl-C or Ctrl-D: the report is written.

    It only looks, and changes nothing on the host. It costs the host a few short commands over
    one SSH connection for every sample, five pings a second, a look at its logs every second, and
    a scrape of its bonds every 5 seconds.

    Exits 0 when it was recorded, 2 for a wrong command line or an unknown target or bond, 3 when
    the host could not be reached, 1 when the report could not be written.
    """
    plan = Plan(length, every, not no_io)
    drill("bond", target, a_bond(bond_name, ping or ()), plan, output, config)


@drill_app.command()
def report(
    file: Annotated[Path, typer.Argument(help="The drill.json of a drill.", readable=False)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Else where FILE is.")
    ] = None,
) -> None:
    """Write the report of a recorded drill again, over the one that is there.

    Exits 0 when it was written, 1 when it could not be, 2 when FILE is no drill.
    """
    try:
        found = read(file)
    except NotReadable as error:
        fail(str(error), INVALID)
    write(found, file.parent if output is None else output)
