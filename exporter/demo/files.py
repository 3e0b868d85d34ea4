"""The few files of a simulated dom0 that can be read."""

from collections.abc import Callable, Mapping

from exporter.demo.command import Dom0
from exporter.demo.config_files import inventory, lvm_conf, mounts, multipath_conf, pool_conf
from exporter.demo.faces.unixctl import pidfile
from exporter.demo.log_files import log_text
from exporter.demo.routes import arp_table, route_table
from exporter.demo.sysfs import CARRIER, DEVICE_STATE, carrier, device_state

_LOGS = "/var/log/"
_TICKS_PER_SECOND = 100
_IDLE = 3.6
"""Seconds a second that the processors of dom0 have nothing to do."""
_FILES: Mapping[str, Callable[[Dom0], str]] = {
    "/dev/null": lambda dom0: "",
    "/etc/lvm/lvm.conf": lvm_conf,
    "/etc/multipath.conf": multipath_conf,
    "/etc/redhat-release": lambda dom0: f"{dom0.state.flavour.release}\n",
    "/etc/xensource-inventory": inventory,
    "/etc/xensource/network.conf": lambda dom0: "openvswitch\n",
    "/etc/xensource/pool.conf": pool_conf,
    "/proc/mounts": mounts,
    "/proc/net/arp": arp_table,
    "/proc/net/route": route_table,
    "/proc/uptime": lambda dom0: f"{dom0.now:.2f} {dom0.now * _IDLE:.2f}\n",
}


def file_text(dom0: Dom0, path: str) -> str | None:
    """The contents of a file, or None where there is none."""
    if match := DEVICE_STATE.fullmatch(path):
        return device_state(dom0, match[1])
    if match := CARRIER.fullmatch(path):
        return carrier(dom0, match[1])
    if path.startswith(_LOGS):
        return log_text(dom0, path)
    made = _FILES.get(path)
    return dict([pidfile(dom0)]).get(path) if made is None else made(dom0)


def stat_line(pid: int, born: float) -> str:
    """`/proc/PID/stat` of a shell that leads its process group (proc(5)); word 22 is its birth."""
    before = f"{pid} (bash) S 1 {pid} {pid} 0 -1 4202496 0 0 0 0 0 0 0 0 20 0 1 0"
    return f"{before} {int(born * _TICKS_PER_SECOND)} 0 0\n"
