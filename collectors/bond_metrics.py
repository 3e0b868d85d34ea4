"""Bond states as metrics."""

from collectors.bond_show import Member
from collectors.bond_state import BondState
from collectors.metrics import Family, Page
from collectors.registry import Reading, View

INFO = Family(
    "xenlens_bond_info",
    "A bond; mode and LACP status as ovs-appctl bond/show or /proc/net/bonding print them.",
    ("bond", "mode", "lacp", "backend"),
)
MEMBERS = Family("xenlens_bond_members", "Members the bond has (bond/show).", ("bond",))
MEMBERS_EXPECTED = Family(
    "xenlens_bond_members_expected", "Members the bond should have.", ("bond", "source")
)
UPDELAY = Family(
    "xenlens_bond_updelay_seconds",
    "How long carrier must last before a member is enabled (bond/show: updelay).",
    ("bond",),
)
DOWNDELAY = Family(
    "xenlens_bond_downdelay_seconds",
    "How long carrier must be gone before a member is disabled (bond/show: downdelay).",
    ("bond",),
)
LACP_NEGOTIATED = Family(
    "xenlens_bond_lacp_negotiated",
    "1 when LACP is negotiated, on bonds that use LACP (bond/show: lacp_status; lacp/show).",
    ("bond",),
)
MEMBER_ENABLED = Family(
    "xenlens_bond_member_enabled",
    "1 when the bond may use the member: its carrier is up (bond/show; Linux: MII Status).",
    ("bond", "member"),
)
MEMBER_ACTIVE = Family(
    "xenlens_bond_member_active",
    "1 on the active member (bond/show: active slave, active member).",
    ("bond", "member"),
)
MEMBER_PREFERRED = Family(
    "xenlens_bond_member_preferred",
    "1 on the member that should be active: the inventory's, else the bond's own primary.",
    ("bond", "member"),
)
MEMBER_MAY_ENABLE = Family(
    "xenlens_bond_member_may_enable",
    "1 when carrier, CFM/BFD and LACP allow the member (bond/show: may_enable; OVS 1.2).",
    ("bond", "member"),
)
MEMBER_LACP_CURRENT = Family(
    "xenlens_bond_member_lacp_current",
    "1 when the LACP partner's information is current (lacp/show).",
    ("bond", "member"),
)
MEMBER_LACP_ATTACHED = Family(
    "xenlens_bond_member_lacp_attached",
    "1 when LACP has attached the member to the aggregate (lacp/show).",
    ("bond", "member"),
)
FAMILIES = (
    INFO,
    MEMBERS,
    MEMBERS_EXPECTED,
    UPDELAY,
    DOWNDELAY,
    LACP_NEGOTIATED,
    MEMBER_ENABLED,
    MEMBER_ACTIVE,
    MEMBER_PREFERRED,
    MEMBER_MAY_ENABLE,
    MEMBER_LACP_CURRENT,
    MEMBER_LACP_ATTACHED,
)


def fill(page: Page, reading: Reading[BondState], view: View) -> None:
    """Every bond of the reading, and those the inventory expects and the host does not have."""
    states = {state.name: state for state in reversed(reading.records)}
    for name in sorted(states):
        _fill_bond(page, states[name], view)
    # A damaged record may be the very bond that seems to be missing.
    for name in sorted(set(view.inventory.bonds) - set(states)) if not reading.damaged else ():
        page.add(MEMBERS, 0, bond=name)
    for name, expected in sorted(view.inventory.bonds.items()):
        if expected.members:
            page.add(MEMBERS_EXPECTED, len(expected.members), bond=name, source="config")


def _fill_bond(page: Page, state: BondState, view: View) -> None:
    bond, name = state.bond, state.name
    labels = {"mode": bond.mode or "", "lacp": bond.lacp_status or ""}
    page.add(INFO, 1, bond=name, **labels, backend=state.backend)
    page.add(MEMBERS, len(bond.members), bond=name)
    page.add_known(UPDELAY, seconds(bond.updelay_ms), bond=name)
    page.add_known(DOWNDELAY, seconds(bond.downdelay_ms), bond=name)
    page.add_known(LACP_NEGOTIATED, lacp_negotiated(state), bond=name)
    for member in bond.members:
        _fill_member(page, state, member, preferred_member(state, view))
    for lacp in state.lacp.members if state.lacp else ():
        page.add_known(MEMBER_LACP_CURRENT, lacp.current, bond=name, member=lacp.name)
        page.add_known(MEMBER_LACP_ATTACHED, lacp.attached, bond=name, member=lacp.name)


def _fill_member(page: Page, state: BondState, member: Member, preferred: str | None) -> None:
    labels = {"bond": state.name, "member": member.name}
    page.add_known(MEMBER_ENABLED, member.enabled, **labels)
    page.add(MEMBER_ACTIVE, member.active, **labels)
    page.add_known(MEMBER_MAY_ENABLE, member.may_enable, **labels)
    if preferred is not None:
        page.add(MEMBER_PREFERRED, member.name == preferred, **labels)


def preferred_member(state: BondState, view: View) -> str | None:
    """The member that should be active: the inventory's word, else the bond's own primary."""
    expected = view.inventory.bonds.get(state.name)
    return (expected and expected.preferred) or state.bond.primary


def lacp_negotiated(state: BondState) -> bool | None:
    """Whether LACP is negotiated; None on bonds that do not use LACP.

    1.0.99 prints only `active` or `passive` there, 1.2 to 1.5 do not tell `configured` from
    `off`; then `lacp/show` has the answer.
    """
    status = state.bond.lacp_status
    if status in (None, "active", "passive"):
        return None if state.lacp is None else "negotiated" in (state.lacp.status or "")
    return None if status == "off" else status == "negotiated"


def seconds(milliseconds: int | None) -> float | None:
    """Milliseconds as seconds; None stays None."""
    return None if milliseconds is None else milliseconds / 1000
