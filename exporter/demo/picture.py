"""A drawing: gateway and switches above, hosts between, controllers and the pool below."""

from collections.abc import Iterator

from exporter.demo.bonds import Bond
from exporter.demo.chassis import Chassis
from exporter.demo.hosts import HostState
from exporter.demo.pool.records import Pool
from exporter.demo.pool.summary import host_troubles, lun_counts
from exporter.demo.shapes import Box, Line, Picture

SHOWN_HOSTS = 6
"""A drawing of more hosts cannot be read."""
HEIGHT = 770
_MODULE_WIDTH, _MODULE_HEIGHT = 200, 56
_CORE_TOP, _SWITCH_TOP, _HOST_TOP, _CONTROLLER_TOP = 10, 140, 280, 540
_ARRAY_TOP, _POOL_TOP = 620, 700
_HOST_STEP, _HOST_WIDTH, _HOST_HEIGHT = 250, 220, 170
_MARGIN = 20
_SHOWN_TROUBLES = 2


def picture(chassis: Chassis) -> Picture:
    """Draw the chassis."""
    hosts = list(chassis.hosts.values())[:SHOWN_HOSTS]
    width = 2 * _MARGIN + max(3, len(hosts)) * _HOST_STEP - (_HOST_STEP - _HOST_WIDTH)
    centres = dict(zip(chassis.switches, (width * 3 // 10, width * 7 // 10), strict=True))
    below = dict(zip(chassis.controllers, (width * 3 // 10, width * 7 // 10), strict=True))
    boxes = [_core(chassis, width // 2), *_switches(chassis, centres)]
    boxes += [*_controllers(chassis, below), *_arrays(chassis, width), *_pool(chassis, width)]
    lines = list(_uplinks(chassis, centres, width // 2))
    for number, host in enumerate(hosts):
        left = _MARGIN + number * _HOST_STEP
        boxes.append(_host(chassis.pool, host, left))
        lines += [*_links(chassis, host, left, centres), *_paths(host, left, below)]
    hidden = len(chassis.hosts) - len(hosts)
    return Picture(width, HEIGHT, tuple(boxes), tuple(lines), hidden)


def _core(chassis: Chassis, centre: int) -> Box:
    says = "answers late" if chassis.core.slow else "answers"
    says = says if chassis.core.alive else "DEAD"
    look = "well" if says == "answers" else "ill"
    return _module(centre, _CORE_TOP, look, "gateway", says)


def _switches(chassis: Chassis, centres: dict[str, int]) -> Iterator[Box]:
    for switch in chassis.switches.values():
        says = f"uplink {'up' if switch.uplink else 'DOWN'}" if switch.powered else "NO POWER"
        says += ", ARP PROXY" if switch.powered and switch.proxy else ""
        look = "well" if switch.powered and switch.uplink and not switch.proxy else "ill"
        yield _module(centres[switch.name], _SWITCH_TOP, look, switch.name, says)


def _controllers(chassis: Chassis, centres: dict[str, int]) -> Iterator[Box]:
    for controller in chassis.controllers.values():
        says = "PATHS FAILING" if controller.failing else "paths working"
        says = says if controller.present else "PULLED OUT"
        look = "well" if controller.present and not controller.failing else "ill"
        yield _module(centres[controller.name], _CONTROLLER_TOP, look, controller.name, says)


def _arrays(chassis: Chassis, width: int) -> Iterator[Box]:
    """The drives below the controllers."""
    centres = (width * 3 // 10, width * 7 // 10)
    for centre, array in zip(centres, chassis.arrays.values(), strict=False):
        says, look = (array.says.upper(), "ill") if array.troubled else ("as fast as ever", "well")
        name = f"{array.storage_class} disks, RAID1"
        yield _module(centre, _ARRAY_TOP, look, name, says)


def _pool(chassis: Chassis, width: int) -> Iterator[Box]:
    pool = chassis.pool
    answers = chassis.coordinator_answers
    says = f"coordinator {pool.coordinator if answers else 'LOST'}"
    look = "well" if answers else "ill"
    yield _module(width * 3 // 10, _POOL_TOP, look, f"pool {pool.name}", says)
    says, look = ("answers", "well") if pool.nfs_answers else ("DEAD", "ill")
    yield _module(width * 7 // 10, _POOL_TOP, look, "NFS server", says)


def _module(centre: int, top: int, look: str, *lines: str) -> Box:
    return Box(centre - _MODULE_WIDTH // 2, top, _MODULE_WIDTH, _MODULE_HEIGHT, look, lines)


def _uplinks(chassis: Chassis, centres: dict[str, int], core: int) -> Iterator[Line]:
    for switch in chassis.switches.values():
        look = "active" if switch.uplink and switch.powered else "dead"
        below = _CORE_TOP + _MODULE_HEIGHT
        yield Line(core, below, centres[switch.name], _SWITCH_TOP, look, f"{switch.name} uplink")


def _host(pool: Pool, host: HostState, left: int) -> Box:
    lines = [host.name, host.flavour.product]
    lines += [f"{bond.name}: {_in_use(bond)}" for bond in host.bonds]
    for disk in host.storage.disks:
        active = host.storage.maps[disk.wwid].active or "NO PATH"
        lines.append(f"dm-{disk.dm} {disk.storage_class} ({disk.gib} GiB): {active}")
    counts = lun_counts(pool, host.name)
    lines += [f"XAPI counts {counts}"] if counts else []
    troubles = host_troubles(pool, host.name)
    lines += [_in_short(troubles)] if troubles else []
    cut_off = not all(bond.active for bond in host.bonds)
    stuck = not all(host.storage.usable(disk) for disk in host.storage.disks)
    look = "ill" if cut_off or stuck or troubles else "well"
    return Box(left, _HOST_TOP, _HOST_WIDTH, _HOST_HEIGHT, look, tuple(lines))


def _in_short(troubles: list[str]) -> str:
    """What fits into a host's box."""
    more = len(troubles) - _SHOWN_TROUBLES
    return ", ".join(troubles[:_SHOWN_TROUBLES]) + (f" +{more}" if more > 0 else "")


def _in_use(bond: Bond) -> str:
    waiting = [m.name for m in bond.members if m.delay_expires is not None]
    more = f" ({', '.join(waiting)} waiting)" if waiting else ""
    return f"{bond.active or 'NO MEMBER'} active{more}"


def _links(chassis: Chassis, host: HostState, left: int, centres: dict[str, int]) -> Iterator[Line]:
    members = [(bond, member) for bond in host.bonds for member in bond.members]
    for place, (bond, member) in enumerate(sorted(members, key=lambda pair: pair[1].name)):
        switch = next(s.name for s in chassis.switches.values() if member.name in s.ports)
        look = "active" if bond.active == member.name else "standby"
        look = look if member.enabled else "dead"
        x = left + _HOST_WIDTH * (place + 1) // (len(members) + 1)
        says = f"{host.name} {member.name} of {bond.name}: {look}"
        yield Line(x, _HOST_TOP, centres[switch], _SWITCH_TOP + _MODULE_HEIGHT, look, says)


def _paths(host: HostState, left: int, centres: dict[str, int]) -> Iterator[Line]:
    storage = host.storage
    for place, path in enumerate(storage.paths):
        look = "active" if storage.maps[path.wwid].active == path.controller else "standby"
        look = "dead" if not path.usable else look
        x = left + _HOST_WIDTH * (place + 1) // (len(storage.paths) + 1)
        says = f"{host.name} {path.device} ({path.hctl}): {look}"
        yield Line(
            x, _HOST_TOP + _HOST_HEIGHT, centres[path.controller], _CONTROLLER_TOP, look, says
        )
