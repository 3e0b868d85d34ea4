"""rescan-paths: take in paths of a multipath map that came back and were not taken in."""

from dataclasses import dataclass, replace

from alerts.remediation.records import Diagnosis, Facts, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import Shape
from alerts.remediation.tools.multipath_calm import require_calm
from alerts.remediation.tools.multipath_device import DEVICE
from alerts.remediation.tools.multipath_map import (
    Found,
    failing,
    find,
    peers,
    unchanged,
    unsettled,
)
from alerts.remediation.tools.multipath_returned import (
    adapters,
    orphans,
    proven_elsewhere,
    refuse_busy_sr,
)
from collectors.multipath_records import path_name
from collectors.multipathd import ask

_ADD_SECONDS = 15.0
_SCAN_SECONDS = 60.0
"""A scan of 256 targets took 9 s."""


@dataclass(frozen=True, slots=True)
class RescanPaths:
    """The tool."""

    name: str = "rescan-paths"
    target: tuple[str, ...] = ("pool", "host", "wwid")
    most: Mode = Mode.AUTO
    by_alert: bool = True
    effects: tuple[Shape, ...] = (
        ("multipathd", f"-k(add|del) path {DEVICE}"),
        ("xenlens-write", "/sys/class/scsi_host/host[0-9]{1,4}/scan", "- - -"),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether paths are missing, and nothing else is wrong. Raises Unreadable and Refusal."""
        found = await _find(target, sight)
        facts = _facts(found)
        if found.expected is None:
            text = f"nobody knows how many paths {target} should have: name it in the inventory"
            return Diagnosis("unclear", text, facts, "expectation_unknown")
        bad, unknown = failing(found.map.paths), unsettled(found.map.paths)
        if bad or unknown:
            text = f"paths of {target} are there and do not work: {', '.join(bad or unknown)}"
            return Diagnosis("unclear", text, facts, "paths_failing" if bad else "paths_unsettled")
        if not facts["missing"]:
            return Diagnosis("healthy", f"{target} has all of its {found.expected} paths", facts)
        text = f"{facts['missing']} of {found.expected} paths of {target} are missing"
        return Diagnosis("faulty", text, facts)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """Give the map the devices that are there; else scan for them. Raises Refusal, Unreadable.

        A scan only adds devices, and multipathd takes in those of its maps by itself.
        """
        if found.verdict != "faulty":
            raise Refusal(found.reason or "not_faulty", found.text)
        now = await _find(target, sight)
        unchanged(target, found.facts, _facts(now))
        await require_calm(now, sight)
        await refuse_busy_sr(target, sight)
        expected = {**now_kept(now), "missing": 0}
        devices = await orphans(now, sight)
        if devices:
            steps = _adding(now, sorted(devices), expected)
            summary = f"Give {target} the devices that are there: {', '.join(sorted(devices))}."
            return Plan(summary, steps, expected, {"orphans": devices}, target.host)
        evidence: Facts = {"whole_on": await proven_elsewhere(target, sight)}
        numbers = await adapters(now, sight)
        steps = tuple(_scan(target.host, number, expected) for number in numbers)
        summary = f"Scan for the missing paths of {target}."
        return Plan(summary, steps, expected, evidence, target.host, "ladder")


async def _find(target: Target, sight: Sight) -> Found:
    """The map; how many paths it should have is also known from what the other hosts had."""
    found = await find(target, sight)
    named = sight.inventory(target.host)
    one = named.maps.get(found.map.wwid)
    if (one and one.paths) or named.paths_per_map:
        return found
    others = [peer.reading.seen.get(found.map.wwid, 0) for peer in await peers(target, sight)]
    return replace(found, expected=max((found.expected or 0, *others)) or None)


def _facts(found: Found) -> Facts:
    missing = None if found.expected is None else max(0, found.expected - len(found.map.paths))
    return {**now_kept(found), "map": found.name, "expected": found.expected, "missing": missing}


def now_kept(found: Found) -> Facts:
    """The paths that are there, each a fact: none of them may be lost."""
    return {f"path {path_name(path)}": path.hctl for path in found.map.paths}


def _adding(found: Found, devices: list[str], expected: Facts) -> tuple[Step, ...]:
    last = devices[-1]
    return tuple(
        Step(
            f"Give {device} to its map.",
            found.host,
            ask("add", "path", device),
            _ADD_SECONDS,
            expected if device == last else {},
            ask("del", "path", device),
        )
        for device in devices
    )


def _scan(host: str, adapter: int, expected: Facts) -> Step:
    argv = ("xenlens-write", f"/sys/class/scsi_host/host{adapter}/scan", "- - -")
    return Step(f"Scan SCSI host {adapter} for devices.", host, argv, _SCAN_SECONDS, expected)
