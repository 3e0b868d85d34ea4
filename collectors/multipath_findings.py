"""What is wrong with a host's multipath maps, in sentences."""

from collections.abc import Iterator

from collectors.multipath_expected import expectations
from collectors.multipath_reading import MultipathReading
from collectors.multipath_records import (
    Map,
    Path,
    best_group_active,
    group_usable,
    path_healthy,
    path_name,
    worst_by_wwid,
)
from collectors.paths_expected import Expectation
from collectors.registry import Finding, View


def findings(reading: MultipathReading, view: View) -> Iterator[Finding]:
    """Maps that are gone, paths that are gone, sick or unknown, and wrong controllers."""
    maps = worst_by_wwid(reading.records)
    if maps and reading.daemon_running is False:
        text = "multipathd does not run: failed paths will not be taken back"
        yield Finding("warning", "multipathd", text)
    for wwid, expected in expectations(reading, view).items():
        if wwid not in maps:
            yield Finding("critical", wwid, f"map missing ({expected.source} has it)")
        else:
            yield from _of_map(maps[wwid], expected)


def _of_map(one: Map, expected: Expectation) -> Iterator[Finding]:
    name = one.alias or one.wwid
    health = [(path, path_healthy(path, g)) for g in one.groups for path in g.paths]
    if all(healthy is False for _, healthy in health):
        waits = "I/O waits" if one.queueing else "I/O fails"
        yield Finding("critical", name, f"no healthy path left; {waits}")
    for path, healthy in health:
        if not healthy:
            yield Finding("warning" if healthy is False else "unknown", name, _said_of(path))
    if expected.paths is not None and len(health) < expected.paths:
        text = f"{len(health)} of {expected.paths} paths ({expected.source}); the others vanished"
        yield Finding("warning", name, text)
    if best_group_active(one) is False:
        yield Finding("warning", name, f"wrong controller: {_served_by(one)}")


def _said_of(path: Path) -> str:
    states = filter(None, (path.dm_state, path.checker_state, path.device_state))
    return f"path {path_name(path)} ({path.hctl}) is {' '.join(states) or 'in no known state'}"


def _served_by(one: Map) -> str:
    active = next(group for group in one.groups if group.state == "active")
    best = max(group.priority or 0 for group in one.groups if group_usable(group))
    if not group_usable(active):
        return f"the active path group has no usable path, that of priority {best} has"
    return f"the active path group has priority {active.priority}, the best has {best}"
