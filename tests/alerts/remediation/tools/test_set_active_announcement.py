"""The switches are told of a moved bond where Open vSwitch does not tell them."""

import pytest

from alerts.remediation.tools.set_active_ovs import announces_nothing, learned
from tests.alerts.remediation.tools.bond_sight import (
    DEAD_UPLINK,
    OF_1_4,
    fits,
    plan,
    sight,
)


async def test_open_vswitch_that_announces_nothing_gets_a_second_step_for_the_hosts_macs() -> None:
    made = await plan(sight(DEAD_UPLINK, answers=OF_1_4))
    _, announce = made.steps
    macs = ("00:16:3e:01:02:03", "00:16:3e:01:02:04/20", "02:15:17:00:00:01")
    assert announce.argv == ("xenlens-announce", "eth2", *macs)
    assert announce.undo == ("xenlens-announce", "eth0", *macs)
    assert announce.expected == {"active": "eth2"}
    assert fits(announce.argv)
    assert fits(announce.undo)


async def test_where_nothing_was_learned_there_is_nothing_to_announce() -> None:
    empty = {**OF_1_4, "ovs-appctl fdb/show xapi0": " port  VLAN  MAC                Age\n"}
    assert len((await plan(sight(DEAD_UPLINK, answers=empty))).steps) == 1


async def test_at_most_200_macs_are_announced_and_the_evidence_names_the_others() -> None:
    rows = "".join(f"   9     0  00:16:3e:00:00:{n:02x}    1\n" for n in range(203))
    many = {**OF_1_4, "ovs-appctl fdb/show xapi0": f" port  VLAN  MAC                Age\n{rows}"}
    made = await plan(sight(DEAD_UPLINK, answers=many))
    assert len(made.steps[1].argv) == 202
    assert made.evidence["not_announced"] == [f"00:16:3e:00:00:{n:02x}" for n in (200, 201, 202)]
    assert fits(made.steps[1].argv)


@pytest.mark.parametrize(
    ("version", "silent"),
    [
        ((1, 0), False),
        ((1, 1), False),
        ((1, 2), True),
        ((1, 4), True),
        ((1, 7), True),
        ((1, 8), False),
        ((1, 10), False),
        ((2, 3), False),
    ],
)
def test_versions_1_2_to_1_7_announce_nothing(version: tuple[int, int], silent: bool) -> None:
    assert announces_nothing(version) is silent


def test_fdb_show_is_read_with_the_bridges_own_port_and_static_entries_too() -> None:
    text = """\
 port  VLAN  MAC                Age
LOCAL     0  02:15:17:00:00:01    0
    7    20  00:16:3e:01:02:04  static
"""
    assert [(row.port, row.announced) for row in learned(text)] == [
        ("LOCAL", "02:15:17:00:00:01"),
        ("7", "00:16:3e:01:02:04/20"),
    ]
