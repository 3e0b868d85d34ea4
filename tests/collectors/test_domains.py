"""The domains collector: Xen's domains against XAPI's VMs, and how long they disagree."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from collectors.domains import COMMANDS, Domains
from collectors.host import DeadlineExceeded, Output
from collectors.parsing import ToolError
from collectors.registry import CollectorFailed, Finding, NotPresent
from collectors.xapi.access import MemberAnswer
from collectors.xapi.records import Vm
from tests.collectors.host_in_pool import (
    HERE,
    STATE,
    THERE,
    SteadyClock,
    ToldPool,
    found,
    look,
    told,
)
from tests.collectors.reading import samples
from tests.fakes import Answer, FakeHost, refused

HEADER = "id |                                 uuid |  state\n"
ZERO = "4f2bd5b4-fd74-4f6d-8d7a-8f1a2c3d4e5f"
WEB = "c0ffee00-1111-2222-3333-444455556666"
REMAINS = "deadbeef-dead-beef-dead-beef0000000c"
RUNNING = Vm(WEB, "web", "running", resident_on=HERE, domid=7)
CONTROL = Vm(ZERO, "Control domain on host: one", "running", True, HERE, 0)


def domains(*rows: tuple[int, str, str]) -> str:
    """A listing of domain 0 and `rows`, each with its flags."""
    return HEADER + "".join(
        f"{domid:2} | {uuid} | {flags:6}\n" for domid, uuid, flags in ((0, ZERO, "    R "), *rows)
    )


def pool(*vms: Vm, **facts: Any) -> ToldPool:
    """A pool with these VMs and this host's control domain."""
    return ToldPool(told(replace(STATE, vms=(CONTROL, *vms), **facts)))


def host(listing: Answer) -> FakeHost:
    return FakeHost({"list_domains": listing})


async def faults_of(listing: str, *vms: Vm, seconds: float = 61.0, **facts: Any) -> list[str]:
    """The certain faults after everything stayed as it is for `seconds`."""
    return [
        finding.text
        for finding in await findings_of([(listing, vms)] * 2, seconds, **facts)
        if not finding.text.startswith("perhaps")
    ]


async def findings_of(
    looks: Sequence[tuple[str, Sequence[Vm]]], apart: float, **facts: Any
) -> list[Finding]:
    """What is found by the last of several looks, `apart` seconds each after the one before."""
    clock = SteadyClock()
    collector, reading = Domains(clock), None
    for listing, vms in looks:
        reading = await look(collector, host(listing), pool(*vms, **facts))
        clock.now += apart
    return found(collector, reading)


async def test_domains_that_agree_with_xapi_are_no_fault_and_domain_0_is_not_counted() -> None:
    collector = Domains()
    reading = await look(collector, host(domains((7, WEB, "   B H"))), pool(RUNNING))
    assert samples(collector, reading) == {"xenlens_domains": 1}
    assert found(collector, reading) == []
    assert reading.via == "list_domains; fake, xe"


@pytest.mark.parametrize(("flags", "word"), [("D     ", "dying"), (" S    ", "shut down")])
async def test_a_domain_that_dies_while_xapi_says_running_is_hung(flags: str, word: str) -> None:
    assert await faults_of(domains((7, WEB, flags)), RUNNING) == [
        f"hung: domain 7 is {word} but not gone, and XAPI says the VM is running"
    ]


async def test_a_fault_is_only_suspected_until_it_was_seen_for_more_than_a_minute() -> None:
    clock, dying = SteadyClock(), host(domains((7, WEB, "D     ")))
    collector = Domains(clock)
    await look(collector, dying, pool(RUNNING))
    clock.now += 60
    reading = await look(collector, dying, pool(RUNNING))
    labels = f'{{vm="{WEB}",fault="hung"}}'
    assert samples(collector, reading) == {
        "xenlens_domains": 1,
        f"xenlens_vm_domain_fault{labels}": 0,
        f"xenlens_vm_domain_suspect_seconds{labels}": 60,
        f'xenlens_vm_info{{vm="{WEB}",name="web"}}': 1,
    }
    (suspicion,) = found(collector, reading)
    assert (suspicion.severity, suspicion.subject) == ("warning", f"web ({WEB})")
    assert suspicion.text.endswith("seen for 60 s, certain after 60 s")
    clock.now += 1
    reading = await look(collector, dying, pool(RUNNING))
    assert samples(collector, reading)[f"xenlens_vm_domain_fault{labels}"] == 1
    assert [finding.severity for finding in found(collector, reading)] == ["critical"]


async def test_a_fault_that_was_gone_for_one_look_begins_anew() -> None:
    dying, sound = domains((7, WEB, "D     ")), domains((7, WEB, "   B  "))
    looks = [(listing, [RUNNING]) for listing in (dying, dying, sound, dying)]
    (finding,) = await findings_of(looks, 61)
    assert finding.text.endswith("seen for 0 s, certain after 60 s")


async def test_nobody_knows_what_was_between_two_looks_far_apart() -> None:
    (finding,) = await findings_of([(domains((7, WEB, "D     ")), [RUNNING])] * 2, 301)
    assert finding.severity == "warning"


async def test_a_domain_xapi_does_not_know_is_a_zombie() -> None:
    assert await faults_of(domains((7, WEB, "   B  "))) == [
        "zombie: domain 7 runs, and XAPI knows no such VM"
    ]


async def test_a_domain_that_was_destroyed_and_stays_is_a_zombie() -> None:
    listing = domains((12, REMAINS, "D     "))
    text = "zombie: domain 12 was destroyed, but does not go away"
    assert await faults_of(listing) == [text]
    assert await faults_of(listing, damaged_kinds=("vm",)) == [text]


@pytest.mark.parametrize("state", ["halted", "suspended"])
async def test_a_domain_of_a_vm_that_is_off_is_a_zombie(state: str) -> None:
    vm = replace(RUNNING, power_state=state, resident_on=None, domid=None)
    assert await faults_of(domains((7, WEB, "   B  ")), vm) == [
        f"zombie: domain 7 is there, and XAPI says the VM is {state}"
    ]


async def test_a_domain_of_a_vm_that_is_elsewhere_is_a_zombie_and_the_host_is_named() -> None:
    vm = replace(RUNNING, resident_on=THERE)
    assert await faults_of(domains((7, WEB, "   B  ")), vm) == [
        "zombie: domain 7 is here, and XAPI says the VM is on other"
    ]


async def test_a_second_domain_of_a_vm_is_a_zombie() -> None:
    listing = domains((5, WEB, "D     "), (7, WEB, "   B  "))
    assert await faults_of(listing, RUNNING) == [
        "zombie: domain 5 is left beside domain 7, the VM's own"
    ]


async def test_a_vm_without_its_domain_is_lost() -> None:
    assert await faults_of(domains(), RUNNING) == [
        "lost: XAPI says the VM is running here, and there is no domain of it"
    ]


async def test_a_vm_with_another_domain_than_xapi_says_is_lost() -> None:
    assert await faults_of(domains((9, WEB, "   B  ")), RUNNING) == [
        "lost: XAPI says the VM is running here as domain 7, and Xen has it as domain 9"
    ]


async def test_a_vm_that_is_elsewhere_or_off_is_not_lost_here() -> None:
    elsewhere = replace(RUNNING, resident_on=THERE)
    off = replace(RUNNING, power_state="halted", resident_on=None)
    assert await faults_of(domains(), elsewhere) == []
    assert await faults_of(domains(), off) == []


@pytest.mark.parametrize("listing", [domains(), domains((7, WEB, "D     "))])
async def test_an_operation_under_way_explains_what_xen_shows(listing: str) -> None:
    vm = replace(RUNNING, current_operations=("hard_shutdown",))
    assert await findings_of([(listing, [vm])] * 2, 61) == []


async def test_a_migrating_domain_is_no_zombie_under_its_temporary_uuid() -> None:
    listing = domains((8, f"{WEB[:24]}000000000001", "  P   "))
    moving = replace(RUNNING, resident_on=THERE, current_operations=("pool_migrate",))
    assert await findings_of([(listing, [moving])] * 5, 61) == []
    here = replace(moving, current_operations=())
    assert await faults_of(listing, here, seconds=299) == []
    late = await findings_of([(listing, [here])] * 4, 299)
    assert [(f.severity, f.subject) for f in late] == [
        ("critical", f"web ({WEB[:24]}000000000001)")
    ]


async def test_an_operation_that_lasts_over_ten_minutes_is_stuck() -> None:
    vm = replace(RUNNING, current_operations=("hard_shutdown",))
    assert await findings_of([(domains(), [vm])] * 3, 299) == []
    (finding,) = await findings_of([(domains(), [vm])] * 4, 299)
    assert finding.severity == "warning"
    assert finding.text == "operation hard_shutdown does not end: seen for 15 min"


async def test_operations_that_follow_each_other_are_not_one_that_is_stuck() -> None:
    operations = ["clean_reboot", "snapshot", "clean_reboot", "snapshot", "clean_reboot"]
    looks = [(domains(), [replace(RUNNING, current_operations=(name,))]) for name in operations]
    assert await findings_of(looks, 299) == []


async def test_moving_disks_may_take_as_long_as_it_takes() -> None:
    vm = replace(RUNNING, current_operations=("migrate_send",))
    assert await findings_of([(domains(), [vm])] * 5, 299) == []


async def test_a_damaged_listing_proves_no_vm_lost() -> None:
    assert await findings_of([(domains() + " 7 | c0ffee00-\n", [RUNNING])], 0) == []
    headless = HEADER + f" 9 | {REMAINS} | D     \n"
    assert [f.subject for f in await findings_of([(headless, [RUNNING])], 0)] == [REMAINS]


async def test_damaged_vms_of_xapi_prove_no_domain_unknown() -> None:
    listing = domains((7, WEB, "   B  "))
    assert await findings_of([(listing, [])], 0, damaged_kinds=("vm",)) == []


async def test_the_host_is_found_by_its_control_domain_where_nothing_else_names_it() -> None:
    strange = told(replace(STATE, vms=(CONTROL, RUNNING)), members={}, names={HERE: "dom0 one"})
    reading = await look(Domains(), host(domains()), ToldPool(strange))
    assert [fault.about.fault for fault in reading.faults] == ["lost"]
    nameless = told(STATE, members={"fake": MemberAnswer(None, True)}, names={})
    with pytest.raises(CollectorFailed, match="names no host fake") as failure:
        await look(Domains(), host(domains()), ToldPool(nameless))
    assert failure.value.reason == "unknown_host"


async def test_without_the_pools_state_nothing_is_compared_and_the_refusals_are_told() -> None:
    with pytest.raises(CollectorFailed, match="no member's XAPI answers") as failure:
        await look(Domains(), host(domains((7, WEB, "D     "))), ToldPool(told(None)))
    assert failure.value.reason == "coordinator_lost"
    with pytest.raises(DeadlineExceeded):
        await look(Domains(), host(domains()), ToldPool(DeadlineExceeded("too late")))


async def test_the_tool_of_old_hosts_is_found_and_remembered() -> None:
    old, collector = FakeHost({COMMANDS[1]: domains()}), Domains()
    await look(collector, old)
    await look(collector, old)
    assert old.asked == [*COMMANDS, COMMANDS[1]]


async def test_a_host_without_the_tool_has_no_domains_also_while_xapi_fails() -> None:
    with pytest.raises(NotPresent):
        await look(Domains(), FakeHost({}), ToldPool(DeadlineExceeded("too late")))


async def test_a_tool_that_fails_or_is_silent_is_a_failure() -> None:
    with pytest.raises(ToolError):
        await look(Domains(), host(refused('Fatal error: exception Failure("xc")', 2)))
    with pytest.raises(CollectorFailed, match="exited 3: it said nothing"):
        await look(Domains(), host(Output((), exit_status=3)))
    with pytest.raises(CollectorFailed, match="no domain"):
        await look(Domains(), host(HEADER))
