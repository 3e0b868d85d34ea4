"""Multipath maps as metrics."""

from collectors.metrics import Family, Page
from collectors.multipath_expected import expectations
from collectors.multipath_reading import MultipathReading
from collectors.multipath_records import (
    Group,
    Map,
    Path,
    best_group_active,
    path_healthy,
    path_name,
    worst_by_wwid,
)
from collectors.registry import View

DM_STATES = ("active", "failed", "unknown")
CHECKER_STATES = {
    "ready": "ready",
    "ghost": "ghost",
    "faulty": "faulty",
    "shaky": "shaky",
    "delayed": "delayed",
    "disconnected": "disconnected",
    "i/o pending": "pending",
    "i/o timeout": "timeout",
    "unknown": "unknown",
}
"""Words of the path checkers (multipath-tools 0.4.7 to 0.14) and our label values for them."""
DEVICE_STATES = ("running", "offline", "blocked", "quiesce", "transport-offline", "unknown")
GROUP_STATES = ("active", "enabled", "disabled", "unknown")

DAEMON_RUNNING = Family(
    "xenlens_multipath_daemon_running",
    "1 when multipathd answered, 0 when it does not run; absent while that is unknown.",
)
MAP_INFO = Family(
    "xenlens_multipath_map_info",
    "A multipath map (multipathd show maps json; multipath -ll).",
    ("wwid", "alias", "device", "vendor", "product", "hardware_handler"),
)
MAP_PRESENT = Family(
    "xenlens_multipath_map_present",
    "1 for a map that is there, 0 for one that should be: named in the inventory, there on two "
    "other hosts of the pool, or seen on this host in the last 24 hours.",
    ("wwid",),
)
MAP_SIZE = Family("xenlens_multipath_map_size_bytes", "Size of the map.", ("wwid",))
MAP_QUEUEING = Family(
    "xenlens_multipath_map_queueing",
    "1 when I/O waits while no path is left (feature queue_if_no_path).",
    ("wwid",),
)
GROUP_STATE = Family(
    "xenlens_multipath_group_state",
    "State of a path group, one series per state, exactly one of them 1.",
    ("wwid", "group", "state"),
)
GROUP_PRIORITY = Family(
    "xenlens_multipath_group_priority", "Priority of a path group (prio).", ("wwid", "group")
)
BEST_GROUP_ACTIVE = Family(
    "xenlens_multipath_best_group_active",
    "1 when the usable path group of highest priority is the active one; 0 when I/O goes "
    "through a worse controller. Absent while no group is active (idle map after a reload).",
    ("wwid",),
)
PATH_DM_STATE = Family(
    "xenlens_multipath_path_dm_state",
    "Path state as the kernel's device-mapper has it, exactly one of them 1.",
    ("wwid", "path", "hctl", "state"),
)
PATH_CHECKER_STATE = Family(
    "xenlens_multipath_path_checker_state",
    "Path state as the path checker saw it, exactly one of them 1.",
    ("wwid", "path", "hctl", "state"),
)
PATH_DEVICE_STATE = Family(
    "xenlens_multipath_path_device_state",
    "State of the SCSI device, exactly one of them 1; multipath-tools before 0.4.9 prints none.",
    ("wwid", "path", "hctl", "state"),
)
PATH_HEALTHY = Family(
    "xenlens_multipath_path_healthy",
    "1 when device-mapper has the path active and its checker says ready, or ghost in a "
    "standby group.",
    ("wwid", "path", "hctl"),
)
PATHS = Family("xenlens_multipath_paths", "Paths the map has.", ("wwid",))
PATHS_HEALTHY = Family("xenlens_multipath_paths_healthy", "Healthy paths of the map.", ("wwid",))
PATHS_EXPECTED = Family(
    "xenlens_multipath_paths_expected",
    "Paths the map should have, and who says so: config (the inventory), peers (the same LUN "
    "on the pool's other hosts), xapi (the highest maximum XAPI has for the LUN on any host), seen "
    "(the most this host had while xenlens watched).",
    ("wwid", "source"),
)
FAMILIES = (
    DAEMON_RUNNING,
    MAP_INFO,
    MAP_PRESENT,
    MAP_SIZE,
    MAP_QUEUEING,
    GROUP_STATE,
    GROUP_PRIORITY,
    BEST_GROUP_ACTIVE,
    PATH_DM_STATE,
    PATH_CHECKER_STATE,
    PATH_DEVICE_STATE,
    PATH_HEALTHY,
    PATHS,
    PATHS_HEALTHY,
    PATHS_EXPECTED,
)


def fill(page: Page, reading: MultipathReading, view: View) -> None:
    """Every map of the reading, and those that should be there and are not."""
    page.add_known(DAEMON_RUNNING, reading.daemon_running)
    maps = worst_by_wwid(reading.records)
    for wwid in sorted(maps):
        _fill_map(page, maps[wwid])
    for wwid, expected in expectations(reading, view).items():
        page.add(MAP_PRESENT, wwid in maps, wwid=wwid)
        if wwid not in maps:
            page.add(PATHS, 0, wwid=wwid)
            page.add(PATHS_HEALTHY, 0, wwid=wwid)
        if expected.paths is not None:
            page.add(PATHS_EXPECTED, expected.paths, wwid=wwid, source=expected.source)


def _fill_map(page: Page, one: Map) -> None:
    wwid = one.wwid
    page.add(
        MAP_INFO,
        1,
        wwid=wwid,
        alias=one.alias or "",
        device=one.device or "",
        vendor=one.vendor or "",
        product=one.product or "",
        hardware_handler=one.hardware_handler or "",
    )
    page.add_known(MAP_SIZE, one.size_bytes, wwid=wwid)
    page.add_known(MAP_QUEUEING, one.queueing, wwid=wwid)
    page.add_known(BEST_GROUP_ACTIVE, best_group_active(one), wwid=wwid)
    for number, group in enumerate(one.groups, 1):
        _fill_group(page, wwid, str(number), group)
    health = [path_healthy(path, group) for group in one.groups for path in group.paths]
    page.add(PATHS, len(health), wwid=wwid)
    if None not in health:
        page.add(PATHS_HEALTHY, sum(map(bool, health)), wwid=wwid)
    _fill_paths(page, one)


def _fill_group(page: Page, wwid: str, number: str, group: Group) -> None:
    if group.state is not None:
        page.states(GROUP_STATE, GROUP_STATES, group.state, wwid=wwid, group=number)
    page.add_known(GROUP_PRIORITY, group.priority, wwid=wwid, group=number)


def _fill_paths(page: Page, one: Map) -> None:
    """Paths by name; those that have lost all names are told apart by their place in the map."""
    named: set[str] = set()
    places = ((group, path) for group in one.groups for path in group.paths)
    for place, (group, path) in enumerate(places, 1):
        name = path_name(path)
        if not name or name in named:
            name = f"{name}#{place}"
        named.add(name)
        _fill_path(page, one.wwid, name, path, group)


def _fill_path(page: Page, wwid: str, name: str, path: Path, group: Group) -> None:
    labels = {"wwid": wwid, "path": name, "hctl": path.hctl or ""}
    page.states(PATH_DM_STATE, DM_STATES, path.dm_state or "unknown", **labels)
    if path.checker_state is not None:
        checker = CHECKER_STATES.get(path.checker_state, "unknown")
        page.states(PATH_CHECKER_STATE, CHECKER_STATES.values(), checker, **labels)
    if path.device_state is not None:
        page.states(PATH_DEVICE_STATE, DEVICE_STATES, path.device_state, **labels)
    page.add_known(PATH_HEALTHY, path_healthy(path, group), **labels)
