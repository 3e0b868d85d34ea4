"""What is wrong with a host's bonds, in sentences."""

from collections.abc import Iterator

from collectors.bond_metrics import lacp_negotiated, preferred_member
from collectors.bond_state import BondState
from collectors.registry import Finding, Reading, View

SINGLE_ACTIVE_MODES = ("active-backup",)


def findings(reading: Reading[BondState], view: View) -> Iterator[Finding]:
    """Every deviation from a sound bond and from the inventory, worst facts first per bond."""
    have = {state.name for state in reading.records}
    for state in reading.records:
        yield from _of_bond(state, view)
    # A damaged record may be the very bond that seems to be missing.
    for name in sorted(set(view.inventory.bonds) - have) if not reading.damaged else ():
        known = ", ".join(sorted(have)) or "none"
        yield Finding("critical", name, f"bond missing; the host has {known}")


def _of_bond(state: BondState, view: View) -> Iterator[Finding]:
    bond = state.bond
    if not any(member.enabled is not False for member in bond.members):
        text = "no member enabled" if bond.members else "the bond has no members"
        yield Finding("critical", state.name, text)
    elif bond.mode in SINGLE_ACTIVE_MODES and bond.active_member is None:
        yield Finding("critical", state.name, "no active member")
    for member in bond.members:
        if member.enabled is False:
            yield Finding("warning", state.name, f"member {member.name} is disabled")
        elif member.enabled is None:
            yield Finding("unknown", state.name, f"state of member {member.name} is unknown")
    if lacp_negotiated(state) is False:
        yield Finding("warning", state.name, "LACP is not negotiated")
    yield from _against_inventory(state, view)


def _against_inventory(state: BondState, view: View) -> Iterator[Finding]:
    bond = state.bond
    preferred = preferred_member(state, view)
    if preferred and bond.active_member and bond.active_member != preferred:
        text = f"active member is {bond.active_member}, preferred is {preferred}"
        yield Finding("warning", state.name, text)
    expected = view.inventory.bonds.get(state.name)
    if expected is None or not expected.members:
        return
    missing = sorted(set(expected.members) - {member.name for member in bond.members})
    if missing:
        yield Finding("warning", state.name, f"member {', '.join(missing)} is not in the bond")
