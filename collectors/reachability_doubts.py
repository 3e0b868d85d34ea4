"""What a round did not measure: members and destinations without a verdict of their own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from collectors.bond_state import BondState
from collectors.inventory import HostInventory
from collectors.reachability_plan import AUTO, BondPlan
from collectors.reachability_record import Reach, ReachReading
from collectors.registry import Reading

NO_ANSWER, WRONG_MAC = "no_answer", "wrong_mac"
OF_A_MOVED_BOND = (NO_ANSWER, WRONG_MAC, "no_such_device", "openflow_refused")
"""What a probe by the bridge that a bond once had may end with."""


def moved(before: Iterable[BondState], after: Iterable[BondState]) -> set[str]:
    """Bonds whose active member or members are not what they were."""
    then = {state.name: _path(state) for state in before}
    now = {state.name: _path(state) for state in after}
    return {name for name, path in then.items() if now.get(name) != path}


def _path(state: BondState) -> tuple[str | None, frozenset[str]]:
    return state.bond.active_member, frozenset(member.name for member in state.bond.members)


def unsure(reach: Reach) -> Reach:
    """The same of a bond that moved."""
    text = "the bond changed its active member while it was probed"
    return replace(reach, reachable=None, reason="bond_moved", text=text)


def too_short(reach: Reach, seconds: float, wanted: float) -> Reach:
    """The same of a round that got less than its time: silence proves nothing then."""
    if reach.reason != NO_ANSWER or seconds >= wanted:
        return reach
    given = f"the round may take {wanted:g} s, but the scrape left less"
    text = f"no answer in {seconds:g} s; {given}: raise its timeout, or lower probe.timeout"
    return replace(reach, reachable=None, reason="short_round", text=text)


def is_suspect(reading: ReachReading) -> bool:
    """Whether it says something bad that knowledge gone stale would also say."""
    return any(reach.reason in OF_A_MOVED_BOND for reach in reading.records)


def unproven(reading: ReachReading, why: Exception) -> ReachReading:
    """The same, what is suspect unknown, since the layout could not be asked again."""
    text = f"it may be wrong, since the host's bridges and routes could not be read: {why}"
    records = (
        replace(reach, reachable=None, reason="layout", text=f"{reach.text}; {text}")
        if reach.reason in (NO_ANSWER, WRONG_MAC)
        else reach
        for reach in reading.records
    )
    return replace(reading, records=tuple(records))


def unresolved(plan: BondPlan, inventory: HostInventory) -> Iterator[Reach]:
    """Destinations that cannot be asked through this bond."""
    for one in plan.unresolved:
        yield from unknown(plan.state, one.destination, one.reason, one.text, inventory)


def unreported(plan: BondPlan, destination: str, told: Iterable[str]) -> Iterator[Reach]:
    """Members that the host's report leaves out."""
    known = set(told)
    text = "the host's report leaves this member out"
    for reach in unknown(plan.state, destination, "not_reported", text):
        if reach.member not in known:
            yield reach


def unknown(
    state: BondState,
    destination: str,
    reason: str,
    text: str,
    inventory: HostInventory | None = None,
) -> Iterator[Reach]:
    """Of every member; of those that are configured where the bond has none."""
    bond = inventory.bonds.get(state.name) if inventory else None
    names = [member.name for member in state.bond.members] or (bond.members if bond else ())
    for name in names:
        active = name == state.bond.active_member
        yield Reach(state.name, name, destination, active, None, reason, text)


def missing(bonds: Reading[BondState], inventory: HostInventory) -> Iterator[Reach]:
    """Bonds that should be probed and are not there."""
    have = {state.name for state in bonds.records}
    # A damaged record may be the very bond that seems to be missing.
    text = "its record is damaged" if bonds.damaged else "the host has no such bond"
    for name, bond in sorted(inventory.bonds.items()):
        for destination in bond.destinations if name not in have else ():
            address = destination.address or AUTO
            for member in bond.members:
                yield Reach(name, member, address, False, None, "no_bond", text)
