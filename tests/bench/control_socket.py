"""Bond state by ovs-vswitchd's control socket beside a spawned `ovs-appctl`: CPU on the host.

On the host means ovs-vswitchd, what is spawned there and, over SSH, sshd. What the asking side
uses is the exporter's, and stands apart. Open vSwitch and OpenSSH are real.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from collectors.host import Host, Output
from collectors.inventory import HostInventory
from collectors.registry import Look
from collectors.unixctl import ControlSocket
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from exporter.hosts.ssh import SshHost
from tests.bench.measure import Line, Say, cpu_of_children, cpu_of_threads
from tests.labs.ovs import MANAGEMENT, OvsLab
from tests.labs.sshd import running_sshd

COMMANDS, REQUESTS = 500, 5000
"""Requests are cheap: it takes more of them for a number that stands out of the noise."""
TARGET = 10.0
SHOW = ("bond/show", MANAGEMENT.bond)

Ask = Callable[[], Awaitable[Output]]
HostCpu = Callable[[], float]
"""Seconds of CPU that the host has used so far."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request, in seconds."""

    host: float
    exporter: float
    wall: float


async def measure(say: Say) -> list[Line]:
    """Local, then through sshd."""
    with tempfile.TemporaryDirectory(prefix="xenlens-bench-") as name:
        folder = Path(name)
        with OvsLab(folder / "lab") as lab:
            local = LocalHost("dom0", Local())
            lines = await _way("local", local, lab, say, lambda: _cpu_with_children(lab))
            async with running_sshd(folder) as server:
                ssh = SshHost("dom0", server.settings())
                lines += await _way("SSH", ssh, lab, say, lambda: _cpu_with_sshd(lab))
    return lines


def _cpu_with_children(lab: OvsLab) -> float:
    return cpu_of_threads(lab.vswitch.pid) + cpu_of_children()


def _cpu_with_sshd(lab: OvsLab) -> float:
    """CPU of the server, of its connections, and of all that these spawned and waited for."""
    ours = psutil.Process().children(recursive=True)
    times = [process.cpu_times() for process in ours if process.name().startswith("sshd")]
    spawned = sum(each.children_user + each.children_system for each in times)
    return cpu_of_threads(lab.vswitch.pid) + sum(x.user + x.system for x in times) + spawned


async def _way(way: str, host: Host, lab: OvsLab, say: Say, host_cpu: HostCpu) -> list[Line]:
    look = Look(host, asyncio.get_running_loop().time() + 300, HostInventory())
    control = ControlSocket(str(lab.rundir))
    argv = ("ovs-appctl", "-t", str(lab.ctl_socket), *SHOW)
    try:
        say(f"{REQUESTS} requests by control socket, {way}")
        socket = await _cost(lambda: control.ask(look, *SHOW), REQUESTS, host_cpu)
        say(f"{COMMANDS} times ovs-appctl, {way}")
        command = await _cost(lambda: look.run(*argv), COMMANDS, host_cpu)
    finally:
        await control.close()
        await host.close()
    return _lines(way, socket, command)


async def _cost(ask: Ask, count: int, host_cpu: HostCpu) -> Cost:
    """The cost of one of `count` requests, after one that opens what is kept open."""
    await ask()
    host, ours, wall = host_cpu(), time.process_time(), time.perf_counter()
    for _ in range(count):
        output = await ask()
        assert MANAGEMENT.bond in output.stdout, output
    return Cost(
        (host_cpu() - host) / count,
        (time.process_time() - ours) / count,
        (time.perf_counter() - wall) / count,
    )


def _lines(way: str, socket: Cost, command: Cost) -> list[Line]:
    def line(what: str, ours: float, theirs: float, target: float | None = None) -> Line:
        note = f"{ours * 1000:.3f} / {theirs * 1000:.2f} ms a request"
        return Line(f"{what}, {way}", theirs / ours, "times cheaper", target, ">=", note)

    return [
        line("control socket: CPU on the host", socket.host, command.host, TARGET),
        line("control socket: CPU of the exporter", socket.exporter, command.exporter),
        line("control socket: wall time", socket.wall, command.wall),
    ]
