"""switch-path-group: what it calls faulty, what it plans, and all that it refuses."""

from dataclasses import replace

import pytest

from alerts.remediation.records import Refusal, Unreadable
from alerts.remediation.tools.multipath_device import read_argv
from alerts.remediation.tools.switch_path_group import SwitchPathGroup
from collectors.host import Output
from collectors.multipath_records import Map
from tests.alerts.remediation.fakes import Entry
from tests.alerts.remediation.tools.multipath_sight import (
    BOOT_MAP,
    GOOD,
    LINE,
    LUN,
    OLD_HELP,
    OTHER,
    SDA,
    SDB,
    SWITCHED,
    UNCALM,
    Scene,
    diagnosed,
    failed,
    map_of,
    planned,
    reading,
    refused,
    target,
)

TOOL = SwitchPathGroup()
BEST, SERVING = SWITCHED.groups
READ_SDA = " ".join(read_argv("sda"))


def with_best(**changes: object) -> Map:
    """The map whose better group is different."""
    return map_of(replace(BEST, **changes), SERVING)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("map_", "verdict", "reason"),
    [
        (map_of(GOOD, OTHER), "healthy", ""),
        (map_of(GOOD), "healthy", ""),
        (map_of(replace(GOOD, priority=1), OTHER), "healthy", ""),
        (map_of(replace(BEST, priority=1), SERVING), "healthy", ""),
        (map_of(replace(BEST, priority=0, paths=(failed(SDA, "faulty"),)), SERVING), "healthy", ""),
        (SWITCHED, "faulty", ""),
        (map_of(BEST, OTHER), "unclear", "no_active_group"),
        (with_best(priority=None), "unclear", "priority_unknown"),
        (with_best(priority=-1), "unclear", "priority_unknown"),
        (with_best(paths=(replace(SDA, checker_state="undef"),)), "unclear", "paths_unsettled"),
    ],
)
async def test_the_verdict_goes_by_the_best_group_with_usable_paths(
    map_: Map, verdict: str, reason: str
) -> None:
    found = await diagnosed(TOOL, Scene((map_,)))
    assert (found.verdict, found.reason) == (verdict, reason)


async def test_the_best_group_is_made_active_between_two_reads_through_the_map() -> None:
    plan = await planned(TOOL, Scene())
    read = read_argv(f"mapper/{LUN}")
    switch = ("multipathd", f"-kswitchgroup map {LUN} group 1")
    assert [step.argv for step in plan.steps] == [read, switch, read]
    assert (plan.order, plan.lock_host, plan.expected) == ("chain", "a", {"active": ["sda"]})
    assert plan.evidence["read"] == READ_SDA


async def test_taking_it_back_switches_to_the_group_before_and_reads() -> None:
    steps = (await planned(TOOL, Scene())).steps
    undo = [step.undo for step in reversed(steps) if step.undo]
    assert undo == [
        ("multipathd", f"-kswitchgroup map {LUN} group 2"),
        read_argv(f"mapper/{LUN}"),
    ]


async def test_a_map_is_called_by_its_alias() -> None:
    named = replace(SWITCHED, alias="mpatha")
    plan = await planned(TOOL, Scene((named,)))
    assert plan.steps[1].argv == ("multipathd", "-kswitchgroup map mpatha group 1")
    assert plan.steps[2].argv[1] == "if=/dev/mapper/mpatha"


async def test_an_old_daemon_that_knows_no_marginal_paths_holds_none_out() -> None:
    assert await planned(TOOL, Scene(asks={LINE["marginal"]: OLD_HELP}))


@pytest.mark.parametrize(
    ("map_", "reason"),
    [
        (map_of(GOOD, OTHER), "not_faulty"),
        (map_of(BEST, OTHER), "no_active_group"),
        (
            map_of(replace(BEST, priority=1), replace(SERVING, paths=(failed(SDB, "faulty"),))),
            "priorities_equal",
        ),
        (with_best(paths=(replace(SDA, checker_state="ghost"),)), "no_healthy_path"),
        (with_best(paths=(SDA, failed(SDB, "delayed"))), "held_out"),
        (with_best(paths=(SDA, replace(SDB, checker_state="shaky"))), "held_out"),
        (with_best(paths=(SDA, failed(SDB, "faulty"))), "paths_failing"),
        (map_of(BEST, replace(SERVING, paths=(failed(SDB),))), "paths_failing"),
        (with_best(paths=(SDA, replace(SDB, checker_state="i/o pending"))), "paths_unsettled"),
        (replace(SWITCHED, alias="-k show"), "strange_name"),
    ],
)
async def test_a_map_whose_paths_or_groups_are_in_doubt_is_refused(map_: Map, reason: str) -> None:
    assert await refused(TOOL, Scene((map_,))) == reason


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        *UNCALM.values(),
        ({LINE["marginal"]: "sda|marginal\nsdb|normal\n"}, "held_out"),
        ({LINE["marginal"]: ""}, "unreadable_multipathd"),
        (
            {READ_SDA: Output((), stderr="dd: Input/output error", exit_status=1)},
            "path_does_not_read",
        ),
        ({READ_SDA: Unreadable("host", "a: dd: no answer in time")}, "path_does_not_read"),
    ],
)
async def test_what_a_host_answers_may_forbid_it(asks: dict[str, Entry], reason: str) -> None:
    assert await refused(TOOL, Scene(asks=asks)) == reason


@pytest.mark.parametrize(
    ("here", "reason"),
    [
        (reading(SWITCHED, running=False), "unreadable_multipathd"),
        (reading(SWITCHED, running=None), "unreadable_multipathd"),
        (reading(BOOT_MAP), "map_missing"),
        (replace(reading(BOOT_MAP), damaged=1), "unreadable_multipath"),
        (reading(SWITCHED, SWITCHED), "two_maps"),
        ([reading(SWITCHED), reading(map_of(GOOD, OTHER))], "changed"),
        (Unreadable("multipath", "a: not in time"), "unreadable_multipath"),
    ],
)
async def test_a_map_that_is_not_read_beyond_doubt_is_refused(here: Entry, reason: str) -> None:
    assert await refused(TOOL, Scene(here=here)) == reason


@pytest.mark.parametrize(
    ("peer", "reason"),
    [
        (reading(map_of(GOOD)), "peer_lacks_paths"),
        (reading(map_of(replace(GOOD, paths=(failed(SDA),)), OTHER)), "peer_lacks_paths"),
        (Unreadable("multipath", "b: unreachable"), "unreadable_multipath"),
    ],
)
async def test_a_peer_that_may_pull_the_lun_back_forbids_it(peer: Entry, reason: str) -> None:
    assert await refused(TOOL, Scene(peer=peer)) == reason


async def test_a_peer_without_the_lun_forbids_nothing() -> None:
    assert await planned(TOOL, Scene(peer=reading(BOOT_MAP)))


async def test_a_person_sees_which_group_serves() -> None:
    found = await diagnosed(TOOL, Scene())
    assert "path group 2" in found.text
    assert found.facts["active"] == ["sdb"]


async def test_a_host_outside_the_inventory_is_refused() -> None:
    sight = Scene().sight()
    sight.inventories = {}
    with pytest.raises(Refusal, match="not in the inventory"):
        await TOOL.diagnose(target(TOOL), sight)
