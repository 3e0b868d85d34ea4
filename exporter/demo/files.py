"""The few files of a simulated dom0 that can be read."""

from exporter.demo.command import Dom0
from exporter.demo.faces.unixctl import pidfile

_TICKS_PER_SECOND = 100


def file_text(dom0: Dom0, path: str) -> str | None:
    """The contents of a file, or None where there is none."""
    files = dict([pidfile(dom0)])
    files["/etc/redhat-release"] = f"{dom0.state.flavour.release}\n"
    files["/etc/xensource/network.conf"] = "openvswitch\n"
    files["/dev/null"] = ""
    return files.get(path)


def stat_line(pid: int, born: float) -> str:
    """`/proc/PID/stat` of a shell that leads its process group (proc(5)); word 22 is its birth."""
    before = f"{pid} (bash) S 1 {pid} {pid} 0 -1 4202496 0 0 0 0 0 0 0 0 20 0 1 0"
    return f"{before} {int(born * _TICKS_PER_SECOND)} 0 0\n"
