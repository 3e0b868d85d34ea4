"""What a simulated dom0 reaches by TCP."""

from typing import Literal

from exporter.demo.command import Dom0
from exporter.demo.pool.modular import NFS_SERVER

Outcome = Literal["connected", "hangs", "Connection refused", "No route to host"]
_SERVER_PORTS = ("111", "2049")
_HOST_PORTS = ("22", "80", "443")


def connect(dom0: Dom0, address: str, port: str) -> Outcome:
    """What comes of connecting; what is dead answers nothing."""
    chassis = dom0.model.chassis
    ports: tuple[str, ...]
    if address == NFS_SERVER:
        alive, ports = chassis.pool.nfs_answers, _SERVER_PORTS
    else:
        host = next((h for h in chassis.hosts.values() if h.address == address), None)
        if host is None:
            return "No route to host"
        alive, ports = host.name not in chassis.pool.lost, _HOST_PORTS
    if not alive:
        return "hangs"
    return "connected" if port in ports else "Connection refused"
