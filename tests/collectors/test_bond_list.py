"""bond/list: the columns of every Open vSwitch, pasted tables, noise and damage."""

from contextlib import suppress
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.bond_list import KINDS, ListedBond, parse_bond_list
from collectors.parsing import ParseError, ToolError

HEADERS = {
    "1.0": ("bridge", "bond", "slaves"),
    "1.0.99": ("bridge", "bond", "type", "slaves"),
    "1.2": ("bond", "type", "slaves"),
    "2.2": ("bond", "type", "recircID", "slaves"),
    "2.15": ("bond", "type", "recircID", "members"),
}
NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,14}", fullmatch=True)
BONDS = st.builds(
    ListedBond,
    NAMES,
    st.sampled_from(["active-backup", "balance-slb", "balance-tcp", "stable"]),
    st.lists(NAMES, min_size=2, max_size=4).map(tuple),
)


def table(bonds: list[ListedBond], columns: tuple[str, ...]) -> str:
    rows = ["\t".join(columns)]
    for bond in bonds:
        members = ", ".join(bond.members)
        cells = {"bridge": "xenbr0", "bond": bond.bond, "type": bond.mode or "", "recircID": "-1"}
        rows.append(
            "\t".join((cells | {"slaves": members, "members": members})[c] for c in columns)
        )
    return "".join(f"{row}\n" for row in rows)


@settings(max_examples=50)
@given(st.lists(BONDS, max_size=4), st.sampled_from(sorted(HEADERS)))
def test_every_table_reads_back_with_tabs_and_with_blanks(
    bonds: list[ListedBond], version: str
) -> None:
    columns = HEADERS[version]
    told = tuple(
        ListedBond(bond.bond, bond.mode if "type" in columns else None, bond.members)
        for bond in bonds
    )
    text = table(bonds, columns)
    assert parse_bond_list(text).records == told
    assert parse_bond_list(text.replace("\t", "   ")).records == told


def test_the_records_have_the_public_fields_in_order() -> None:
    bond = ListedBond("bond0", "active-backup", ("eth0", "eth2"))
    assert list(asdict(bond)) == ["bond", "mode", "members"]
    assert [kind.name for kind in KINDS] == ["bond-list"]


def test_a_table_without_rows_and_an_empty_text_are_answers() -> None:
    assert parse_bond_list("bond\ttype\trecircID\tslaves\n").records == ()
    assert parse_bond_list("").records == ()


@pytest.mark.parametrize("blank", ["\t", "  "])
def test_noise_is_counted_and_is_no_row(blank: str) -> None:
    text = (
        "Warning: Permanently added 'xs1' (RSA) to the list of known hosts.\n"
        "# ovs-appctl bond/list\nbond\ttype\tslaves\nbond0\tstable\teth0, eth1\n"
        "some other words\n[root@xs1 ~]# "
    ).replace("\t", blank)
    parsed = parse_bond_list(text)
    assert parsed.records == (ListedBond("bond0", "stable", ("eth0", "eth1")),)
    assert [noise.line for noise in parsed.noise] == [1, 2, 5, 6]


@pytest.mark.parametrize(
    "row", ["bond1\tactive-b", "\tactive-backup\t-1\teth0", "bond1\tstable\t-1\teth0, , eth1"]
)
def test_a_damaged_row_is_left_out_and_counted(row: str) -> None:
    header = "bond\ttype\trecircID\tmembers\n"
    parsed = parse_bond_list(f"{header}{row}\nbond0\tactive-backup\t-1\teth0, eth2\n")
    assert parsed.records == (ListedBond("bond0", "active-backup", ("eth0", "eth2")),)
    assert parsed.damaged == 1
    with pytest.raises(ParseError, match="line 2: expected bond type recircid members"):
        parse_bond_list(header + row)


def test_rows_without_their_header_are_refused() -> None:
    with pytest.raises(ParseError, match="line 1: expected the header of bond/list"):
        parse_bond_list("bond0\tactive-backup\t-1\teth0, eth2\n")


@settings(max_examples=50)
@given(st.text(alphabet="bondtypeslaves\t\n ,-1", max_size=80))
def test_garbage_is_read_or_refused_but_never_breaks_the_parser(text: str) -> None:
    for candidate in (text, f"bond\ttype\tslaves\n{text}", f"bond type slaves\n{text}"):
        with suppress(ParseError, ToolError):
            parse_bond_list(candidate)
