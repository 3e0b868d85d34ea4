"""Multipath maps as records, and what is true of them: healthy, usable, on the best group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BAD_STATES = frozenset({"failed", "faulty", "shaky", "delayed", "i/o timeout", "disconnected"})
"""Words by which the kernel or the checker says that a path must not carry I/O.

`shaky` and `delayed` are paths held out on purpose (san_path_err_*, marginal_path_*,
delay_*_checks). Words: libmultipath/print.c, `snprint_chk_state` and `snprint_dm_path_state`,
0.4.7 to 0.14.
"""

STANDBY_STATES = frozenset({"enabled", "disabled"})
"""Group states in which no I/O goes to the group's paths."""


@dataclass(frozen=True, slots=True)
class Path:
    """One path as printed. None where the text does not say.

    `dm_state` is the kernel's view, `checker_state` multipath's own, `device_state` SCSI's.
    """

    hctl: str | None
    device: str | None
    major: int | None
    minor: int | None
    dm_state: str | None
    checker_state: str | None
    device_state: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """One path group: its selector, its priority, and `active`, `enabled`, `disabled`…"""

    policy: str | None
    priority: int | None
    state: str | None
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Map:
    """One multipath map. The fields are the public contract of `xenlens parse multipath`.

    `alias` is None where the map is named by its WWID. `features` are the words after the count.
    """

    wwid: str
    alias: str | None
    device: str | None
    vendor: str | None
    product: str | None
    size_bytes: int | None
    features: tuple[str, ...]
    queueing: bool | None
    hardware_handler: str | None
    write_protect: str | None
    groups: tuple[Group, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths of all groups, in the order of the text."""
        return tuple(path for group in self.groups for path in group.paths)


def is_queueing(features: Sequence[str] | None) -> bool | None:
    """True when I/O waits while no path is left; None where the features are not known."""
    return None if features is None else "queue_if_no_path" in features


def is_bad(path: Path) -> bool:
    """True when the kernel or the checker says that the path is not good."""
    return path.dm_state in BAD_STATES or path.checker_state in BAD_STATES


def usable(path: Path) -> bool | None:
    """True when I/O could go over the path now: `ready` or `ghost`, and not failed in the kernel.

    multipathd counts the same two checker states as usable (`count_active_paths`). None where
    either view is unknown (`undef`, `i/o pending`, no daemon).
    """
    if is_bad(path):
        return False
    if path.dm_state == "active" and path.checker_state in ("ready", "ghost"):
        return True
    return None


def path_healthy(path: Path, group: Group) -> bool | None:
    """True when the path is as it should be where it is; None where that is unknown.

    A `ghost` answers on the passive controller: right in a standby group, wrong in the active one.
    SCSI's `device_state` alone is no health: `failed faulty running` is common.
    """
    if usable(path) is not True:
        return usable(path)
    if path.checker_state == "ready":
        return True
    if group.state == "active":
        return False
    return True if group.state in STANDBY_STATES else None


def group_usable(group: Group) -> bool | None:
    """True when any path of the group is usable; None where that is unknown."""
    known = [usable(path) for path in group.paths]
    if True in known:
        return True
    return None if None in known else False


def best_group_active(map_: Map) -> bool | None:
    """True when I/O goes to the group of highest priority among those with a usable path.

    Groups of equal priority are equally good. None when no group is active (after a reload, until
    the next I/O), when no path is known to be usable, or when a priority is unknown: not printed,
    negative (PRIO_UNDEF), or all 0 with unknown paths as `multipath -l` prints them.
    """
    serving = [group for group in map_.groups if group.state == "active"]
    if not serving or any(g.priority is None or g.priority < 0 for g in map_.groups):
        return None
    rank = _best(serving)
    usable_groups = [group for group in map_.groups if group_usable(group)]
    if not usable_groups:
        return None
    states = {group_usable(group) for group in serving}
    if _best(usable_groups) > rank or states == {False}:
        return False
    unknown = [group for group in map_.groups if group_usable(group) is None]
    return None if True not in states or _best(unknown) > rank else True


def _best(groups: Sequence[Group]) -> int:
    return max((group.priority or 0 for group in groups), default=-1)


def worst_by_wwid(maps: Iterable[Map]) -> dict[str, Map]:
    """Maps by WWID; of two with the same one, that with fewer paths known to be healthy."""
    found: dict[str, Map] = {}
    for one in maps:
        other = found.get(one.wwid)
        if other is None or _healthy_paths(one) < _healthy_paths(other):
            found[one.wwid] = one
    return found


def _healthy_paths(map_: Map) -> int:
    return sum(path_healthy(path, group) is True for group in map_.groups for path in group.paths)


def path_name(path: Path) -> str:
    """The path's device name, or its major:minor, or its address when it has lost both."""
    if path.device:
        return path.device
    return f"{path.major}:{path.minor}" if path.major is not None else path.hctl or ""
