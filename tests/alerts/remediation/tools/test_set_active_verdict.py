"""When a bond's active member is not the best one, and when nobody knows."""

from typing import Any

import pytest

from collectors.bond_show import Member
from collectors.registry import Reading
from tests.alerts.remediation.tools.bond_sight import (
    BOND0,
    GATEWAY,
    TOOL,
    Ways,
    inventory,
    reading,
    sight,
    state,
)

OFF = Member("eth2", False, False, True)
KEPT_OUT = Member("eth2", True, False, False)
ETH0 = Member("eth0", True, True, True)


async def verdict(ways: Ways, active: str | None = "eth0", **changed: Any) -> tuple[str, str]:
    """The verdict, and the member that is the best or the reason why nobody knows."""
    found = await TOOL.diagnose(BOND0, sight(ways, changed.pop("bond", state(active)), **changed))
    return found.verdict, found.reason or found.facts["best"]


async def test_a_dead_uplink_of_the_active_member_is_faulty_where_the_other_one_answers() -> None:
    assert await verdict({"eth0": False, "eth2": True}) == ("faulty", "eth2")


async def test_an_idle_preferred_member_that_reaches_as_much_is_faulty() -> None:
    assert await verdict({"eth0": True, "eth2": True}, "eth2") == ("faulty", "eth0")


async def test_a_preferred_member_that_is_active_is_healthy() -> None:
    assert await verdict({"eth0": True, "eth2": True}) == ("healthy", "eth0")


async def test_a_standby_member_stays_active_while_the_preferred_one_is_dead() -> None:
    assert await verdict({"eth0": False, "eth2": True}, "eth2") == ("healthy", "eth2")


async def test_a_preferred_member_that_reaches_less_stays_idle() -> None:
    ways = {"eth0": (False, True), "eth2": (True, True)}
    assert await verdict(ways, "eth2") == ("healthy", "eth2")


async def test_a_dead_standby_member_is_no_fault_of_the_active_one() -> None:
    assert await verdict({"eth0": True, "eth2": False}) == ("healthy", "eth0")


async def test_without_a_preferred_member_whichever_reaches_all_may_stay() -> None:
    nobody = inventory(GATEWAY, preferred=None)
    both = {"eth0": True, "eth2": True}
    assert await verdict(both, "eth2", expected=nobody) == ("healthy", "eth2")


async def test_the_bonds_own_primary_is_preferred_where_the_inventory_names_none() -> None:
    bond = state("eth2", primary="eth0")
    found = await verdict(
        {"eth0": True, "eth2": True}, bond=bond, expected=inventory(GATEWAY, preferred=None)
    )
    assert found == ("faulty", "eth0")


async def test_a_destination_that_nobody_reaches_does_not_count() -> None:
    assert await verdict({"eth0": (True, False), "eth2": (True, False)}) == ("healthy", "eth0")
    assert await verdict({"eth0": (True, False), "eth2": (True, False)}, "eth2") == (
        "faulty",
        "eth0",
    )


async def test_one_destination_of_two_is_reason_enough_if_the_other_is_not_lost() -> None:
    assert await verdict({"eth0": (True, False), "eth2": (True, True)}) == ("faulty", "eth2")


async def test_a_bond_without_an_active_member_is_faulty_where_an_enabled_one_answers() -> None:
    assert await verdict({"eth0": False, "eth2": True}, None) == ("faulty", "eth2")


@pytest.mark.parametrize(
    ("ways", "active", "reason"),
    [
        ({"eth0": None, "eth2": True}, "eth0", "reachability_unknown"),
        ({"eth0": False, "eth2": None}, "eth0", "reachability_unknown"),
        ({"eth0": None, "eth2": True}, "eth2", "reachability_unknown"),
        ({"eth0": (True, None), "eth2": (True, False)}, "eth0", "reachability_unknown"),
        ({"eth0": (None, False), "eth2": (None, True)}, "eth0", "reachability_unknown"),
        ({"eth0": (False, True), "eth2": (True, None)}, "eth0", "reachability_unknown"),
        ({"eth0": (False, True), "eth2": (True, False)}, "eth0", "crossed_faults"),
        ({"eth0": (False, True), "eth2": (True, False)}, "eth2", "crossed_faults"),
        ({"eth0": False, "eth2": False}, "eth0", "nothing_reachable"),
        ({"eth0": False, "eth2": False}, "eth2", "nothing_reachable"),
        ({"eth0": False, "eth2": False}, None, "nothing_reachable"),
        ({"eth0": False}, "eth0", "reachability_unknown"),
    ],
)
async def test_what_proves_nothing_is_unclear(ways: Ways, active: str, reason: str) -> None:
    assert await verdict(ways, active) == ("unclear", reason)


async def test_a_standby_member_of_which_nothing_is_known_is_no_matter_while_all_is_well() -> None:
    assert await verdict({"eth0": True, "eth2": None}) == ("healthy", "eth0")


@pytest.mark.parametrize("standby", [OFF, KEPT_OUT], ids=["disabled", "kept out"])
async def test_a_member_that_is_not_enabled_is_no_candidate(standby: Member) -> None:
    bond = state("eth0", ETH0, standby)
    assert await verdict({"eth0": False, "eth2": True}, bond=bond) == ("unclear", "no_candidate")
    assert await verdict({"eth0": True, "eth2": False}, bond=bond) == ("healthy", "eth0")


async def test_an_idle_preferred_member_in_its_updelay_is_waited_for() -> None:
    members = Member("eth0", False, False, True), Member("eth2", True, True, True)
    found = await verdict({"eth0": True, "eth2": True}, bond=state("eth2", *members))
    assert found == ("healthy", "eth2")


async def test_without_destinations_nothing_is_proven_and_nothing_is_probed() -> None:
    seen = sight({}, expected=inventory())
    seen.reads = {("xs1", "bonds"): Reading((state("eth2"),), "test")}
    found = await TOOL.diagnose(BOND0, seen)
    assert (found.verdict, found.reason) == ("unclear", "no_destinations")


async def test_a_bond_that_moved_between_the_two_reads_is_unclear() -> None:
    seen = sight({"eth0": False, "eth2": True})
    seen.reads = {
        **seen.reads,
        ("xs1", "reachability"): reading({"eth0": False, "eth2": True}, "eth2"),
    }
    found = await TOOL.diagnose(BOND0, seen)
    assert (found.verdict, found.reason) == ("unclear", "bond_moved")
