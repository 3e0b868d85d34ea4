"""A bond as `set-active-member` sees it: its members, and what each of them reaches."""

from dataclasses import dataclass

from alerts.remediation.records import Facts, Refusal, Target, Unreadable
from alerts.remediation.sight import Sight
from alerts.remediation.tools.set_active_verdict import Members
from collectors.bond_metrics import preferred_member
from collectors.bond_state import BondState
from collectors.inventory import ExpectedBond
from collectors.reachability_record import Reach
from collectors.registry import View


@dataclass(frozen=True, slots=True)
class SeenBond:
    """One live look. `reaches` is empty where the bond has no destinations."""

    state: BondState
    expected: ExpectedBond
    preferred: str | None
    """The inventory's word, else the bond's own primary."""
    reaches: tuple[Reach, ...]

    @property
    def active(self) -> str | None:
        """The active member."""
        return self.state.bond.active_member

    @property
    def moved(self) -> bool:
        """Whether the members were probed while another one was active."""
        return {reach.member for reach in self.reaches if reach.active} != (
            {self.active} if self.active else set()
        )

    @property
    def members(self) -> Members:
        """What the verdict is made of."""
        names = [member.name for member in self.state.bond.members]
        ways: dict[str, dict[str, bool | None]] = {name: {} for name in names}
        for reach in self.reaches:
            ways.setdefault(reach.member, {})[reach.destination] = reach.reachable
        usable = (
            m.name for m in self.state.bond.members if m.enabled and m.may_enable is not False
        )
        return Members(self.state.name, self.active, self.preferred, tuple(usable), ways)

    def facts(self, best: str | None) -> Facts:
        """What does not change while nothing happens; `best` is the member to be active."""
        bond, members = self.state.bond, self.members
        return {
            "backend": self.state.backend,
            "mode": bond.mode,
            # Before Open vSwitch 1.6 only lacp/show tells that LACP is configured.
            "lacp": bond.lacp_status or ("configured" if self.state.lacp else None),
            "active": self.active,
            "primary": bond.primary,
            "preferred": self.preferred,
            "members": {
                m.name: {"enabled": m.enabled, "may_enable": m.may_enable} for m in bond.members
            },
            "reachable": {name: members.way(name) for name in members.ways},
            "best": best,
        }

    def evidence(self) -> Facts:
        """What was sent and answered, by member and destination; `rtt` is in seconds."""
        macs = {one.address: one.mac for one in self.expected.destinations if one.mac}
        answers: dict[str, dict[str, Facts]] = {}
        for reach in self.reaches:
            row = {"sent": reach.sent, "received": reach.received, "rtt": reach.rtt}
            told = {"mac": macs.get(reach.destination), "reason": reach.reason, "text": reach.text}
            known = {name: value for name, value in told.items() if value}
            answers.setdefault(reach.member, {})[reach.destination] = {**row, **known}
        return {"answers": answers}


async def look(target: Target, sight: Sight) -> SeenBond:
    """Read the bond, then probe its members. Raises Unreadable, Refusal."""
    bond, host = target.labels["bond"], target.host
    expected = _expected(target, sight)
    states = (await sight.read(host, "bonds")).records
    state = next((one for one in states if one.name == bond), None)
    if state is None:
        text = f"{host} reports no bond {bond}: create it, or correct the inventory"
        raise Unreadable("bond", text)
    preferred = preferred_member(state, View(sight.inventory(host)))
    if not expected.destinations:
        return SeenBond(state, expected, preferred, ())
    reaches = (await sight.read(host, "reachability")).records
    own = tuple(reach for reach in reaches if reach.bond == bond)
    return SeenBond(state, expected, preferred, own)


def _expected(target: Target, sight: Sight) -> ExpectedBond:
    """What the inventory says of the bond. Raises Refusal."""
    host, bond = target.host, target.labels["bond"]
    if host not in sight.hosts(target.pool):
        text = f"host {host} is not in pool {target.pool} of the inventory: correct one of them"
        raise Refusal("unknown_target", text)
    expected = sight.inventory(host).bonds.get(bond)
    if expected is None:
        raise Refusal("unknown_target", f"{bond} of {host} is not in the inventory: add it")
    return expected
