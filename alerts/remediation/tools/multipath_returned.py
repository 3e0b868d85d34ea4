"""Signs that a missing path came back: a device without its map, or hosts that have it again."""

import re
from collections.abc import Iterable

from alerts.remediation.records import Facts, Refusal, Target, Unreadable
from alerts.remediation.sight import Sight
from alerts.remediation.tools.multipath_calm import NotUnderstood, answer
from alerts.remediation.tools.multipath_device import DEVICE, device_state, prove_readable
from alerts.remediation.tools.multipath_map import Found, peers, whole
from collectors.multipath_records import Map
from collectors.multipathd import RAW_PATHS, ask, parse_raw_paths
from collectors.parsing import ParseError, ToolError

DISKS, ADAPTERS = "/sys/block", "/sys/class/scsi_host"
_NAMES = {"naa.": "3", "eui.": "2"}
"""What the kernel calls a disk (sd's `wwid`, since 3.15) and how its WWID begins."""
_ADAPTER = re.compile(r"(\d{1,4}):\d+:\d+:\d+")


async def orphans(found: Found, sight: Sight) -> dict[str, Facts]:
    """Devices of the map's WWID that are in no map, each with the proof that it reads.

    0.4.7 does not tell the WWIDs of orphans, among which are the local disks: then there are
    none. 0.9.4 forgets a device after `del path`: only the kernel has it then. Raises Unreadable,
    and Refusal where one of them does not read.
    """
    host, wwid = found.host, found.map.wwid
    try:
        text = answer(host, await sight.ask(host, ask(*RAW_PATHS)))
        rows = parse_raw_paths(text).records
    except NotUnderstood:
        return {}
    except (ToolError, ParseError) as error:
        raise Unreadable("multipathd", f"{host}: show paths: {error}") from error
    known = {row.device for row in rows}
    devices = [row.device for row in rows if row.wwid == wwid and row.map is None]
    devices += [device for device in await _disks(found, sight) if device not in known]
    return {d: await _proof(host, d, sight) for d in devices if d and re.fullmatch(DEVICE, d)}


async def _disks(found: Found, sight: Sight) -> list[str]:
    """The kernel's disks of the map's WWID; none where an old kernel does not tell names."""
    names = await _attributes(found.host, DISKS, DEVICE, "device/wwid", sight)
    wwids = {disk: _NAMES.get(name[:4], "?") + name[4:] for disk, name in names.items()}
    return [disk for disk, wwid in wwids.items() if wwid == found.map.wwid]


async def _attributes(
    host: str, folder: str, entries: str, file: str, sight: Sight
) -> dict[str, str]:
    """What a file of sysfs says, by the entry that it belongs to; only of those that have it."""
    names = (await sight.ask(host, ("ls", folder))).stdout.split()
    files = [f"{folder}/{name}/{file}" for name in names if re.fullmatch(entries, name)]
    if not files:
        return {}
    lines = (await sight.ask(host, ("grep", "-H", "", *files))).stdout.splitlines()
    pairs = (line.removeprefix(f"{folder}/").split(f"/{file}:", 1) for line in lines)
    return {pair[0]: pair[1].strip() for pair in pairs if len(pair) > 1}


async def _proof(host: str, device: str, sight: Sight) -> Facts:
    state = await device_state(host, device, sight)
    if state != "running":
        text = f"{host}: {device} is there and its SCSI state is {state}: look at its adapter"
        raise Refusal("device_not_running", text)
    return await prove_readable(host, device, sight)


async def proven_elsewhere(target: Target, sight: Sight) -> list[str]:
    """Other hosts that have all of their paths to the LUN: the array offers them. Raises Refusal.

    Where others lack paths as well the cause is at the array, and no scan helps.
    """
    others = await peers(target, sight)
    lacking = [peer.host for peer in others if not whole(peer)]
    if lacking:
        text = f"paths to {target.object} are missing on {', '.join(lacking)}, too: see the array"
        raise Refusal("other_hosts_too", text)
    if not others:
        text = f"nothing shows that the missing paths of {target} are back: no other host has it"
        raise Refusal("no_evidence", text)
    return [peer.host for peer in others]


async def adapters(found: Found, sight: Sight) -> tuple[int, ...]:
    """SCSI hosts of the map's paths, of other maps of the same array, then of the same driver.

    The last since an adapter that lost all of its devices carries no path. Raises Refusal where no
    address is known.
    """
    one = found.map
    same = (m for m in found.reading.records if (m.vendor, m.product) == (one.vendor, one.product))
    numbers = (*_numbers([one]), *sorted(_numbers(same)))
    if not numbers:
        text = f"{found.host}: multipathd tells no address of a path of {found.name}"
        raise Refusal("adapters_unknown", f"{text}: scan by hand")
    drivers = await _attributes(found.host, ADAPTERS, r"host\d{1,4}", "proc_name", sight)
    theirs = {drivers.get(f"host{number}") for number in numbers} - {None}
    like = sorted(int(name[4:]) for name, driver in drivers.items() if driver in theirs)
    return tuple(dict.fromkeys((*numbers, *like)))


def _numbers(maps: Iterable[Map]) -> list[int]:
    """The first numbers of H:C:T:L."""
    addresses = (path.hctl or "" for one in maps for path in one.paths)
    return [int(match[1]) for text in addresses if (match := _ADAPTER.fullmatch(text))]


async def refuse_busy_sr(target: Target, sight: Sight) -> None:
    """Raises Refusal while XAPI works on the LUN's SR, a scan above all; Unreadable."""
    state = (await sight.pool(target.pool)).state
    if state is None:
        raise Unreadable("xapi", f"{target.pool}: no member's XAPI answers")
    wwid = target.labels["wwid"]
    of_lun = {
        pbd.sr
        for pbd in state.pbds
        if pbd.device_config.get("SCSIid") == wwid or wwid in pbd.path_counts
    }
    for sr in state.srs:
        if sr.uuid in of_lun and sr.current_operations:
            text = f"XAPI is at work on SR {sr.name} ({', '.join(sr.current_operations)}): wait"
            raise Refusal("sr_busy", text)
