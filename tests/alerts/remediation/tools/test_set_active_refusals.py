"""Each precondition without which set-active-member refuses."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.remediation.records import Refusal, Unreadable
from collectors.bond_state import BondState
from collectors.host import Output
from tests.alerts.remediation.fakes import FakeSight
from tests.alerts.remediation.tools.bond_sight import (
    BOND0,
    DEAD_UPLINK,
    OF_1_4,
    OTHER_CONFIG,
    PORT,
    TOOL,
    VERSION,
    Ways,
    sight,
    state,
)
from tests.fakes import refused


async def reason(seen: FakeSight, **facts: Any) -> str:
    """Why there is no plan; `facts` are other than the diagnosis has them."""
    found = await TOOL.diagnose(BOND0, seen)
    with pytest.raises(Refusal) as refusal:
        await TOOL.plan(BOND0, replace(found, facts={**found.facts, **facts}), seen)
    assert refusal.value.text
    return refusal.value.reason


async def test_a_healthy_bond_is_left_alone() -> None:
    seen = sight({"eth0": True, "eth2": True})
    assert await reason(seen) == "no_better_member"


@pytest.mark.parametrize(
    ("bond", "facts", "expected"),
    [
        (replace(state(), backend="linux"), {}, "linux_bond"),
        (state(mode="balance-slb"), {}, "not_active_backup"),
        (state(mode="balance-tcp"), {}, "not_active_backup"),
        (state(mode=None), {}, "not_active_backup"),
        (state(lacp_status="negotiated"), {}, "lacp"),
        (state(lacp_status="active"), {}, "lacp"),
        (state(), {"lacp": "configured"}, "lacp"),
        (state(), {"best": "eth0"}, "no_better_member"),
        (state(), {"best": None}, "no_better_member"),
    ],
)
async def test_a_bond_that_it_must_not_move_is_refused(
    bond: BondState, facts: dict[str, Any], expected: str
) -> None:
    seen = sight(DEAD_UPLINK, bond)
    assert await reason(seen, **facts) == expected
    assert seen.asked == []


ENABLED = {"enabled": True, "may_enable": True}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"enabled": False, "may_enable": True}, "target_disabled"),
        ({"enabled": None, "may_enable": None}, "target_disabled"),
        ({"enabled": True, "may_enable": False}, "target_disabled"),
        (None, "target_disabled"),
    ],
)
async def test_a_target_that_is_not_enabled_is_refused(target: object, expected: str) -> None:
    members = {"eth0": ENABLED} | ({"eth2": target} if target else {})
    assert await reason(sight(DEAD_UPLINK), members=members) == expected


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ({"a": True, "b": False}, {"a": False, "b": True}, "target_loses"),
        ({"a": True, "b": False}, {"a": None, "b": True}, "target_unproven"),
        ({"a": True, "b": False}, {"b": True}, "target_unproven"),
        ({"a": None, "b": False}, {"a": False, "b": True}, "target_unproven"),
        ({"b": False}, {"a": None, "b": True}, "target_unproven"),
        ({"a": False}, {"a": False}, "target_unproven"),
        ({"a": False}, {"a": None}, "target_unproven"),
        ({}, {}, "target_unproven"),
    ],
)
async def test_a_target_that_is_not_proven_to_reach_all_that_counts_is_refused(
    own: Ways, other: Ways, expected: str
) -> None:
    assert await reason(sight(DEAD_UPLINK), reachable={"eth0": own, "eth2": other}) == expected


@pytest.mark.parametrize("value", ["{bond-primary=eth0}", '{"bond-primary"="eth0", x="1"}'])
async def test_another_bond_primary_is_refused_since_it_takes_the_bond_back(value: str) -> None:
    assert await reason(sight(DEAD_UPLINK, answers={OTHER_CONFIG: value})) == "bond_primary_set"


@pytest.mark.parametrize(
    ("answers", "what"),
    [
        ({OTHER_CONFIG: refused("ovs-vsctl: no row bond0 in table Port\n", 1)}, "bond_primary"),
        ({OTHER_CONFIG: Output((), stdout="{}\n", exit_status=1)}, "bond_primary"),
        ({OTHER_CONFIG: "bond-primary=eth2\n"}, "bond_primary"),
        ({OTHER_CONFIG: ""}, "bond_primary"),
        ({OTHER_CONFIG: Unreadable("host", "xs1: no answer in time")}, "host"),
        ({VERSION: refused("bash: ovs-vsctl: command not found\n", 127)}, "version"),
        ({VERSION: "ovs-vsctl\n"}, "version"),
        ({**OF_1_4, "ovs-vsctl --timeout=5 port-to-br bond0": refused("no port", 1)}, "fdb"),
        ({**OF_1_4, "ovs-appctl fdb/show xapi0": refused("no such bridge\n")}, "fdb"),
        ({**OF_1_4, "ovs-appctl fdb/show xapi0": ""}, "fdb"),
        ({**OF_1_4, "ovs-appctl fdb/show xapi0": " port  VLAN  MAC   Age\n ?\n"}, "fdb"),
        ({**OF_1_4, PORT.format("eth2"): "[]\n"}, "fdb"),
    ],
)
async def test_what_cannot_be_read_refuses(answers: dict[str, str | Output], what: str) -> None:
    assert await reason(sight(DEAD_UPLINK, answers=answers)) == f"unreadable_{what}"
