"""Whether every path of a LUN is there before its PBD is plugged.

SM takes the paths that it finds at a plug for all there are: a degraded plug records `[1, 1]`, and
nobody sees the loss any more.
"""

from alerts.remediation.records import Facts, Refusal
from alerts.remediation.sight import Sight
from alerts.remediation.tools.storage_pbd import PbdSeen
from collectors.multipath_records import BAD_STATES, worst_by_wwid
from collectors.multipathd import RAW_PATHS, RawPath, ask, parse_raw_paths
from collectors.parsing import ParseError, ToolError
from collectors.storage_maps import healthy_paths

NETWORK_BLOCK = frozenset({"iscsi", "lvmoiscsi"})
"""SR types whose plug makes the paths, one by each portal, which have to answer."""


async def check_paths(seen: PbdSeen, host: str, portals: int, sight: Sight) -> Facts:
    """That the host has every expected path of the LUN; gives what was counted.

    `portals` are the servers of the SR that the host reaches. Raises Refusal `paths_unknown` and
    `paths_missing`, Unreadable.
    """
    if seen.expected is None:
        text = f"How many paths LUN {seen.lun} should have is not known: configure paths_per_map"
        raise Refusal("paths_unknown", text)
    there, how = await _paths(seen, host, portals, sight)
    counted = {"lun": seen.lun, "paths": there, "expected": seen.expected, "by": how}
    if there is None:
        text = f"{host} does not tell how many paths it has to LUN {seen.lun}: look at multipathd"
        raise Refusal("paths_unknown", text, counted)
    if there < seen.expected:
        text = (
            f"{host} has {there} of {seen.expected} paths to LUN {seen.lun}: bring them back "
            "first, or XAPI takes these for all there are"
        )
        raise Refusal("paths_missing", text, counted)
    return counted


async def _paths(seen: PbdSeen, host: str, portals: int, sight: Sight) -> tuple[int | None, str]:
    """Good paths, None where nobody knows; and who says so. An unplug takes the map away."""
    own = worst_by_wwid(seen.maps.records).get(seen.lun) if seen.maps else None
    if own is not None:
        return healthy_paths(own), "multipath map"
    if seen.sr.type in NETWORK_BLOCK:
        return portals, "portals"
    return await _raw_paths(seen.lun, host, sight), "multipathd's paths"


async def _raw_paths(lun: str, host: str, sight: Sight) -> int | None:
    """The paths that multipathd knows of a LUN without a map; 0.4.7 cannot tell."""
    output = await sight.ask(host, ask(*RAW_PATHS))
    try:
        parsed = parse_raw_paths(output.stdout)
    except (ParseError, ToolError):
        return None
    if parsed.damaged or output.exit_status != 0:
        return None
    return sum(_is_there(path) for path in parsed.records if path.wwid == lun)


def _is_there(path: RawPath) -> bool:
    """What is in no map is not checked: its device has to be running, and nothing called bad."""
    return path.device_state == "running" and path.checker_state not in BAD_STATES
