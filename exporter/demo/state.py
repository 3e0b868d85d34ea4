"""The chassis as plain data, for people and programs that watch the demo."""

from typing import Any

from exporter.demo.bonds import Bond
from exporter.demo.chassis import Chassis
from exporter.demo.devices import Device, map_of
from exporter.demo.hosts import HostState
from exporter.demo.pool.summary import host_state, pool_state
from exporter.demo.speeds import ALONE, BUFFERED, QUEUED, speed_of
from exporter.demo.storage import Storage


def state_of(chassis: Chassis, now: float) -> dict[str, Any]:
    """Switches, gateway, controllers, hosts, pool, and the faults that can be applied."""
    return {
        "switches": {
            switch.name: {
                "powered": switch.powered,
                "uplink": "up" if switch.uplink else "down",
                "proxy": "on" if switch.proxy else "off",
                "ports": sorted(switch.ports),
            }
            for switch in chassis.switches.values()
        },
        "gateway": {
            "addresses": dict(chassis.core.gateways),
            "alive": chassis.core.alive,
            "answers": "slow" if chassis.core.slow else "quick",
        },
        "controllers": {
            controller.name: {
                "present": controller.present,
                "paths": "failing" if controller.failing else "working",
            }
            for controller in chassis.controllers.values()
        },
        "arrays": {name: array.says for name, array in chassis.arrays.items()},
        "hosts": {
            name: _host(chassis, host, now) | host_state(chassis, name)
            for name, host in chassis.hosts.items()
        },
        "pool": pool_state(chassis),
        "faults": {str(fault): what for fault, what in chassis.faults().items()},
    }


def _host(chassis: Chassis, host: HostState, now: float) -> dict[str, Any]:
    return {
        "product": host.flavour.product,
        "bonds": {bond.name: _bond(bond, now) for bond in host.bonds},
        "maps": _maps(chassis, host.storage, now),
    }


def _bond(bond: Bond, now: float) -> dict[str, Any]:
    members = {}
    for member in sorted(bond.members, key=lambda m: m.name):
        left = None if member.delay_expires is None else round(member.delay_expires - now, 1)
        members[member.name] = {
            "carrier": member.carrier,
            "enabled": member.enabled,
            "delay_seconds_left": left,
        }
    return {"active": bond.active, "members": members}


def _maps(chassis: Chassis, storage: Storage, now: float) -> dict[str, Any]:
    return {
        disk.wwid: {
            "device": f"dm-{disk.dm}",
            "storage_class": disk.storage_class,
            "speed": _speed(chassis, map_of(storage, disk), now),
            "owner": disk.owner,
            "active": storage.maps[disk.wwid].active,
            "paths": {
                path.device: {
                    "hctl": path.hctl,
                    "controller": path.controller,
                    "working": path.usable,
                }
                for group in storage.groups(disk)
                for path in group.paths
            },
        }
        for disk in storage.disks
    }


def _speed(chassis: Chassis, device: Device, now: float) -> dict[str, int] | None:
    """What a measurement would give now; None where it would hang."""
    if device.controller is None:
        return None
    alone, queued, buffered = (
        speed_of(chassis.arrays, device, access, now) for access in (ALONE, QUEUED, BUFFERED)
    )
    return {
        "random_read_iops": round(alone.iops),
        "random_read_aio_iops": round(queued.iops),
        "buffered_read_bytes_per_second": round(buffered.bandwidth),
    }
