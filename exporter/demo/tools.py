"""The programs of a simulated dom0, by name, and the folders they are in."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from exporter.demo.command import FOLDERS, Dom0, Result
from exporter.demo.faces.dd import dd
from exporter.demo.faces.destroy_domain import DESTROYERS, destroyer_folders
from exporter.demo.faces.dmsetup import dmsetup
from exporter.demo.faces.fio import fio
from exporter.demo.faces.hdparm import hdparm
from exporter.demo.faces.list_domains import list_domains
from exporter.demo.faces.multipath import multipath
from exporter.demo.faces.multipathd import multipathd
from exporter.demo.faces.ovs import ovs_appctl
from exporter.demo.faces.ovs_vsctl import ovs_vsctl
from exporter.demo.faces.pidof import pidof
from exporter.demo.faces.ping import ping, stamped_ping
from exporter.demo.faces.python import python
from exporter.demo.faces.small_tools import date, grep, grown, stat, tail, wc
from exporter.demo.faces.umount import umount
from exporter.demo.faces.xe import xe
from exporter.demo.packages import rpm, uname
from exporter.drill.bond_log import GROWN
from exporter.drill.pings import STAMPED

Tool = Callable[[Dom0, Sequence[str], Mapping[str, str], str | None], Result]
"""A program: its host, arguments, environment, and standard input, None until that has ended."""
EXEC_PATH = "/bin:/usr/bin"
"""Where a program is looked for without PATH (execvp(3))."""
_XENSOURCE = "/opt/xensource/bin"


def place_of(dom0: Dom0, command: str, path: str) -> str | None:
    """The full path of a program; `path` is PATH. None where it is not found."""
    name = PurePosixPath(command).name
    if name not in _TOOLS:
        return None
    searched = [str(PurePosixPath(command).parent)] if "/" in command else path.split(":")
    there = _folders(dom0, name)
    return next((f"{folder}/{name}" for folder in searched if folder in there), None)


def tool(dom0: Dom0, command: str, path: str) -> Tool | None:
    """The program of that name or full path, or None; `path` is PATH."""
    place = place_of(dom0, command, path)
    return None if place is None else _TOOLS[PurePosixPath(place).name]


def _folders(dom0: Dom0, name: str) -> tuple[str, ...]:
    """list_domains moved to /usr/bin with 7.0; `xe` is in both folders, one a link."""
    if name == "python3" and dom0.state.flavour.python3 is None:
        return ()
    if name in ("python", "python3"):
        return ("/usr/bin",)
    if name in DESTROYERS:
        return destroyer_folders(name, dom0.state.flavour.version)
    if name == "list_domains" and dom0.state.flavour.version < (7, 0, 0):
        return (_XENSOURCE,)
    return ("/usr/bin", _XENSOURCE) if name == "xe" else FOLDERS


def _ovs_vswitchd(dom0: Dom0, argv: Sequence[str]) -> Result:
    if list(argv[1:]) in (["--version"], ["-V"]):
        return Result(f"ovs-vswitchd (Open vSwitch) {dom0.state.flavour.ovs}\n")
    return Result(stderr="ovs-vswitchd: already running\n", status=1)


_TOOLS: Mapping[str, Tool] = {
    "date": lambda dom0, argv, environment, stdin: date(dom0, argv),
    "dd": lambda dom0, argv, environment, stdin: dd(dom0, argv),
    "dmsetup": lambda dom0, argv, environment, stdin: dmsetup(dom0, argv),
    "fio": lambda dom0, argv, environment, stdin: fio(dom0, argv),
    "grep": lambda dom0, argv, environment, stdin: grep(dom0, argv),
    "hdparm": lambda dom0, argv, environment, stdin: hdparm(dom0, argv),
    "hostname": lambda dom0, argv, environment, stdin: Result(f"{dom0.name}\n"),
    "list_domains": lambda dom0, argv, environment, stdin: list_domains(dom0, argv),
    "multipath": lambda dom0, argv, environment, stdin: multipath(dom0, argv),
    "multipathd": lambda dom0, argv, environment, stdin: multipathd(dom0, argv),
    "ovs-appctl": lambda dom0, argv, environment, stdin: ovs_appctl(dom0, argv, environment),
    "ovs-vsctl": lambda dom0, argv, environment, stdin: ovs_vsctl(dom0, argv, environment),
    "ovs-vswitchd": lambda dom0, argv, environment, stdin: _ovs_vswitchd(dom0, argv),
    "pidof": lambda dom0, argv, environment, stdin: pidof(argv),
    "ping": lambda dom0, argv, environment, stdin: ping(dom0, argv),
    "python": lambda dom0, argv, environment, stdin: python(dom0, argv, stdin),
    "python3": lambda dom0, argv, environment, stdin: python(dom0, argv, stdin),
    "rpm": lambda dom0, argv, environment, stdin: rpm(dom0, argv),
    "stat": lambda dom0, argv, environment, stdin: stat(dom0, argv),
    "tail": lambda dom0, argv, environment, stdin: tail(dom0, argv),
    "umount": lambda dom0, argv, environment, stdin: umount(dom0, argv),
    "uname": lambda dom0, argv, environment, stdin: uname(dom0, argv),
    "wc": lambda dom0, argv, environment, stdin: wc(argv, stdin),
    "xe": lambda dom0, argv, environment, stdin: xe(dom0, argv, environment),
    **DESTROYERS,
}
LINES: Mapping[str, Callable[[Dom0, Sequence[str]], Result]] = {
    GROWN: grown,
    STAMPED: stamped_ping,
}
"""Lines for `sh -c` with what the simulated shell does not understand, known by their text; each
is given its `$0`, `$1` …"""
