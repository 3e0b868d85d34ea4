"""/proc/net/bonding: drivers of every age, several files in one text, noise and damage."""

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.parsing import ParseError, ToolError
from collectors.proc_bonding import KINDS, LinuxBond, LinuxMember, parse_proc_bonding

MODES = {
    "load balancing (round-robin)": 0,
    "fault-tolerance (active-backup)": 1,
    "load balancing (xor)": 2,
    "fault-tolerance (broadcast)": 3,
    "IEEE 802.3ad Dynamic link aggregation": 4,
    "transmit load balancing": 5,
    "adaptive load balancing": 6,
    "a mode of the future": None,
}
LACP = 4
NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,14}", fullmatch=True)
MACS = st.from_regex(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", fullmatch=True)
AGGREGATORS = st.integers(min_value=1, max_value=99)


@st.composite
def bonds(draw: st.DrawFn) -> LinuxBond:
    mode = draw(st.sampled_from(sorted(MODES)))
    number, names = MODES[mode], draw(st.lists(NAMES, max_size=4, unique=True))
    members = tuple(
        LinuxMember(
            name,
            draw(st.booleans()),
            draw(AGGREGATORS) if number == LACP else None,
            draw(MACS),
        )
        for name in names
    )
    one = st.sampled_from([None, *names])
    active, primary = (draw(one), draw(one)) if number == 1 else (None, None)
    return LinuxBond(mode, number, active, primary, members)


def printed(bond: LinuxBond) -> str:
    """The text as Linux 6.1 prints it."""
    lines = ["Ethernet Channel Bonding Driver: v6.1.0", "", f"Bonding Mode: {bond.mode}"]
    if bond.mode_number == 1:
        primary = f"{bond.primary} (primary_reselect always)" if bond.primary else None
        lines += [f"Primary Slave: {primary}", f"Currently Active Slave: {bond.active_member}"]
    lines += ["MII Status: up", "MII Polling Interval (ms): 100", "Up Delay (ms): 31000"]
    lines += ["Down Delay (ms): 200", "Peer Notification Delay (ms): 0"]
    if bond.mode_number == LACP:
        lines += ["", "802.3ad info", "LACP active: on", "LACP rate: slow", "Min links: 0"]
        lines += ["System priority: 65535", "Active Aggregator Info:", "\tAggregator ID: 7"]
        lines += ["\tNumber of ports: 1", "\tPartner Mac Address: 00:00:00:00:00:00"]
    for member in bond.members:
        lines += ["", f"Slave Interface: {member.name}"]
        lines += [f"MII Status: {'up' if member.mii_up else 'down'}", "Speed: Unknown"]
        lines += ["Duplex: Unknown", "Link Failure Count: 3"]
        lines += [f"Permanent HW addr: {member.permanent_mac}", "Slave queue ID: 0"]
        if bond.mode_number == LACP:
            lines += [f"Aggregator ID: {member.aggregator_id}", "Actor Churn State: none"]
            for side in ("actor", "partner"):
                lines += [f"details {side} lacp pdu:", "    system priority: 65535"]
                lines += ["    system mac address: 00:00:00:00:00:00", "    port state: 61"]
    return "".join(f"{line}\n" for line in lines)


@settings(max_examples=50)
@given(st.lists(bonds(), min_size=1, max_size=3), st.booleans())
def test_every_bond_reads_back_alone_and_with_others(fleet: list[LinuxBond], titled: bool) -> None:
    titles = [f"==> /proc/net/bonding/bond{n} <==\n" * titled for n in range(len(fleet))]
    text = "\n".join(title + printed(bond) for title, bond in zip(titles, fleet, strict=True))
    parsed = parse_proc_bonding(text)
    assert parsed.records == tuple(fleet)
    assert len(parsed.noise) == len(fleet) * titled


@settings(max_examples=50)
@given(bonds(), st.data())
def test_noise_changes_no_record(bond: LinuxBond, data: st.DataObject) -> None:
    lines = [f"\t{line}" for line in printed(bond).split("\n")]
    noise = ("# cat /proc/net/bonding/bond0", "[root@xs1 ~]# ", "Warning: a thing", "a: b")
    lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(noise)))
    parsed = parse_proc_bonding("\r\n\r\n".join(lines))
    assert parsed.records == (bond,)
    assert len(parsed.noise) == 1


@settings(max_examples=80)
@given(bonds(), st.data())
def test_a_lost_line_never_makes_a_wrong_fact(bond: LinuxBond, data: st.DataObject) -> None:
    lines = printed(bond).split("\n")
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    try:
        (read,) = parse_proc_bonding("\n".join(lines)).records
    except ParseError:
        return
    told = {member.name: asdict(member) for member in bond.members}
    for member in map(asdict, read.members):
        assert all(value in (None, told[member["name"]][key]) for key, value in member.items())
    assert read.mode in (None, bond.mode)
    assert read.active_member in (None, bond.active_member)


def test_the_records_have_the_public_fields_in_order() -> None:
    bond = LinuxBond("x", None, None, None, (LinuxMember("eth0", None, None, None),))
    assert list(asdict(bond)) == ["mode", "mode_number", "active_member", "primary", "members"]
    members = ["name", "mii_up", "aggregator_id", "permanent_mac"]
    assert list(asdict(bond)["members"][0]) == members
    assert [kind.name for kind in KINDS] == ["proc-net-bonding"]


@pytest.mark.parametrize(
    ("status", "up"),
    [("up", True), ("down", False), ("going down", False), ("going back", False), ("odd", None)],
)
def test_a_member_is_up_only_when_it_says_so(status: str, up: bool | None) -> None:
    text = f"Bonding Mode: load balancing (xor)\nSlave Interface: eth0\nMII Status: {status}\n"
    assert parse_proc_bonding(text).records[0].members[0].mii_up is up


def test_a_mode_keeps_its_number_beside_the_mac_policy() -> None:
    mode = "fault-tolerance (active-backup) (fail_over_mac active)"
    (bond,) = parse_proc_bonding(f"Bonding Mode: {mode}\n").records
    assert (bond.mode, bond.mode_number) == (mode, 1)


def test_an_aggregator_that_is_not_assigned_is_unknown() -> None:
    text = "Bonding Mode: transmit load balancing\nSlave Interface: eth0\nAggregator ID: N/A\n"
    assert parse_proc_bonding(text).records[0].members[0].aggregator_id is None


def test_the_aggregator_of_the_bond_is_not_that_of_a_member() -> None:
    text = (
        "Bonding Mode: IEEE 802.3ad Dynamic link aggregation\n802.3ad info\n"
        "bond bond0 has no active aggregator\n\tAggregator ID: 9\nSlave Interface: eth0\n"
    )
    parsed = parse_proc_bonding(text)
    assert parsed.records[0].members == (LinuxMember("eth0", None, None, None),)
    assert not parsed.noise


@pytest.mark.parametrize(
    "damage",
    [
        "Ethernet Channel Bonding Driver: v3.7.1 (April 27, 2011)\n",
        "Bonding Mode: load balancing (xor)\nSlave Interface:\nMII Status: up\n",
        "Bonding Mode: load balancing (xor)\nSlave Interface: eth0\nSlave Interface: eth0\n",
        "Bonding Mode: load balancing (xor)\nLink Failure Count: 0\n",
        "Bonding Mode: load balancing (xor)\nSlave Interface: eth0\nMII Status: up\n"
        "MII Status: down\n",
    ],
    ids=[
        "the driver's line alone",
        "a member without a name",
        "a member twice",
        "an attribute without a member",
        "a lost member line",
    ],
)
def test_a_damaged_bond_is_left_out_and_counted(damage: str) -> None:
    good = LinuxBond("transmit load balancing", 5, None, None, ())
    parsed = parse_proc_bonding(f"{damage}==> /proc/net/bonding/bond1 <==\n{printed(good)}")
    assert (parsed.records, parsed.damaged) == ((good,), 1)
    with pytest.raises(ParseError):
        parse_proc_bonding(damage)


def test_no_bond_at_all_is_an_answer_and_no_file_is_an_error() -> None:
    assert parse_proc_bonding("").records == ()
    with pytest.raises(ToolError) as caught:
        parse_proc_bonding("cat: /proc/net/bonding/bond0: No such file or directory\n")
    assert caught.value.kind == "no-such-object"


def test_other_text_is_refused_with_its_line() -> None:
    with pytest.raises(ParseError, match="line 1: expected a bond of Linux"):
        parse_proc_bonding("bond_mode: active-backup\n")
