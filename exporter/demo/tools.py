"""The programs of a simulated dom0, by name."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from exporter.demo.command import Dom0, Result
from exporter.demo.faces.multipath import multipath
from exporter.demo.faces.multipathd import multipathd
from exporter.demo.faces.ovs import ovs_appctl

Tool = Callable[[Dom0, Sequence[str], Mapping[str, str]], Result]
_FOLDERS = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")


def tool(command: str) -> Tool | None:
    """The program of that name or full path, or None."""
    path = PurePosixPath(command)
    if "/" in command and str(path.parent) not in _FOLDERS:
        return None
    return _TOOLS.get(path.name)


def _hostname(dom0: Dom0, argv: Sequence[str], environment: Mapping[str, str]) -> Result:
    return Result(f"{dom0.name}\n")


def _ovs_vswitchd(dom0: Dom0, argv: Sequence[str], environment: Mapping[str, str]) -> Result:
    if list(argv[1:]) in (["--version"], ["-V"]):
        return Result(f"ovs-vswitchd (Open vSwitch) {dom0.state.flavour.ovs}\n")
    return Result(stderr="ovs-vswitchd: already running\n", status=1)


_TOOLS: Mapping[str, Tool] = {
    "hostname": _hostname,
    "multipath": lambda dom0, argv, environment: multipath(dom0, argv),
    "multipathd": lambda dom0, argv, environment: multipathd(dom0, argv),
    "ovs-appctl": ovs_appctl,
    "ovs-vswitchd": _ovs_vswitchd,
}
