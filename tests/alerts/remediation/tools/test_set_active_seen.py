"""What set-active-member reads of a bond, and what it cannot do without."""

from dataclasses import replace

import pytest

from alerts.remediation.records import Refusal, Target, Unreadable
from collectors.lacp_show import LacpBond
from collectors.registry import Reading
from tests.alerts.remediation.tools.bond_sight import (
    BOND0,
    GATEWAY,
    TOOL,
    sight,
    state,
)


async def test_the_facts_tell_one_state_from_another() -> None:
    found = await TOOL.diagnose(BOND0, sight({"eth0": False, "eth2": True}))
    assert found.facts == {
        "backend": "openvswitch",
        "mode": "active-backup",
        "lacp": "off",
        "active": "eth0",
        "primary": None,
        "preferred": "eth0",
        "members": {
            "eth0": {"enabled": True, "may_enable": True},
            "eth2": {"enabled": True, "may_enable": True},
        },
        "reachable": {"eth0": {GATEWAY: False}, "eth2": {GATEWAY: True}},
        "best": "eth2",
    }
    again = await TOOL.diagnose(BOND0, sight({"eth2": True, "eth0": False}))
    assert again.facts == found.facts


async def test_lacp_that_only_lacp_show_knows_of_is_a_fact() -> None:
    bond = replace(state(lacp_status=None), lacp=LacpBond("bond0", "active", ()))
    found = await TOOL.diagnose(BOND0, sight({"eth0": False, "eth2": True}, bond))
    assert found.facts["lacp"] == "configured"


async def test_the_evidence_has_every_answer() -> None:
    found = await TOOL.diagnose(BOND0, sight({"eth0": False, "eth2": True}))
    mac = "02:00:00:00:00:01"
    silent = {"sent": 3, "received": 0, "rtt": None, "mac": mac, "reason": "no_answer"}
    answered = {"sent": 3, "received": 3, "rtt": 0.0005, "mac": mac}
    assert found.evidence == {
        "answers": {"eth0": {GATEWAY: silent}, "eth2": {GATEWAY: answered}},
    }


@pytest.mark.parametrize(
    "labels",
    [
        {"pool": "other", "host": "xs1", "bond": "bond0"},
        {"pool": "modular", "host": "xs9", "bond": "bond0"},
        {"pool": "modular", "host": "xs1", "bond": "bond9"},
    ],
)
async def test_what_is_not_in_the_inventory_is_refused(labels: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        await TOOL.diagnose(Target("set-active-member", labels), sight({}))
    assert refused.value.reason == "unknown_target"


async def test_a_bond_that_the_host_does_not_report_is_unreadable() -> None:
    seen = sight({})
    seen.reads = {("xs1", "bonds"): Reading((), "test")}
    with pytest.raises(Unreadable) as refused:
        await TOOL.diagnose(BOND0, seen)
    assert refused.value.reason == "unreadable_bond"


@pytest.mark.parametrize("collector", ["bonds", "reachability"])
async def test_a_host_that_does_not_answer_is_unreadable(collector: str) -> None:
    seen = sight({"eth0": False, "eth2": True})
    seen.reads = {**seen.reads, ("xs1", collector): Unreadable(collector, "no answer in time")}
    with pytest.raises(Unreadable) as refused:
        await TOOL.diagnose(BOND0, seen)
    assert refused.value.reason == f"unreadable_{collector}"
