"""A multipath map as a tool reads it: from multipathd, whose word is the newest."""

import re
from dataclasses import dataclass
from typing import Any

from alerts.remediation.records import Facts, Refusal, Target, Unreadable
from alerts.remediation.sight import Sight
from alerts.remediation.tool import NAME
from collectors.multipath_reading import MultipathReading
from collectors.multipath_records import Group, Map, Path, is_bad, path_healthy, path_name, usable
from collectors.paths_expected import Known, expected_paths
from collectors.registry import Reading


@dataclass(frozen=True, slots=True)
class Found:
    """A map, and the reading of its host."""

    host: str
    map: Map
    reading: MultipathReading
    expected: int | None = None
    """How many paths it should have: the inventory's word, else the most it had within a day."""

    @property
    def name(self) -> str:
        """What multipathd and /dev/mapper call it: its alias, else its WWID."""
        return self.map.alias or self.map.wwid


async def find(target: Target, sight: Sight) -> Found:
    """The map of a target. Raises Unreadable, and Refusal where it is not there."""
    host, wwid = target.host, target.labels["wwid"]
    found = await look(host, wwid, sight)
    if found is None:
        text = f"{host} has no map {wwid}: see MultipathMapMissing"
        raise Refusal("map_missing", text)
    if not re.fullmatch(NAME, found.name):
        raise Refusal("strange_name", f"{host}: map {wwid} has a name that no command is given")
    return found


async def look(host: str, wwid: str, sight: Sight) -> Found | None:
    """A host's map of that WWID, or None. Raises Unreadable, and Refusal where there are two."""
    reading = _by_daemon(host, await sight.read(host, "multipath"))
    maps = [one for one in reading.records if one.wwid == wwid]
    if len(maps) > 1:
        raise Refusal("two_maps", f"{host} has {len(maps)} maps of {wwid}: a person has to look")
    if not maps and reading.damaged:
        text = f"{host}: multipathd's answer is damaged where map {wwid} may be: read it again"
        raise Unreadable("multipath", text)
    if not maps:
        return None
    known = Known(here=reading.seen.get(wwid, 0))
    return Found(host, maps[0], reading, expected_paths(wwid, sight.inventory(host), known).paths)


async def peers(target: Target, sight: Sight) -> tuple[Found, ...]:
    """The same map on the other hosts of the pool. Raises Unreadable where one does not tell."""
    others = (host for host in sight.hosts(target.pool) if host != target.host)
    found = [await look(host, target.labels["wwid"], sight) for host in others]
    return tuple(one for one in found if one is not None)


def _by_daemon(host: str, reading: Reading[Any]) -> MultipathReading:
    """Only multipathd tells which paths are held out, and every group reads `enabled` without it.

    Raises Unreadable.
    """
    if isinstance(reading, MultipathReading) and reading.daemon_running is True:
        return reading
    text = f"{host}: multipathd gives no answer, only {reading.via} does: see MultipathDaemonDown"
    raise Unreadable("multipathd", text)


def whole(found: Found) -> bool:
    """Whether no path of a map is missing, and every one is as it should be where it is."""
    groups = found.map.groups
    well = all(path_healthy(path, group) is True for group in groups for path in group.paths)
    return well and len(found.map.paths) >= (found.expected or 0)


def place_of(found: Found, name: str) -> tuple[Path, Group] | None:
    """A path of a map by the name that metrics give it, and its group."""
    places = ((path, group) for group in found.map.groups for path in group.paths)
    return next((place for place in places if path_name(place[0]) == name), None)


def failing(paths: tuple[Path, ...]) -> list[str]:
    """The paths that must not carry I/O, as a person reads them."""
    return [said(path) for path in paths if is_bad(path)]


def unsettled(paths: tuple[Path, ...]) -> list[str]:
    """The paths of which that is not known: a check is pending, or nobody has checked."""
    return [said(path) for path in paths if usable(path) is None]


def said(path: Path) -> str:
    """`sdb failed ready running`."""
    states = filter(None, (path.dm_state, path.checker_state, path.device_state))
    return " ".join((path_name(path), *states))


def unchanged(target: Target, before: Facts, now: Facts) -> None:
    """Raises Refusal where an object is no more what it was when it was diagnosed."""
    if dict(before) != dict(now):
        raise Refusal("changed", f"{target} changed since it was diagnosed: it is not at rest")
