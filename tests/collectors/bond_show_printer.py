"""Prints a bond as `bond/show` of a given Open vSwitch does: the grammar, written a second time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.bond_show import Bond, Member


@dataclass(frozen=True)
class Generation:
    """What one generation of Open vSwitch prints (reference: ofproto/bond.c of each tag)."""

    name: str
    header: bool = True
    mode: bool = True
    lacp: str = "lacp_status"
    may_enable: bool = True
    recirculation: bool = True
    active_mac: bool = True
    fallback: bool = True
    primary: bool = True
    lb_output: bool = True
    all_active: bool = False
    lacp_block: bool = False
    word: str = "member"
    indent: str = "  "


GEN_K = Generation("K", all_active=True)
GEN_J = replace(GEN_K, name="J", all_active=False)
GEN_I = replace(GEN_J, name="I", word="slave")
GEN_H = replace(GEN_I, name="H", primary=False, lb_output=False)
GEN_G = replace(GEN_H, name="G", indent="\t")
GEN_F = replace(GEN_G, name="F", fallback=False)
GEN_E = replace(GEN_F, name="E", active_mac=False)
GEN_D = replace(GEN_E, name="D", recirculation=False)
GEN_C = replace(GEN_D, name="C", header=False, lacp="lacp_negotiated")
GEN_B = replace(GEN_C, name="B", lacp="lacp", may_enable=False)
GEN_A1 = replace(GEN_B, name="A'", lacp_block=True)
GEN_A = replace(GEN_B, name="A", mode=False, lacp="")
GENERATIONS = (
    GEN_A,
    GEN_A1,
    GEN_B,
    GEN_C,
    GEN_D,
    GEN_E,
    GEN_F,
    GEN_G,
    GEN_H,
    GEN_I,
    GEN_J,
    GEN_K,
)

_STATES = {True: "enabled", False: "disabled", None: "restarting"}
_TRUTH = {True: "true", False: "false"}


def as_told(bond: Bond, by: Generation) -> Bond:
    """What is left of a bond's facts when this generation prints them."""
    members = tuple(
        replace(member, may_enable=member.may_enable if by.may_enable else None)
        for member in bond.members
    )
    return replace(
        bond,
        bond=bond.bond if by.header else None,
        mode=bond.mode if by.mode else None,
        lacp_status=_lacp_told(bond, by),
        primary=bond.primary if by.primary else None,
        members=members,
    )


def _lacp_told(bond: Bond, by: Generation) -> str | None:
    if by.lacp == "lacp_negotiated":
        return "negotiated" if bond.lacp_status == "negotiated" else None
    if by.lacp == "lacp":
        return "active" if bond.lacp_status in ("negotiated", "configured") else "off"
    return bond.lacp_status if by.lacp else None


def printed(bond: Bond, by: Generation) -> str:
    """The text of one bond."""
    blocks = [line for member in bond.members for line in _member_lines(bond, member, by)]
    return "".join(f"{line}\n" for line in [*_bond_lines(bond, by), *blocks, *([""] * by.header)])


def _bond_lines(bond: Bond, by: Generation) -> Iterator[str]:
    told = {
        f"---- {bond.bond} ----": by.header,
        f"bond_mode: {bond.mode}": by.mode,
        f"lacp: {_lacp_told(bond, by)}": by.lacp == "lacp",
        "bond-detect-mode: carrier": by.lacp == "lacp",
        "bond may use recirculation: no, Recirc-ID : -1": by.recirculation,
        "bond-hash-basis: 0": by.lacp not in ("lacp", ""),
        "lb_output action: disabled, bond-id: -1": by.lb_output,
        "all members active: true": by.all_active and bond.mode == "balance-slb",
        f"updelay: {bond.updelay_ms} ms": True,
        f"downdelay: {bond.downdelay_ms} ms": True,
        "next rebalance: -4321 ms": bond.mode != "active-backup",
        f"lacp_negotiated: {_TRUTH[bond.lacp_status == 'negotiated']}": by.lacp
        == "lacp_negotiated",
        f"lacp_status: {bond.lacp_status}": by.lacp == "lacp_status",
        "lacp_fallback_ab: false": by.fallback,
        f"active-backup primary: {_primary(bond, by)}": by.primary,
        f"active {by.word} mac: 00:00:00:00:00:01({bond.active_member or 'none'})": by.active_mac,
    }
    return (line for line, shown in told.items() if shown)


def _primary(bond: Bond, by: Generation) -> str:
    known = bond.primary in {member.name for member in bond.members}
    return bond.primary + ("" if known else f" (no such {by.word})") if bond.primary else "<none>"


def _member_lines(bond: Bond, member: Member, by: Generation) -> Iterator[str]:
    told = {
        "": by.mode,
        f"{by.word} {member.name}: {_STATES[member.enabled]}": True,
        f"{by.indent}active {by.word}": member.active,
        f"{by.indent}updelay expires in 30012 ms": member.enabled is False,
        f"{by.indent}may_enable: {_TRUTH[bool(member.may_enable)]}": by.may_enable,
        f"{by.indent}status: current attached ": by.lacp_block,
        f"{by.indent}actor sysid: 00:00:00:00:00:02": by.lacp_block,
        f"{by.indent}actor state: activity synchronized ": by.lacp_block,
        f"{by.indent}hash 12: 3 kB load": bond.mode == "balance-slb",
        f"{by.indent}{by.indent}00:16:3e:01:02:03": bond.mode == "balance-slb"
        and not by.may_enable,
    }
    return (line for line, shown in told.items() if shown)
