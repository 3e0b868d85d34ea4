"""lacp/show: the layouts of every Open vSwitch, fragments, noise and damage."""

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.lacp_show import KINDS, LacpBond, LacpMember, parse_lacp_show
from collectors.parsing import ParseError, ToolError

NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,14}", fullmatch=True)
MEMBERS = st.builds(LacpMember, NAMES, st.booleans(), st.booleans(), st.booleans())
BONDS = st.builds(
    LacpBond,
    NAMES,
    st.sampled_from(["active negotiated", "active", "passive negotiated", "passive"]),
    st.lists(MEMBERS, max_size=3, unique_by=lambda member: member.name).map(tuple),
)
LAYOUTS = ("1.1", "1.6", "1.9", "2.10", "2.15")
"""The versions at which the layout changed."""


def printed(bond: LacpBond, version: str) -> str:
    """The text of one bond as this version prints it."""
    old, word = version == "1.1", "member" if version == "2.15" else "slave"
    indent = "  " if version in ("2.10", "2.15") else "\t"
    lines = [
        f"lacp: {bond.bond}" if old else f"---- {bond.bond} ----",
        f"{indent}status: {bond.status}{' ' * old}",
        f"{indent}sys_id: aa:55:aa:55:00:00",
        f"{indent}sys_priority: 65534",
        f"{indent}aggregation key: none",
        *([] if old else [f"{indent}lacp_time: fast"]),
    ]
    for member in bond.members:
        state = "current" if member.current else "expired"
        attached = "attached" if member.attached else "detached"
        lines += ["", f"{word}: {member.name}: {state} {attached}{' enabled' * old}"]
        lines += [f"{indent}port_id: 1", f"{indent}port_priority: 65535"]
        if version not in ("1.1", "1.6"):
            lines.append(f"{indent}may_enable: {str(member.may_enable).lower()}")
        for side in ("actor", "partner"):
            lines += ["", f"{indent}{side} sys_id: aa:55:aa:55:00:00", f"{indent}{side} key: 4"]
            lines.append(f"{indent}{side} state:" + " activity current" * (side == "actor"))
    return "".join(f"{line}\n" for line in lines)


def as_told(bond: LacpBond, version: str) -> LacpBond:
    members = bond.members
    if version in ("1.1", "1.6"):
        members = tuple(LacpMember(m.name, m.current, m.attached, None) for m in members)
    return LacpBond(bond.bond, bond.status, members)


@settings(max_examples=50)
@given(st.lists(BONDS, min_size=1, max_size=3), st.sampled_from(LAYOUTS))
def test_every_bond_printed_in_any_layout_reads_back(bonds: list[LacpBond], version: str) -> None:
    parsed = parse_lacp_show("".join(printed(bond, version) for bond in bonds))
    assert parsed.records == tuple(as_told(bond, version) for bond in bonds)
    assert not parsed.noise


@settings(max_examples=50)
@given(BONDS, st.sampled_from(LAYOUTS), st.data())
def test_noise_changes_no_record(bond: LacpBond, version: str, data: st.DataObject) -> None:
    lines = printed(bond, version).split("\n")
    noise = ("# ovs-appctl lacp/show", "[root@xs1 ~]# ", "Warning: a thing", "other words")
    lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(noise)))
    parsed = parse_lacp_show("\r\n".join(lines))
    assert parsed.records == (as_told(bond, version),)
    assert len(parsed.noise) == 1


@settings(max_examples=50)
@given(BONDS, st.sampled_from(LAYOUTS), st.data())
def test_a_mutilated_text_is_read_or_refused_but_never_breaks_the_parser(
    bond: LacpBond, version: str, data: st.DataObject
) -> None:
    text = printed(bond, version)
    start = data.draw(st.integers(0, len(text)))
    text = text[:start] + data.draw(st.text(max_size=8)) + text[start + 20 :]
    try:
        parsed = parse_lacp_show(text)
    except (ParseError, ToolError):
        return
    assert len(parsed.records) + parsed.damaged <= 3


def test_the_records_have_the_public_fields_in_order() -> None:
    bond = LacpBond("bond0", "active", (LacpMember("eth0", True, True, None),))
    assert list(asdict(bond)) == ["bond", "status", "members"]
    assert list(asdict(bond)["members"][0]) == ["name", "current", "attached", "may_enable"]
    assert [kind.name for kind in KINDS] == ["lacp-show"]


def test_a_masked_state_is_unknown() -> None:
    (bond,) = parse_lacp_show("---- bond0 ----\n status: <del>\nslave: eth0: <del>\n").records
    assert bond == LacpBond("bond0", None, (LacpMember("eth0", None, None, None),))


def test_no_bond_with_lacp_is_an_empty_answer() -> None:
    assert parse_lacp_show("").records == ()


@pytest.mark.parametrize(
    "damage",
    [
        "---- bond1 ----\n",
        "---- bond1 --\n\tstatus: active\n",
        "---- bond1 ----\n\tstatus: active\n\tmay_enable: true\n",
        "---- bond1 ----\nslave: eth0: current attached\nslave: eth0: current attached\n",
        "---- bond1 ----\nslave: eth0: current attached\n\tport_id: 1\n\tport_id: 2\n",
        "---- bond1 ----\nslave: eth0\n",
    ],
    ids=[
        "a header alone",
        "a cut header",
        "an attribute without a member",
        "a member twice",
        "a lost member line",
        "a member without a state",
    ],
)
def test_a_damaged_bond_is_left_out_and_counted(damage: str) -> None:
    good = LacpBond("bond0", "active", (LacpMember("eth0", False, False, True),))
    parsed = parse_lacp_show(damage + printed(good, "2.15"))
    assert (parsed.records, parsed.damaged) == ((good,), 1)
    with pytest.raises(ParseError):
        parse_lacp_show(damage)


def test_lacp_statistics_are_not_lacp_states() -> None:
    with pytest.raises(ParseError):
        parse_lacp_show("---- bond0 statistics ----\n\nmember: eth0:\n  TX PDUs: 5\n")
