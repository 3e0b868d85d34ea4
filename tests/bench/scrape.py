"""A scrape beside the slowest of the commands it runs, on one host, here and through sshd.

Bonds come from a real Open vSwitch. multipathd is a stand-in: a script that prints what the demo
pool's multipathd says, after a tenth of a second. A real one took 0.1 to 0.4 s.
"""

import asyncio
import os
import shlex
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

from collectors.bonds import Bonds
from collectors.host import Host
from collectors.inventory import ExpectedBond, HostInventory
from collectors.multipath import Multipath
from collectors.multipathd import MAPS_JSON, RAW_PATHS, ask
from collectors.registry import Collector, View
from exporter.config import Target
from exporter.demo.command import Dom0
from exporter.demo.faces.multipathd import multipathd
from exporter.demo.model import Model
from exporter.demo.modular import modular_chassis
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from exporter.hosts.ssh import SshHost
from exporter.render import render
from exporter.watch import Surroundings, Watch
from tests.bench.measure import Line, Say, in_turn
from tests.fakes import CommandsOnly
from tests.labs.ovs import MANAGEMENT, OvsLab
from tests.labs.sshd import Sshd, running_sshd

DELAY = 0.1
PAIRS = 25
TARGET = 1.2
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"
SHOW = ("ovs-appctl", "bond/show")

Spawn = Callable[[Sequence[str]], Awaitable[object]]
"""Runs a command the plain way, without xenlens."""


async def measure(say: Say) -> list[Line]:
    """Local, then through sshd."""
    with tempfile.TemporaryDirectory(prefix="xenlens-bench-") as name:
        folder = Path(name)
        tools = stand_in(folder / "tools")
        with OvsLab(folder / "lab") as lab:
            say("a scrape beside its slowest command, local")
            lines = await _local(lab, f"{tools}:{os.environ.get('PATH', os.defpath)}")
            say("a scrape beside its slowest command, through sshd")
            async with running_sshd(
                folder, f"SetEnv HOME={folder} PATH={tools}:{SYSTEM}"
            ) as server:
                lines += await _ssh(lab, server)
    return lines


def stand_in(folder: Path) -> Path:
    """A folder with a `multipathd` that takes its time."""
    folder.mkdir()
    dom0 = Dom0(Model(modular_chassis(), time.monotonic), "xcp83")
    cases = []
    for number, words in enumerate((MAPS_JSON, RAW_PATHS)):
        argv = ask(*words)
        answer = folder / f"answer-{number}"
        answer.write_text(multipathd(dom0, argv).stdout)
        cases.append(f"{shlex.quote(argv[1])}) exec cat {answer} ;;")
    script = folder / "multipathd"
    script.write_text("\n".join(["#!/bin/sh", f"sleep {DELAY}", 'case "$1" in', *cases, "esac\n"]))
    script.chmod(0o755)
    return folder


async def _local(lab: OvsLab, path: str) -> list[Line]:
    before = os.environ["PATH"]
    os.environ["PATH"] = path
    host = LocalHost("dom0", Local())
    try:
        return await _lines("local", host, lab, _spawn)
    finally:
        os.environ["PATH"] = before
        await host.close()


async def _spawn(argv: Sequence[str]) -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*argv, stdout=pipe, stderr=pipe)
    await process.communicate()
    assert process.returncode == 0, argv


async def _ssh(lab: OvsLab, server: Sshd) -> list[Line]:
    host = SshHost("dom0", server.settings())
    try:
        async with _plain_channels(server) as spawn:
            return await _lines("SSH", host, lab, spawn)
    finally:
        await host.close()


@asynccontextmanager
async def _plain_channels(server: Sshd) -> AsyncIterator[Spawn]:
    """Commands on a kept connection of its own, a channel each, and nothing around them."""
    settings = server.settings()
    async with asyncssh.connect(
        settings.address,
        settings.port,
        username=settings.user,
        client_keys=[str(settings.key)],
        known_hosts=str(settings.known_hosts),
        config=None,
    ) as connection:

        async def spawn(argv: Sequence[str]) -> None:
            await connection.run(shlex.join(argv), check=True)

        yield spawn


async def _lines(way: str, host: Host, lab: OvsLab, spawn: Spawn) -> list[Line]:
    """The ratio with all collectors, and what is added to `ovs-appctl` alone."""
    slowest = ask(*MAPS_JSON)
    show = ("env", f"OVS_RUNDIR={lab.rundir}", *SHOW)
    everything = _watch(host, lab, [Bonds(), Multipath()])
    bonds_only = _watch(CommandsOnly(host), lab, [Bonds()])
    whole = await in_turn(lambda: _probe(everything), lambda: spawn(slowest), PAIRS)
    alone = await in_turn(lambda: _probe(bonds_only), lambda: spawn(show), PAIRS)
    what = f"scrape ÷ its slowest command, {way}"
    stand_in_note = f"{whole.note}; the command is the stand-in multipathd"
    return [
        Line(what, whole.ratio, "", TARGET, note=stand_in_note),
        Line(
            f"added by the scrape to a lone ovs-appctl, {way}",
            alone.overhead * 1000,
            "ms",
            note=f"{alone.note}; real ovs-appctl",
        ),
    ]


def _watch(host: Host, lab: OvsLab, collectors: Sequence[Collector]) -> Watch:
    bonds = {MANAGEMENT.bond: ExpectedBond(MANAGEMENT.members, MANAGEMENT.members[0])}
    inventory = HostInventory(bonds=bonds, ovs_rundir=str(lab.rundir))
    return Watch(
        Target("dom0", "lab", Local(), inventory),
        host,
        collectors,
        Surroundings(lambda name: View()),
        time.time,
    )


async def _probe(watch: Watch) -> None:
    """A scrape and its page, as for Prometheus but for the HTTP around it."""
    scrape = await watch.scrape(budget=20)
    for outcome in scrape.outcomes:
        assert outcome.reading is not None, outcome.message
    await render(scrape.metrics)
