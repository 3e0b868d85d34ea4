"""Every bond sample of the corpus reads as its facts say, or is refused where it is damaged."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.bond_list import parse_bond_list
from collectors.bond_show import parse_bond_show
from collectors.lacp_show import parse_lacp_show
from collectors.parsing import Parsed, ParseError, ToolError
from collectors.proc_bonding import parse_proc_bonding
from tests.real import CORPUS

pytestmark = pytest.mark.corpus
MAY_REFUSE = ("invented", "damage", "synthetic", "cut")
ERROR_KINDS = {
    "vswitchd-not-running": "not-running",
    "no-such-bond": "no-such-object",
    "no-such-lacp-object": "no-such-object",
    "bad-command": "bad-command",
    "permission": "permission",
}
OVS_PARSERS: tuple[Callable[[str], Parsed[Any]], ...] = (
    parse_bond_show,
    parse_bond_list,
    parse_lacp_show,
)


def samples(folder: str) -> list[Any]:
    """The samples of a folder: text and facts, named after the file."""
    found = [
        pytest.param(_text(path), yaml.safe_load(path.read_text()), id=path.stem)
        for path in sorted((CORPUS / folder).glob("*.yaml"))
    ]
    none = pytest.mark.skip(reason=f"this corpus has no {folder}")
    return found or [pytest.param("", {}, marks=none)]


def _text(path: Path) -> str:
    return path.with_suffix(".txt").read_bytes().decode()


def read(parse: Callable[[str], Parsed[Any]], text: str, facts: Any) -> list[dict[str, Any]] | None:
    """The records as plain data; None when a sample that may be refused was refused."""
    try:
        return [asdict(record) for record in parse(text).records]
    except ParseError:
        if any(word in facts["authenticity"] for word in MAY_REFUSE):
            return None
        raise


def only(facts: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The asserted facts, under the contract's names; an absent fact is not asserted."""
    return {ours: facts[theirs] for ours, theirs in names.items() if theirs in facts}


def agree(records: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """Each record has every asserted fact."""
    shown = [
        {key: record[key] for key in wanted}
        for record, wanted in zip(records, expected, strict=True)
    ]
    assert shown == expected


@pytest.mark.parametrize(("text", "facts"), samples("ovs-bond-show"))
def test_bond_show_reads_as_its_facts_say(text: str, facts: Any) -> None:
    records = read(parse_bond_show, text, facts)
    names = {
        "bond": "name",
        "mode": "mode",
        "lacp_status": "lacp_status",
        "updelay_ms": "updelay_ms",
        "downdelay_ms": "downdelay_ms",
        "active_member": "active_member",
        "primary": "primary",
    }
    members = {"name": "name", "enabled": "enabled", "active": "active", "may_enable": "may_enable"}
    if records is not None:
        bonds = facts["expected"]["bonds"]
        agree(records, [only(bond, names) for bond in bonds])
        for record, bond in zip(records, bonds, strict=True):
            agree(list(record["members"]), [only(m, members) for m in bond.get("members", [])])


@pytest.mark.parametrize(("text", "facts"), samples("ovs-bond-list"))
def test_bond_list_reads_as_its_facts_say(text: str, facts: Any) -> None:
    records = read(parse_bond_list, text, facts)
    if records is not None:
        bonds = facts["expected"]["bonds"]
        agree(records, [only(bond, {"bond": "name", "mode": "type"}) for bond in bonds])
        shown = [set(record["members"]) for record in records]
        assert shown == [set(bond["members"]) for bond in bonds]


@pytest.mark.parametrize(("text", "facts"), samples("ovs-lacp-show"))
def test_lacp_show_reads_as_its_facts_say(text: str, facts: Any) -> None:
    records = read(parse_lacp_show, text, facts)
    names = {key: key for key in ("name", "current", "attached", "may_enable")}
    if records is not None:
        bonds = facts["expected"]["bonds"]
        agree(records, [only(bond, {"bond": "name", "status": "status"}) for bond in bonds])
        for record, bond in zip(records, bonds, strict=True):
            agree(list(record["members"]), [only(member, names) for member in bond["members"]])


@pytest.mark.parametrize(("text", "facts"), samples("proc-net-bonding"))
def test_linux_bonds_read_as_their_facts_say(text: str, facts: Any) -> None:
    records = read(parse_proc_bonding, text, facts)
    expected = facts["expected"]
    if records is None:
        return
    names = {"mode": "mode", "mode_number": "mode_number", "active_member": "active"}
    agree(records, [only(expected, names | {"primary": "primary"})])
    slaves = expected["slaves"]
    shown = [
        {
            "name": member["name"],
            "up": member["mii_up"],
            "aggregator_id": member["aggregator_id"],
            "perm_hwaddr": member["permanent_mac"],
        }
        for member in records[0]["members"]
    ]
    agree(
        shown,
        [
            only(slave, {key: key for key in ("name", "perm_hwaddr")})
            | {"up": slave["mii_status"] == "up"}
            | (
                {}
                if slave["aggregator_id"] == "N/A"
                else only(slave, {"aggregator_id": "aggregator_id"})
            )
            for slave in slaves
        ],
    )


@pytest.mark.parametrize("parse", OVS_PARSERS)
@pytest.mark.parametrize(("text", "facts"), samples("ovs-errors"))
def test_an_error_text_is_no_data(
    parse: Callable[[str], Parsed[Any]], text: str, facts: Any
) -> None:
    expected = facts["expected"]
    with pytest.raises(ToolError) as caught:
        parse(text)
    assert caught.value.kind == ERROR_KINDS[expected["error_class"]]
    assert expected["message"] in str(caught.value)


@pytest.mark.parametrize(
    ("text", "facts"), samples("ovs-bond-show") + samples("ovs-lacp-show"), ids=None
)
def test_one_tools_text_is_not_read_as_another_tools(text: str, facts: Any) -> None:
    other = parse_lacp_show if facts["tool"] == "ovs-bond-show" else parse_bond_show
    for parse in (other, parse_bond_list, parse_proc_bonding):
        with pytest.raises(ParseError):
            parse(text)
