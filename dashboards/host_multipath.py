"""Panels of multipath: maps, their paths, and the controller that serves them."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About, Query
from dashboards.layout import Line
from dashboards.look import COUNT_OF_WARNINGS, CRITICAL, NOTE, OK, UNKNOWN, WARNING
from dashboards.panels import counts_timeline, timeline
from dashboards.promql import State, of_host, state_of
from dashboards.tables import Column, Figure, Label, table

MAP = "pool, host, wwid"
PATH = f"{MAP}, path, hctl"
MAP_LEGEND = "{{host}} {{wwid}}"
EXPECTED = f"max by ({MAP}) ({of_host('xenlens_multipath_paths_expected')})"
THERE = f"max by ({MAP}) ({of_host('xenlens_multipath_paths')})"
HEALTHY = f"max by ({MAP}) ({of_host('xenlens_multipath_paths_healthy')})"
NO_PATH = of_host("map:xenlens_multipath_paths_healthy:none")
QUEUES = f"on ({MAP}) xenlens_multipath_map_queueing == 1"
MAP_STATES = (
    State("map is gone", CRITICAL, of_host("xenlens_multipath_map_present") + " == 0"),
    State("no path, I/O waits", CRITICAL, f"{NO_PATH} and {QUEUES}"),
    State("no path, I/O fails", CRITICAL, NO_PATH),
    State("paths vanished", WARNING, of_host("map:xenlens_multipath_paths:lost")),
    State("paths failed", WARNING, f"{HEALTHY} < {THERE}"),
    State("every path healthy", OK, f"{HEALTHY} > 0"),
)
CONTROLLER = (
    State("the worse one", WARNING, of_host("xenlens_multipath_best_group_active") + " == 0"),
    State("the best one", OK, of_host("xenlens_multipath_best_group_active") + " == 1"),
    State("none active", UNKNOWN, of_host("xenlens_multipath_map_present") + " == 1"),
)
FAILED = of_host("xenlens_multipath_path_dm_state", 'state="failed"') + " == 1"
BAD = ("faulty", "shaky", "delayed", "disconnected", "pending", "timeout", "unknown")


def _checker(state: str) -> str:
    return of_host("xenlens_multipath_path_checker_state", f'state="{state}"') + " == 1"


PATH_STATES = (
    State("ready, but not used", WARNING, f"{FAILED} and on ({PATH}) {_checker('ready')}"),
    *(State(f"checker: {state}", CRITICAL, _checker(state)) for state in BAD[:-1]),
    State("failed", CRITICAL, FAILED),
    State("checker: unknown", UNKNOWN, _checker(BAD[-1])),
    State("standby", NOTE, _checker("ghost")),
    State("healthy", OK, of_host("xenlens_multipath_path_healthy") + " == 1"),
    State("not healthy", WARNING, of_host("xenlens_multipath_path_healthy") + " == 0"),
)


def lines() -> list[Line]:
    """Everything of multipath."""
    return [
        Line(8, [_maps(), _controllers()]),
        Line(9, [_counts(), _paths()]),
        Line(8, [_table()]),
    ]


def _maps() -> Panel:
    about = About(
        "Maps",
        "The state of each multipath map. Vanished paths are gone and called failed by no tool; a "
        "map that is gone takes XAPI's path count with it.",
        "no map, or maps could not be read",
        ("MultipathMapMissing", "MultipathPathsLost", "MultipathQueueingWithoutPaths"),
    )
    return timeline(about, MAP, MAP_STATES, MAP_LEGEND)


def _controllers() -> Panel:
    about = About(
        "Controller that serves each map",
        "Whether the usable path group of highest priority is the active one. The worse one: every "
        "path is ready, and the array passes each request on to the other controller.",
        "no map, or maps could not be read",
        ("MultipathBestGroupNotActive",),
    )
    return timeline(about, MAP, CONTROLLER, MAP_LEGEND)


def _counts() -> Panel:
    about = About(
        "Paths of each map in numbers",
        "Paths that each map should have, has, and has healthy. Wrong: has or healthy below should "
        "have. The colour tells no state, only a change.",
        "no map, or maps could not be read",
        ("MultipathPathsLost",),
    )
    counts = ((EXPECTED, "should have"), (THERE, "has"), (HEALTHY, "healthy"))
    return counts_timeline(about, [Query(expr, f"{MAP_LEGEND} {what}") for expr, what in counts])


def _paths() -> Panel:
    about = About(
        "Paths",
        "The state of each path. A path that becomes grey and stays so has vanished, unless the "
        "maps cannot be read. Ready, but not used: its checker is content and device-mapper keeps "
        "it failed.",
        "no path, or maps could not be read",
        ("MultipathPathFailed", "MultipathPathsLost"),
    )
    legend = "{{host}} {{wwid}} {{path}} ({{hctl}})"
    return timeline(about, PATH, PATH_STATES, legend, absent="gone, or not read")


def _table() -> Panel:
    about = About(
        "Maps now",
        "Each map with its disk, and the paths it is short of. Anything but 0 there is wrong, also "
        "where what is left looks healthy.",
        "no map, or maps could not be read",
        ("MultipathPathsLost", "MultipathPathFailed"),
    )
    info = of_host("xenlens_multipath_map_info")
    columns: list[Column] = [
        Label("pool", "Pool"),
        Label("host", "Host"),
        Label("wwid", "WWID"),
        Figure("State", state_of(MAP, MAP_STATES), states=MAP_STATES),
        Figure("Should have", EXPECTED, empty="not known"),
        Figure("Has", THERE),
        Figure("Healthy", HEALTHY),
        Figure("Short of", f"{EXPECTED} - {HEALTHY}", steps=COUNT_OF_WARNINGS),
        Figure("Size", f"max by ({MAP}) ({of_host('xenlens_multipath_map_size_bytes')})", "bytes"),
        Figure("", f"max by ({MAP}, alias, device, vendor, product) ({info})"),
        Label("alias", "Alias"),
        Label("device", "Device"),
        Label("vendor", "Vendor"),
        Label("product", "Product"),
    ]
    return table(about, columns, [("Short of", True), ("Host", False)])
