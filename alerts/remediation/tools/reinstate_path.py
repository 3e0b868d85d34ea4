"""reinstate-path: take a path that works and is kept failed back into its multipath map."""

from dataclasses import dataclass

from alerts.remediation.records import Diagnosis, Facts, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import Shape
from alerts.remediation.tools.multipath_calm import HELD_OUT, refuse_held_out, require_calm
from alerts.remediation.tools.multipath_device import (
    DEVICE,
    device_state,
    prove_readable,
    state_file,
)
from alerts.remediation.tools.multipath_map import Found, find, place_of, said, unchanged
from collectors.multipath_records import Path, path_healthy, path_name
from collectors.multipathd import ask

OFF = "faulty"
"""What multipathd 0.9.4 says of a path for ever after `fail path`, which ends its checks.

It says the same of a path that does not work: only a read through it tells them apart.
"""
_WRITE_SECONDS = 10.0
_REINSTATE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class ReinstatePath:
    """The tool."""

    name: str = "reinstate-path"
    target: tuple[str, ...] = ("pool", "host", "wwid", "path")
    most: Mode = Mode.AUTO
    by_alert: bool = True
    effects: tuple[Shape, ...] = (
        ("multipathd", f"-kreinstate path {DEVICE}"),
        ("xenlens-write", state_file(DEVICE), "running"),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether the path is kept failed though it works. Raises Unreadable and Refusal."""
        found = await find(target, sight)
        place = place_of(found, target.labels["path"])
        if place is None:
            text = f"{target} is not in its map: see MultipathPathsLost"
            return Diagnosis("unclear", text, reason="path_missing")
        path, group = place
        facts = await _facts(found, path, sight)
        if path_healthy(path, group) and facts["device_state"] == "running":
            return Diagnosis("healthy", f"{target} is in use: {said(path)}", facts)
        reason, text = _trouble(path, facts["device_state"])
        text = f"{target} {text} ({said(path)})"
        return Diagnosis("unclear" if reason else "faulty", text, facts, reason)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """Reinstate it; a device that SCSI set offline is set running first.

        There is nothing to undo: a path that does not work fails again. Raises Refusal and
        Unreadable.
        """
        if found.verdict != "faulty":
            raise Refusal(found.reason or "not_faulty", found.text)
        now = await find(target, sight)
        place = place_of(now, target.labels["path"])
        if place is None:
            raise Refusal("path_missing", f"{target} is not in its map any more")
        path = place[0]
        facts = await _facts(now, path, sight)
        unchanged(target, found.facts, facts)
        _check_others(now, path)
        await refuse_held_out(target.host, path_name(path), sight)
        await require_calm(now, sight)
        offline = facts["device_state"] == "offline"
        proof = _sibling(now, path) if offline else path_name(path)
        evidence = await prove_readable(target.host, proof, sight)
        expected = {"dm_state": "active", "device_state": "running"}
        steps = _steps(target.host, path_name(path), expected)[0 if offline else 1 :]
        return Plan(f"Reinstate path {target}.", steps, expected, evidence, target.host)


def _steps(host: str, device: str, expected: Facts) -> tuple[Step, Step]:
    """The checker must call a device that runs again ready before I/O goes to it."""
    write = ("xenlens-write", state_file(device), "running")
    checked = {"device_state": "running", "checker_state": "ready"}
    return (
        Step(f"Set SCSI device {device} running.", host, write, _WRITE_SECONDS, checked),
        Step(
            f"Reinstate path {device}.",
            host,
            ask("reinstate", "path", device),
            _REINSTATE_SECONDS,
            expected,
        ),
    )


async def _facts(found: Found, path: Path, sight: Sight) -> Facts:
    return {
        "map": found.name,
        "hctl": path.hctl,
        "dm_state": path.dm_state,
        "checker_state": path.checker_state,
        "device_state": await device_state(found.host, path_name(path), sight),
    }


def _trouble(path: Path, state: str) -> tuple[str, str]:
    """What is wrong with a path, and as a reason why that is nothing to heal here."""
    if path.checker_state in HELD_OUT:
        return "held_out", "is held out since it flaps: find its cable or port"
    if path.dm_state != "failed":
        return "not_failed", "is not failed in the kernel, and not as it should be: read it again"
    if state == "offline":
        return "", "is failed, and SCSI has set its device offline"
    if state != "running":
        return "device_not_running", f"has a device that is {state}: wait, or look at its adapter"
    if path.checker_state == OFF:
        return "", "is failed, or its checker is off: a read tells"
    if path.checker_state != "ready":
        return "checker_not_ready", "is not ready: look at its cable, port and controller"
    return "", "works and is kept failed"


def _check_others(found: Found, path: Path) -> None:
    """Raises Refusal where no other path works: then the cause is not this path."""
    places = ((other, group) for group in found.map.groups for other in group.paths)
    if not any(path_healthy(*place) for place in places if place[0] is not path):
        text = "no other path is healthy: look at the array, and at MultipathNoPathLeft"
        raise Refusal("no_healthy_path", f"{found.host}: map {found.name}: {text}")


def _sibling(found: Found, path: Path) -> str:
    """Another LUN's healthy device behind the same port of the same controller. Raises Refusal.

    A device that is offline cannot be read, so only a sibling shows that its way works.
    """
    target = (path.hctl or "").rpartition(":")[0]
    others = (
        (other, group)
        for one in found.reading.records
        if one.wwid != found.map.wwid
        for group in one.groups
        for other in group.paths
        if target and (other.hctl or "").rpartition(":")[0] == target
    )
    name = next(
        (path_name(o) for o, g in others if o.checker_state == "ready" and path_healthy(o, g)), None
    )
    if name is None:
        text = f"{path_name(path)} is offline, and no other LUN's path shows that its way works"
        raise Refusal("path_unproven", f"{found.host}: {text}: look at its controller")
    return name
