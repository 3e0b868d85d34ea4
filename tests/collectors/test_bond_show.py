"""bond/show: the operator's outputs, each generation's peculiarities, terminals, and damage."""

from dataclasses import asdict
from pathlib import Path

import pytest

from collectors.bond_show import KINDS, Bond, Member, parse_bond_show
from collectors.parsing import ParseError, ToolError

FIXTURES = Path(__file__).parents[1] / "fixtures" / "bond-show"
BOND0 = Bond(
    None,
    "active-backup",
    "off",
    31000,
    200,
    "eth0",
    None,
    (Member("eth2", True, False, None), Member("eth0", True, True, None)),
)
V17 = """\
---- bond0 ----
bond_mode: balance-slb
bond may use recirculation: no, Recirc-ID : -1
bond-hash-basis: 0
lb_output action: disabled, bond-id: -1
all members active: false
updelay: 31000 ms
downdelay: 200 ms
next rebalance: -17 ms
lacp_status: off
lacp_fallback_ab: false
active-backup primary: <none>
active member mac: 00:25:90:aa:bb:cc(eth0)

member eth0: enabled
  active member
  may_enable: true
  hash 12: 3 kB load

member eth1: disabled
  updelay expires in 30012 ms
  may_enable: true

"""


def only(text: str) -> Bond:
    (bond,) = parse_bond_show(text).records
    return bond


def fixture(name: str) -> str:
    return (FIXTURES / f"xenserver-6.0.2-{name}.txt").read_text()


def test_the_operators_bond0_has_eth0_active() -> None:
    parsed = parse_bond_show(fixture("bond0"))
    assert parsed.records == (BOND0,)
    assert not parsed.noise


def test_the_operators_bond1_has_eth1_active() -> None:
    bond = only(fixture("bond1"))
    assert bond.active_member == "eth1"
    assert bond.members == (Member("eth1", True, True, None), Member("eth3", True, False, None))


def test_two_outputs_after_echoed_commands_are_two_bonds_whose_text_names_none() -> None:
    parsed = parse_bond_show(fixture("terminal"))
    assert [(bond.bond, bond.active_member) for bond in parsed.records] == [
        (None, "eth0"),
        (None, "eth1"),
    ]
    assert [noise.line for noise in parsed.noise] == [1, 12]


def test_two_outputs_without_header_or_command_are_two_bonds_without_a_name() -> None:
    parsed = parse_bond_show(fixture("bond0") + fixture("bond1"))
    assert [(bond.bond, bond.active_member) for bond in parsed.records] == [
        (None, "eth0"),
        (None, "eth1"),
    ]


def test_an_echoed_command_inside_a_block_is_noise_and_does_not_split_it() -> None:
    lines = fixture("bond0").splitlines(keepends=True)
    whole = parse_bond_show("".join(lines))
    lines.insert(7, "# ovs-appctl bond/show bond0\n")
    assert parse_bond_show("".join(lines)).records == whole.records


def test_the_records_have_the_public_fields_in_order() -> None:
    assert list(asdict(BOND0)) == [
        "bond",
        "mode",
        "lacp_status",
        "updelay_ms",
        "downdelay_ms",
        "active_member",
        "primary",
        "members",
    ]
    assert list(asdict(BOND0)["members"][0]) == ["name", "enabled", "active", "may_enable"]
    assert [kind.name for kind in KINDS] == ["bond-show"]


def test_a_configuration_flag_about_active_members_is_no_active_member() -> None:
    parsed = parse_bond_show(V17)
    assert parsed.records == (
        Bond(
            "bond0",
            "balance-slb",
            "off",
            31000,
            200,
            "eth0",
            None,
            (Member("eth0", True, True, True), Member("eth1", False, False, True)),
        ),
    )
    assert not parsed.noise


def test_the_oldest_output_has_no_mode_and_lists_macs_under_hashes() -> None:
    text = (
        "updelay: 31000 ms\ndowndelay: 200 ms\nnext rebalance: 4321 ms\n"
        "slave eth0: enabled\n\tactive slave\n\thash 12: 3 kB load\n\t\t00:16:3e:01:02:03\n"
        "\t\t00:16:3e:01:02:03\nslave eth1: enabled\n"
    )
    parsed = parse_bond_show(text)
    members = (Member("eth0", True, True, None), Member("eth1", True, False, None))
    assert parsed.records == (Bond(None, None, None, 31000, 200, "eth0", None, members),)
    assert not parsed.noise


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("lacp_status: negotiated", "negotiated"),
        ("lacp_status: configured", "configured"),
        ("lacp_status: off", "off"),
        ("lacp_status: <unknown>", None),
        ("lacp: active", "active"),
        ("lacp: passive", "passive"),
        ("lacp: off", "off"),
        ("lacp_negotiated: true", "negotiated"),
        ("lacp_negotiated: false", None),
    ],
)
def test_lacp_is_told_as_printed(line: str, status: str | None) -> None:
    """`lacp_negotiated: false` says neither `off` nor `configured`."""
    assert only(f"bond_mode: balance-tcp\n{line}\n").lacp_status == status


@pytest.mark.parametrize(
    ("printed", "primary"),
    [("<none>", None), ("eth1", "eth1"), ("eth9 (no such slave)", "eth9"), ("<del>", None)],
)
def test_the_primary_is_a_name_or_nothing(printed: str, primary: str | None) -> None:
    assert only(f"---- b ----\nactive-backup primary: {printed}\n").primary == primary


def test_masked_values_are_unknown() -> None:
    bond = only("---- b ----\nbond_mode: <del>\nupdelay: <del>\n<active slave mac del>\n")
    assert (bond.mode, bond.updelay_ms, bond.active_member) == (None, None, None)


def test_an_unknown_state_is_neither_enabled_nor_disabled() -> None:
    assert only("---- b ----\nmember eth0: restarting\n").members == (
        Member("eth0", None, False, None),
    )


@pytest.mark.parametrize("owner", ["none", "eth9"])
def test_a_kept_mac_of_members_that_are_not_active_is_no_active_member(owner: str) -> None:
    text = (
        f"---- b ----\nbond_mode: active-backup\nactive slave mac: 00:00:00:00:00:01({owner})\n"
        "slave eth9: disabled\n\tmay_enable: false\n"
    )
    assert only(text).active_member is None


def test_in_a_fragment_without_members_the_mac_line_names_the_active_member() -> None:
    text = "---- b ----\nactive member mac: 00:25:90:aa:bb:cc(eth0)\n"
    assert only(text).active_member == "eth0"


def test_a_name_with_a_colon_is_read_whole() -> None:
    assert only("---- b ----\nmember dpdk:0: enabled\n").members[0].name == "dpdk:0"


def test_an_empty_text_is_an_answer() -> None:
    assert parse_bond_show("").records == ()
    assert parse_bond_show("\r\n\n").records == ()


def test_a_prompt_and_a_log_line_without_bonds_are_an_answer_too() -> None:
    text = "[root@xs1 ~]# ovs-appctl bond/show\n2023-12-13T07:58:12Z|00001|x|WARN|y\n[root@xs1 ~]# "
    parsed = parse_bond_show(text)
    assert parsed.records == ()
    assert len(parsed.noise) == 3


def test_unknown_text_is_refused_with_its_line_and_what_was_expected() -> None:
    with pytest.raises(ParseError, match=r"line 2: expected a block of bond/show .* found 'hello'"):
        parse_bond_show("\nhello\n")


def test_commented_out_output_is_not_taken_for_commands() -> None:
    with pytest.raises(ParseError, match="line 1"):
        parse_bond_show("# ---- bond0 ----\n# bond_mode: active-backup\n")


def test_an_error_message_is_no_data() -> None:
    with pytest.raises(ToolError) as caught:
        parse_bond_show("no such bond\novs-appctl: ovs-vswitchd: server returned an error\n")
    assert (caught.value.kind, str(caught.value)) == ("no-such-object", "no such bond")


def test_an_error_beside_bonds_hides_none_of_them() -> None:
    text = V17 + "# ovs-appctl bond/show bond9\nno such bond\n"
    parsed = parse_bond_show(text)
    assert [bond.bond for bond in parsed.records] == ["bond0"]
    assert len(parsed.noise) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "---- bond1 ----\nmember eth0: enabled\nmember eth0: disabled\n",
        "---- bond1 ----\nmember eth0: enabled\n  active member\nmember eth1: enabled\n"
        "  active member\n",
        "---- bond1 ----\n",
        "---- bon\nbond_mode: active-backup\nmember eth0: enabled\n",
        "---- bond1 ----\nbond_mode: active-backup\n  may_enable: true\n",
        "---- bond1 ----\nbond_mode: active-backup\n\nmember eth\n",
        "---- bond1 ----\nmember eth0: enabled\n  may_enable: true\n  may_enable: true\n",
        "---- bond1 ----\nslave eth0: enabled\n\thash 1: 2 kB load\n\tactive slave\n",
    ],
    ids=[
        "a member twice",
        "two active members",
        "a header alone",
        "a cut header",
        "an attribute without a member",
        "a cut member line",
        "a lost member line before an attribute",
        "a lost member line before the active mark",
    ],
)
def test_a_damaged_bond_is_left_out_and_counted_and_hides_no_other(damage: str) -> None:
    parsed = parse_bond_show(damage + V17)
    assert [bond.bond for bond in parsed.records] == ["bond0"]
    assert parsed.damaged == 1
    assert [noise.text for noise in parsed.noise] == [x for x in damage.split("\n") if x]
    with pytest.raises(ParseError):
        parse_bond_show(damage)


def test_a_long_line_costs_no_more_than_its_length() -> None:
    for part in ("---- ", "slave a:", "x.pid: ", "root@h:", "(", " ----", "==> ", "a@a.a"):
        with pytest.raises((ParseError, ToolError)):
            parse_bond_show("z" + part * 200_000)
