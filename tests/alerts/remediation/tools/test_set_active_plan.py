"""What set-active-member would do about a bond."""

from dataclasses import replace

import pytest

from alerts.remediation.records import Mode
from alerts.remediation.tool import Tool
from alerts.remediation.tools.set_active_ovs import map_of
from tests.alerts.remediation.tools.bond_sight import (
    BOND0,
    DEAD_UPLINK,
    GATEWAY,
    OTHER_CONFIG,
    TO_ETH0,
    TO_ETH2,
    TOOL,
    VERSION,
    fits,
    inventory,
    plan,
    sight,
    state,
)


def is_tool(made: Tool) -> Tool:
    """The type checker's proof that it is a tool."""
    return made


PROOF = is_tool(TOOL)


def test_an_alert_may_call_it_and_it_may_act_by_itself() -> None:
    assert (TOOL.name, TOOL.target) == ("set-active-member", ("pool", "host", "bond"))
    assert (TOOL.most, TOOL.by_alert) == (Mode.AUTO, True)


async def test_the_member_that_reaches_more_is_made_active_and_the_other_one_is_the_way_back() -> (
    None
):
    made = await plan(sight(DEAD_UPLINK))
    (step,) = made.steps
    assert (step.host, step.argv, step.undo) == ("xs1", TO_ETH2, TO_ETH0)
    assert step.expected == made.expected == {"active": "eth2"}
    assert (made.lock_host, made.order) == ("xs1", "chain")
    assert made.evidence["answers"]["eth2"][GATEWAY]["received"] == 3
    assert (made.evidence["bond_primary"], made.evidence["open_vswitch"]) == ("", "2.17")


async def test_an_idle_preferred_member_is_made_active() -> None:
    made = await plan(sight({"eth0": True, "eth2": True}, state("eth2")))
    assert [(step.argv, step.undo) for step in made.steps] == [(TO_ETH0, TO_ETH2)]


async def test_where_no_member_was_active_there_is_no_way_back() -> None:
    for way in (True, (True, False)):
        (step,) = (await plan(sight({"eth0": False, "eth2": way}, state(None)))).steps
        assert (step.argv, step.undo) == (TO_ETH2, ())


async def test_an_open_vswitch_elsewhere_is_asked_and_told_there() -> None:
    rundir = "/run/openvswitch.2"
    prefix = f"env OVS_RUNDIR={rundir} "
    answers = {
        prefix + OTHER_CONFIG: "{}\n",
        prefix + VERSION: "ovs-vsctl (Open vSwitch) 2.5.3\n",
    }
    seen = sight(DEAD_UPLINK, expected=inventory(GATEWAY, rundir=rundir), answers=answers)
    (step,) = (await plan(seen)).steps
    assert step.argv == ("env", f"OVS_RUNDIR={rundir}", *TO_ETH2)
    assert step.undo == ("env", f"OVS_RUNDIR={rundir}", *TO_ETH0)
    assert fits(step.argv)
    assert fits(step.undo)


async def test_open_vswitch_before_1_2_does_not_tell_may_enable_and_the_target_is_taken() -> None:
    seen = sight(DEAD_UPLINK)
    found = await TOOL.diagnose(BOND0, seen)
    unknown = {nic: {"enabled": True, "may_enable": None} for nic in ("eth0", "eth2")}
    told = replace(found, facts={**found.facts, "members": unknown})
    assert (await TOOL.plan(BOND0, told, seen)).steps[0].argv == TO_ETH2


@pytest.mark.parametrize(
    "value",
    ["{}", "{bond-primary=eth2}", '{bond-primary="", bond-miimon-interval="100"}'],
)
async def test_no_bond_primary_or_the_target_itself_is_no_hindrance(value: str) -> None:
    assert (await plan(sight(DEAD_UPLINK, answers={OTHER_CONFIG: value}))).steps[0].argv == TO_ETH2


def test_a_value_that_only_looks_like_a_bond_primary_is_none() -> None:
    assert map_of(r'{note="x, bond-primary=eth2", bond-primary=eth0, q="a\"b"}') == {
        "note": "x, bond-primary=eth2",
        "bond-primary": "eth0",
        "q": 'a"b',
    }


@pytest.mark.parametrize(
    "argv",
    [
        ("ovs-appctl", "bond/disable-slave", "bond0", "eth0"),
        ("ovs-appctl", "bond/set-active-slave", "bond0", "-eth0"),
        ("ovs-appctl", "bond/set-active-slave", "bond0", "eth0;reboot"),
        ("ovs-appctl", "bond/set-active-slave", "bond0"),
        ("env", "LD_PRELOAD=/tmp/x", *TO_ETH2),
        ("env", "OVS_RUNDIR=relative", *TO_ETH2),
        ("xenlens-announce", "eth0"),
        ("xenlens-announce", "eth0", "01:00:5e:00:00:01"),
        ("xenlens-announce", "eth0", "00:16:3e:00:00:01/0"),
    ],
)
def test_nothing_else_is_an_effect(argv: tuple[str, ...]) -> None:
    assert not fits(argv)
