"""`xenlens demo`: the simulated pool, its control page, and an exporter that watches it."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from exporter.cli.errors import INVALID, fail
from exporter.demo import server as demo_server
from exporter.demo.alerting import NOT_INSTALLED, Loop, in_the_loop, installed, planned
from exporter.demo.config_remediation import WEBHOOK_TOKEN
from exporter.demo.control import control_server
from exporter.demo.faults import UnknownFault
from exporter.demo.server import ADDRESS, DemoPool
from exporter.listening import CannotListen
from exporter.logs import logs_on
from exporter.serve import run_server

Serve = Callable[[Path, str | None, Callable[[str], None]], Awaitable[None]]
"""`exporter.serve.run_server`: configuration, address, and what to call once it listens."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    hosts: int = 3
    faults: tuple[str, ...] = ()
    port: int = 10045
    control_port: int = 10046
    ssh_port: int | None = None
    heal: bool = False
    """With a Prometheus and an Alertmanager of its own."""
    program: str = "xenlens"
    """How the command line called this program, for lines to copy."""


def demo(
    fault: Annotated[
        list[str] | None,
        typer.Option(help="Start with this fault, such as scm2.pulled; may be repeated."),
    ] = None,
    hosts: Annotated[int, typer.Option(min=1, help="How many hosts.")] = 3,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The exporter's port.")] = 10045,
    control_port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of the chassis's page.")
    ] = 10046,
    ssh_port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="First of one SSH port per host; else free ones."),
    ] = None,
    heal: Annotated[
        bool,
        typer.Option(
            "--heal", help="Start Prometheus and Alertmanager too, and heal bonds when they call."
        ),
    ] = False,
    no_exporter: Annotated[
        bool, typer.Option("--no-exporter", help="Only the pool, for an exporter of your own.")
    ] = False,
) -> None:
    """Start a simulated pool and an exporter that watches it; everything stays on loopback.

    The chassis's page has a button for every fault. Ctrl-C stops it all.
    """
    options = Options(hosts, tuple(fault or ()), port, control_port, ssh_port, heal, sys.argv[0])
    if heal and (no_exporter or installed() is None):
        why = "there is no exporter to heal" if no_exporter else NOT_INSTALLED
        fail(f"--heal: {why}", INVALID)
    try:
        with logs_on(sys.stderr) as logs:
            serve = until_stopped if no_exporter else partial(run_server, logs=logs)
            asyncio.run(run_demo(options, serve))
    except CannotListen as error:
        fail(f"{error}; {demo_server.OTHER_PORTS}", INVALID)
    except (demo_server.CannotListen, UnknownFault) as error:
        fail(str(error), INVALID)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def run_demo(options: Options, serve: Serve, say: Callable[[str], None] = typer.echo) -> None:
    """Start the pool and its page, then `serve` until that ends.

    Raises CannotListen (of either kind) and UnknownFault.
    """
    listen = f"{ADDRESS}:{options.port}"
    async with DemoPool(options.hosts, ssh_port=options.ssh_port) as pool:
        for fault in options.faults:
            pool.apply(fault)
        loop = planned() if options.heal else None
        config = pool.write_config(listen=listen, alertmanager=loop.alertmanager if loop else "")
        page = control_server(pool.model, options.control_port, f"http://{listen}/")
        async with page as control:
            with _alerting(loop, pool, listen):
                await serve(
                    config,
                    None,
                    lambda url: say(guide(pool, config, control, url, options.program, loop)),
                )


def _alerting(loop: Loop | None, pool: DemoPool, listen: str) -> AbstractContextManager[None]:
    programs = installed()
    if loop is None or programs is None:
        return nullcontext()
    return in_the_loop(programs, loop, pool.folder, listen, pool.folder / WEBHOOK_TOKEN)


async def until_stopped(config: Path, listen: str | None, announce: Callable[[str], None]) -> None:
    """In place of an exporter: wait for SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    announce("")
    await stop.wait()


def guide(
    pool: DemoPool,
    config: Path,
    control: str,
    exporter: str,
    program: str,
    loop: Loop | None = None,
) -> str:
    """What to look at and what to try; `exporter` is empty when none runs."""
    names = list(pool.ports)
    look = [f"{exporter:<34}what xenlens sees"] if exporter else []
    look += (
        [f"{exporter + 'disks':<34}both storage classes, measured every minute"] if exporter else []
    )
    look.append(f"{control + '/':<34}the chassis, with a button for every fault")
    if loop:
        look.append(f"{loop.prometheus + '/alerts':<34}Prometheus, with the bundled rules")
        look.append(f"{loop.alertmanager + '/':<34}Alertmanager, which calls xenlens")
    probe = f"curl '{exporter}probe?target={names[0]}'"
    serve = f"{program} serve --config {config}"
    post = f"curl -X POST {control}/faults"
    tries = [
        probe if exporter else serve,
        f"{post}/scm2/pulled          # one path less on every map",
        f"{post}/scm2/pushed-back     # it returns under a new address",
        f"{post}/switch1/reset        # active members move away, and stay there",
        f"{post}/switch1.uplink/down  # no bond notices, the probes do",
        f"{post}/nfs/dead             # a dead ISO library, which blocks storage actions",
        f"{post}/ssd/limited          # the SSDs are no faster than the SAS disks",
        f"{post}/coordinator/lost     # every xe hangs; coordinator/back ends it",
        f"{program} check pool:modular --config {config}",
        *_healing(config, program, loop),
        _ssh(pool, names[-1]),
    ]
    lines = [
        f"The demo pool runs: {len(names)} hosts in a simulated Intel Modular Server chassis.",
        *_titled("Look", look),
        *_titled("Try", tries),
        "",
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


def _healing(config: Path, program: str, loop: Loop | None) -> list[str]:
    """After switch1.uplink/down: by itself, or by hand."""
    remediation = f"{program} remediation"
    if loop:
        return [f"{remediation} list --config {config}  # a minute after switch1.uplink/down"]
    order = "run set-active-member --host xcp83 --bond bond0"
    return [f"{remediation} {order} --config {config}  # heals switch1.uplink/down"]


def _titled(title: str, lines: list[str]) -> list[str]:
    titles = [title, *[""] * len(lines)]
    return ["", *(f"  {head:<6}{line}" for head, line in zip(titles, lines, strict=False))]


def _ssh(pool: DemoPool, name: str) -> str:
    keys = pool.keys
    options = f"-i {keys.client_file} -o UserKnownHostsFile={keys.known_hosts_file}"
    return f"ssh {options} -p {pool.ports[name]} root@{ADDRESS} ovs-appctl bond/show"
