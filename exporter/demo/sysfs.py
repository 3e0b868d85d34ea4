"""The few places of sysfs that can be read, or written: what the gate's `xenlens-write` may."""

import re

from exporter.demo.command import Dom0, Result

DEVICE_STATE = re.compile(r"/sys/block/(sd[a-z]+)/device/state")
CARRIER = re.compile(r"/sys/class/net/([a-z0-9]+)/carrier")
BLOCK = re.compile(r"/sys/dev/block/(\d+:\d+)")
SCAN = re.compile(r"/sys/class/scsi_host/host(\d+)/scan")
_ADAPTER = "0"
"""Every compute module has one SAS adapter."""
_ADAPTER_AT = "pci0000:00/0000:00:03.0/0000:04:00.0"
_MISSING = Result(stderr="No such file or directory\n", status=1)


def device_state(dom0: Dom0, device: str) -> str | None:
    """The SCSI state of a device, or None where there is none."""
    path = dom0.state.storage.path(device)
    return None if path is None else "offline\n" if path.offline else "running\n"


def carrier(dom0: Dom0, nic: str) -> str | None:
    """Whether a NIC has a carrier, or None where there is no such NIC."""
    found = dom0.state.nic(nic)
    return f"{found[1].carrier:d}\n" if found else None


def link_end(dom0: Dom0, number: str) -> str | None:
    """Where the link of a SCSI disk leads that has this number, or None."""
    path = next((path for path in dom0.state.storage.paths if path.dev_t == number), None)
    if path is None:
        return None
    host, channel, target, _ = path.hctl.split(":")
    place = f"{_ADAPTER_AT}/host{host}/target{host}:{channel}:{target}/{path.hctl}"
    return f"../../devices/{place}/block/{path.device}"


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
