"""rescan-paths: missing paths are taken in where something shows that they are back."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from alerts.remediation.records import Unreadable
from alerts.remediation.tools.multipath_device import read_argv, state_file
from alerts.remediation.tools.multipath_returned import ADAPTERS, DISKS
from alerts.remediation.tools.rescan_paths import RescanPaths
from collectors.host import Output
from collectors.inventory import ExpectedMap, HostInventory
from collectors.multipath_records import Map
from collectors.xapi.access import PoolReading
from tests.alerts.remediation.fakes import Entry
from tests.alerts.remediation.tools.multipath_sight import (
    BOOT,
    BOOT_MAP,
    GOOD,
    LINE,
    LUN,
    OLD_HELP,
    OTHER,
    SDA,
    SDB,
    UNCALM,
    Scene,
    diagnosed,
    failed,
    map_of,
    planned,
    pool_at,
    raw,
    reading,
    refused,
)

TOOL = RescanPaths()
WHOLE, LEFT = map_of(GOOD, OTHER), map_of(replace(OTHER, state="active"))
NOBODY_KNOWS = HostInventory()
ORPHAN = raw(SDB) + raw(SDA, "[orphan]")
SCAN = "/sys/class/scsi_host/host{}/scan"
READ_SDA = " ".join(read_argv("sda"))


def scene(map_: Map = LEFT, **asks: Entry) -> Scene:
    """A map that lacks sda; `asks` by the names of LINE."""
    return Scene((map_, BOOT_MAP), asks={LINE[name]: entry for name, entry in asks.items()})


def in_sysfs(folder: str, file: str, told: Mapping[str, str]) -> dict[str, Entry]:
    """Entries of a folder, each with such a file."""
    files = {f"{folder}/{name}/{file}": text for name, text in told.items()}
    return {
        f"ls {folder}": "".join(f"{name}\n" for name in (*told, "other")),
        f"grep -H  {' '.join(files)}": "".join(f"{f}:{text}\n" for f, text in files.items()),
    }


@pytest.mark.parametrize(
    ("map_", "verdict", "reason"),
    [
        (WHOLE, "healthy", ""),
        (map_of(replace(GOOD, paths=(SDA, SDA)), OTHER), "healthy", ""),
        (LEFT, "faulty", ""),
        (map_of(), "faulty", ""),
        (map_of(replace(OTHER, paths=(failed(SDB),))), "unclear", "paths_failing"),
        (map_of(replace(GOOD, paths=(failed(SDA, "faulty"),)), OTHER), "unclear", "paths_failing"),
        (
            map_of(replace(OTHER, paths=(replace(SDB, dm_state="undef"),))),
            "unclear",
            "paths_unsettled",
        ),
    ],
)
async def test_the_verdict_goes_by_the_number_of_paths_where_none_fails(
    map_: Map, verdict: str, reason: str
) -> None:
    found = await diagnosed(TOOL, scene(map_))
    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("inventory", "here", "peer", "expected"),
    [
        (HostInventory(maps={LUN: ExpectedMap(4)}, paths_per_map=2), 2, 2, 4),
        (HostInventory(paths_per_map=1), 2, 2, 1),
        (NOBODY_KNOWS, 3, 2, 3),
        (NOBODY_KNOWS, 1, 2, 2),
        (HostInventory(maps={LUN: ExpectedMap()}), 1, 2, 2),
    ],
)
async def test_the_inventory_says_how_many_there_should_be_else_what_was_seen(
    inventory: HostInventory, here: int, peer: int, expected: int
) -> None:
    seen = Scene(here=reading(LEFT, seen=here), peer=reading(WHOLE, seen=peer), inventory=inventory)
    assert (await diagnosed(TOOL, seen)).facts["expected"] == expected


async def test_a_number_that_nobody_knows_is_unclear() -> None:
    nothing = reading(LEFT, seen=0)
    seen = Scene(here=nothing, peer=reading(BOOT_MAP, seen=0), inventory=NOBODY_KNOWS)
    found = await diagnosed(TOOL, seen)
    assert (found.verdict, found.reason) == ("unclear", "expectation_unknown")


async def test_the_adapters_of_the_array_are_scanned_one_by_one_those_of_the_map_first() -> None:
    far = map_of(replace(GOOD, paths=(replace(SDA, hctl="7:0:0:0"),)), wwid="far")
    local = replace(map_of(replace(GOOD, paths=(replace(SDA, hctl="9:0:0:0"),))), vendor="LSI")
    moved = map_of(replace(OTHER, state="active", paths=(replace(SDB, hctl="12:0:1:10"),)))
    plan = await planned(TOOL, Scene((moved, far, replace(local, wwid="local"))))
    paths = [step.argv[1] for step in plan.steps]
    assert paths == [SCAN.format(12), SCAN.format(7)]
    assert plan.order == "ladder"
    assert all(step.argv[2] == "- - -" and not step.undo for step in plan.steps)


async def test_a_scan_must_bring_the_path_back_and_lose_none() -> None:
    plan = await planned(TOOL, scene())
    assert plan.expected == {"missing": 0, "path sdb": "0:0:1:10"}
    assert plan.evidence == {"whole_on": ["b"]}
    whole = await diagnosed(TOOL, scene(WHOLE))
    assert whole.has(plan.expected)
    swapped = replace(WHOLE, groups=(GOOD, replace(OTHER, paths=(replace(SDB, device="sdx"),))))
    assert not (await diagnosed(TOOL, scene(swapped))).has(plan.expected)


async def test_a_device_without_its_map_is_given_to_it_and_nothing_is_scanned() -> None:
    plan = await planned(TOOL, scene(paths=ORPHAN))
    (step,) = plan.steps
    assert step.argv == ("multipathd", "-kadd path sda")
    assert step.undo == ("multipathd", "-kdel path sda")
    assert plan.evidence["orphans"]["sda"]["read"] == READ_SDA
    assert step.expected == plan.expected


async def test_a_device_that_multipathd_forgot_and_the_kernel_has_is_given_to_its_map() -> None:
    """Seen with 0.9.4 after `del path`: no scan brings it back, since the device is there."""
    names = {"sda": f"eui.{LUN[1:]}", "sdb": f"eui.{LUN[1:]}", "sdc": f"naa.{LUN[1:]}"}
    asks = {LINE["paths"]: raw(SDB)} | in_sysfs(DISKS, "device/wwid", names)
    plan = await planned(TOOL, replace(scene(), asks=asks))
    assert [step.argv for step in plan.steps] == [("multipathd", "-kadd path sda")]
    assert plan.evidence["orphans"]["sda"]["read"] == READ_SDA


async def test_adapters_of_the_same_driver_are_scanned_last() -> None:
    """An adapter that lost all of its devices carries no path of any map."""
    drivers = {"host0": "qla2xxx", "host1": "ata_piix", "host2": "qla2xxx"}
    seen = replace(scene(), asks=in_sysfs(ADAPTERS, "proc_name", drivers))
    plan = await planned(TOOL, seen)
    assert [step.argv[1] for step in plan.steps] == [SCAN.format(0), SCAN.format(2)]


async def test_of_two_devices_only_the_last_must_complete_the_map() -> None:
    both = raw(SDA, "[orphan]") + raw(replace(SDB, device="sdc"), "[orphan]")
    plan = await planned(TOOL, scene(map_of(), paths=both))
    assert [step.argv[1] for step in plan.steps] == ["-kadd path sda", "-kadd path sdc"]
    assert [bool(step.expected) for step in plan.steps] == [False, True]


@pytest.mark.parametrize(
    "paths",
    [
        raw(SDB) + raw(SDA, "[orphan]", BOOT),
        raw(SDB) + raw(replace(SDA, device="nvme0n1"), "[orphan]"),
        OLD_HELP,
    ],
    ids=["another disk's", "no SCSI disk", "not told by 0.4.7"],
)
async def test_orphans_that_are_not_known_to_be_the_luns_are_not_touched(paths: str) -> None:
    plan = await planned(TOOL, scene(paths=paths))
    assert [step.argv[0] for step in plan.steps] == ["xenlens-write"]


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        ({f"cat {state_file('sda')}": "offline\n"}, "device_not_running"),
        ({READ_SDA: Output((), stderr="dd: error", exit_status=1)}, "path_does_not_read"),
        ({READ_SDA: Unreadable("host", "not in time")}, "path_does_not_read"),
    ],
)
async def test_a_device_that_does_not_work_is_not_given_to_its_map(
    asks: dict[str, Entry], reason: str
) -> None:
    assert await refused(TOOL, replace(scene(), asks={LINE["paths"]: ORPHAN, **asks})) == reason


@pytest.mark.parametrize(
    ("peer", "reason"),
    [
        (reading(LEFT), "other_hosts_too"),
        (reading(map_of(GOOD, replace(OTHER, paths=(failed(SDB),)))), "other_hosts_too"),
        (reading(BOOT_MAP), "no_evidence"),
        (reading(WHOLE, running=False), "unreadable_multipathd"),
        (Unreadable("multipath", "b: unreachable"), "unreadable_multipath"),
    ],
)
async def test_a_scan_needs_another_host_that_has_all_of_its_paths(
    peer: Entry, reason: str
) -> None:
    assert await refused(TOOL, replace(scene(), peer=peer)) == reason


@pytest.mark.parametrize(
    ("pool", "reason"),
    [
        (pool_at("scan"), "sr_busy"),
        (Unreadable("xapi", "no member answers"), "unreadable_xapi"),
        (PoolReading(None, "", 0.0), "unreadable_xapi"),
    ],
)
async def test_nothing_is_done_while_xapi_works_on_the_sr(pool: Entry, reason: str) -> None:
    assert await refused(TOOL, replace(scene(), pool=pool)) == reason


@pytest.mark.parametrize(("asks", "reason"), UNCALM.values(), ids=UNCALM)
async def test_nothing_is_done_while_the_map_is_not_at_rest(
    asks: dict[str, Entry], reason: str
) -> None:
    assert await refused(TOOL, replace(scene(), asks=asks)) == reason


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (scene(WHOLE), "not_faulty"),
        (scene(map_of(replace(OTHER, paths=(failed(SDB),)))), "paths_failing"),
        (replace(scene(), here=[reading(LEFT), reading(WHOLE)]), "changed"),
        (replace(scene(), here=reading(BOOT_MAP)), "map_missing"),
        (scene(paths="timeout\n"), "unreadable_multipathd"),
        (scene(paths="what is this\n"), "unreadable_multipathd"),
        (
            Scene((map_of(replace(OTHER, state="active", paths=(replace(SDB, hctl=None),))),)),
            "adapters_unknown",
        ),
    ],
)
async def test_what_is_not_known_or_not_missing_is_refused(seen: Scene, reason: str) -> None:
    assert await refused(TOOL, seen) == reason
