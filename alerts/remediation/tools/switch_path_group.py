"""switch-path-group: make the best path group of a multipath map the active one.

With `failback manual`, the default, I/O stays on the worse controller after the good one is back.
"""

from dataclasses import dataclass

from alerts.remediation.records import Diagnosis, Facts, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import NAME, Shape
from alerts.remediation.tools.multipath_calm import HELD_OUT, refuse_marginal, require_calm
from alerts.remediation.tools.multipath_device import READ_SECONDS, prove_readable, read_argv
from alerts.remediation.tools.multipath_map import (
    Found,
    failing,
    find,
    peers,
    said,
    unchanged,
    unsettled,
    whole,
)
from collectors.multipath_records import Group, best_group_active, group_usable, path_name
from collectors.multipathd import ask

_SWITCH_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class SwitchPathGroup:
    """The tool."""

    name: str = "switch-path-group"
    target: tuple[str, ...] = ("pool", "host", "wwid")
    most: Mode = Mode.AUTO
    by_alert: bool = True
    effects: tuple[Shape, ...] = (
        ("multipathd", f"-kswitchgroup map {NAME} group [1-9][0-9]?"),
        read_argv(f"mapper/{NAME}"),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether the best group serves. Raises Unreadable and Refusal."""
        found = await find(target, sight)
        facts = _facts(found)
        match best_group_active(found.map):
            case True:
                return Diagnosis("healthy", f"the best path group of {target} is active", facts)
            case False:
                text = f"{target} is served by path group {_serving(found)}, and a better is usable"
                return Diagnosis("faulty", text, facts)
        reason, text = _unknown(found)
        return Diagnosis("unclear", f"{target}: {text}", facts, reason)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """Switch, and read through the map, since an idle one switches with the next I/O.

        It is read before as well, so that taking it back ends with a read, too. Raises Refusal
        and Unreadable.
        """
        if found.verdict != "faulty":
            raise Refusal(found.reason or "not_faulty", found.text)
        now = await find(target, sight)
        unchanged(target, found.facts, _facts(now))
        number = _best(now)
        group = now.map.groups[number - 1]
        _check_paths(now, group)
        await refuse_marginal(target.host, map(path_name, group.paths), sight)
        await require_calm(now, sight)
        await _check_peers(target, sight)
        ready = next(path for path in group.paths if path.checker_state == "ready")
        evidence = await prove_readable(target.host, path_name(ready), sight)
        expected = {"active": sorted(map(path_name, group.paths))}
        summary = f"Make path group {number} of {target} the active one."
        evidence = {**evidence, "priorities": [g.priority for g in now.map.groups]}
        return Plan(summary, _steps(now, number, expected), expected, evidence, target.host)


def _steps(found: Found, number: int, expected: Facts) -> tuple[Step, ...]:
    host, name = found.host, found.name
    read = read_argv(f"mapper/{name}")
    what = f"Read one block through {name}"
    switch = f"Make path group {number} of {name} the active one."
    before, after = _switch(name, _serving(found)), _switch(name, number)
    return (
        Step(f"{what}.", host, read, READ_SECONDS, undo=read),
        Step(switch, host, after, _SWITCH_SECONDS, undo=before),
        Step(f"{what}, which completes the change of an idle map.", host, read, 10.0, expected),
    )


def _switch(name: str, number: int) -> tuple[str, ...]:
    return ask("switchgroup", "map", name, "group", str(number))


def _facts(found: Found) -> Facts:
    groups = [
        {"priority": g.priority, "state": g.state, "paths": [said(path) for path in g.paths]}
        for g in found.map.groups
    ]
    active = [path for g in found.map.groups if g.state == "active" for path in g.paths]
    return {"map": found.name, "groups": groups, "active": sorted(map(path_name, active))}


def _serving(found: Found) -> int:
    """The number of the active group, counted from 1 as multipathd does."""
    return [group.state for group in found.map.groups].index("active") + 1


def _best(found: Found) -> int:
    """The number of the usable group of the highest priority. Raises Refusal."""
    groups = found.map.groups
    usable = [number for number, group in enumerate(groups, 1) if group_usable(group)]
    best = max(usable, key=lambda number: groups[number - 1].priority or 0)
    if (groups[best - 1].priority or 0) <= (groups[_serving(found) - 1].priority or 0):
        text = "the active path group has no usable path and no lower priority: the next I/O moves"
        raise Refusal("priorities_equal", f"{found.host}: map {found.name}: {text}")
    return best


def _check_paths(found: Found, group: Group) -> None:
    """Raises Refusal unless a path of the group is ready and all paths of the map are calm."""
    where = f"{found.host}: map {found.name}"
    held = [said(path) for path in group.paths if path.checker_state in HELD_OUT]
    if held:
        raise Refusal("held_out", f"{where}: {held[0]}: multipathd holds it out since it flaps")
    bad = failing(found.map.paths)
    if bad:
        raise Refusal("paths_failing", f"{where}: {', '.join(bad)}: see MultipathPathFailed")
    unknown = unsettled(found.map.paths)
    if unknown:
        text = f"{', '.join(unknown)}: wait until multipathd has checked it"
        raise Refusal("paths_unsettled", f"{where}: {text}")
    if not any(path.checker_state == "ready" for path in group.paths):
        text = "the preferred path group has no ready path: its controller is passive"
        raise Refusal("no_healthy_path", f"{where}: {text}")


async def _check_peers(target: Target, sight: Sight) -> None:
    """A host that cannot use the best controller may pull the LUN to the other. Raises Refusal."""
    for peer in await peers(target, sight):
        if not whole(peer):
            text = f"{peer.host} has not all paths of {peer.name}, and may pull it back: heal it"
            raise Refusal("peer_lacks_paths", text)


def _unknown(found: Found) -> tuple[str, str]:
    """Why it cannot be told whether the best group is active: a reason and a text."""
    groups = found.map.groups
    if all(group.state != "active" for group in groups):
        return "no_active_group", "no path group is active: it becomes so with the next I/O"
    if any(group.priority is None or group.priority < 0 for group in groups):
        return "priority_unknown", "the priority of a path group is unknown: look at its checker"
    return "paths_unsettled", "no path of a better group is known to be usable or not"
