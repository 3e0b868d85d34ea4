"""The few places of sysfs that can be read or written: what the gate's `xenlens-write` may."""

import re

from exporter.demo.command import Dom0, Result

DEVICE_STATE = re.compile(r"/sys/block/(sd[a-z]+)/device/state")
SCAN = re.compile(r"/sys/class/scsi_host/host(\d+)/scan")
_ADAPTER = "0"
"""Every compute module has one SAS adapter."""
_MISSING = Result(stderr="No such file or directory\n", status=1)


def device_state(dom0: Dom0, device: str) -> str | None:
    """The SCSI state of a device, or None where there is none."""
    path = dom0.state.storage.path(device)
    return None if path is None else "offline\n" if path.offline else "running\n"


def write_state(dom0: Dom0, match: re.Match[str], value: str) -> Result:
    """Write to a path that matches DEVICE_STATE."""
    offline = value.strip() == "offline"
    there = dom0.model.set_offline(dom0.name, match[1], offline)
    return Result() if there else _MISSING


def write_scan(dom0: Dom0, match: re.Match[str], value: str) -> Result:
    """Write to a path that matches SCAN: the adapter looks for devices, whatever the value."""
    if match[1] != _ADAPTER:
        return _MISSING
    dom0.model.scan(dom0.name)
    return Result()
