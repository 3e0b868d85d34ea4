"""What a look at a bond shows: states in the tool's words, tones, and what serves."""

import pytest

from collectors.bond_show import Bond, Member
from exporter.drill.bond_sample import NO_MEMBER, carriers_in, sample_of
from exporter.drill.record import State

ACTIVE = Member("eth0", True, True, True)
STANDBY = Member("eth2", True, False, True)
DEAD = Member("eth2", False, False, False)


def bond(*members: Member, mode: str = "active-backup") -> Bond:
    active = next((member.name for member in members if member.active), None)
    return Bond("bond0", mode, "off", 200, 100, active, None, members)


def test_the_active_member_serves_and_the_other_could() -> None:
    sample = sample_of(bond(ACTIVE, STANDBY), {"eth0": True, "eth2": True})
    assert sample.serving == State("eth0", "good")
    assert sample.lanes == {
        "eth0": State("enabled, active", "good"),
        "eth2": State("enabled", "standby"),
    }


def test_a_member_without_carrier_is_enabled_until_its_downdelay_is_over() -> None:
    cut = Member("eth0", True, True, False)
    sample = sample_of(bond(cut, STANDBY), {"eth0": False, "eth2": True})
    assert sample.lanes["eth0"] == State("enabled, active, may_enable: false, no carrier", "good")


def test_a_member_with_carrier_is_disabled_until_its_updelay_is_over() -> None:
    coming = Member("eth2", False, False, True)
    sample = sample_of(bond(ACTIVE, coming), {"eth2": True})
    assert sample.lanes["eth2"] == State("disabled, may_enable: true, carrier", "bad")


def test_a_dead_member_is_bad_and_says_no_more() -> None:
    assert sample_of(bond(ACTIVE, DEAD), {"eth2": False}).lanes["eth2"] == State("disabled", "bad")


def test_outside_active_backup_every_enabled_member_serves() -> None:
    sample = sample_of(bond(ACTIVE, STANDBY, mode="balance-slb"), {})
    assert sample.serving == State("eth0, eth2", "good")
    assert {state.tone for state in sample.lanes.values()} == {"good"}


def test_no_enabled_member_serves_nothing() -> None:
    assert sample_of(bond(DEAD), {}).serving == NO_MEMBER


def test_an_unknown_state_is_not_called_dead() -> None:
    sample = sample_of(bond(Member("eth0", None, False, None)), {})
    assert sample.lanes == {"eth0": State("unknown", "unknown")}
    assert sample.serving == State("unknown", "unknown")


def test_a_bond_that_is_gone_has_no_lanes() -> None:
    assert sample_of(None, {}).lanes == {}
    assert sample_of(None, {}).serving.tone == "absent"


@pytest.mark.parametrize(("line", "known"), [("1", {"eth0": True}), ("0", {"eth0": False})])
def test_carrier_is_read_from_sysfs(line: str, known: dict[str, bool]) -> None:
    assert carriers_in(f"/sys/class/net/eth0/carrier:{line}\n") == known


def test_a_device_that_is_not_up_has_an_unknown_carrier() -> None:
    assert carriers_in("grep: /sys/class/net/eth0/carrier: Invalid argument\n") == {}
