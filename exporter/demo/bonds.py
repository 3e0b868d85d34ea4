"""Bonds as Open vSwitch runs them: carrier, delays and the choice of the active member.

Rules from ofproto/bond.c (`bond_link_status_update`, `bond_choose_active_slave`), the same
from 1.0.99 to 2.17.7 for an active-backup bond. Times are seconds on the model's clock.
"""

from dataclasses import dataclass, replace
from typing import Literal

XENSERVER_UPDELAY = 31.0
XENSERVER_DOWNDELAY = 0.2
"""Seconds; what XenServer's network scripts set (`updelay: 31000 ms`, `downdelay: 200 ms`)."""

SetActive = Literal["done", "no change", "no such bond", "no such member", "disabled"]
"""What asking for another active member comes to, before it is put into a version's words."""


@dataclass(frozen=True, slots=True)
class Member:
    """A NIC of a bond. `delay_expires` is set while an updelay or downdelay runs."""

    name: str
    mac: str
    carrier: bool = True
    enabled: bool = True
    delay_expires: float | None = None


@dataclass(frozen=True, slots=True)
class Bond:
    """An active-backup bond. `members` are in the order that unsorted output shows."""

    name: str
    bridge: str
    members: tuple[Member, ...]
    active: str | None
    last_active_mac: str = ""
    """MAC of the member that was active last; kept while none is (2.3.1 and later print it)."""
    updelay: float = XENSERVER_UPDELAY
    downdelay: float = XENSERVER_DOWNDELAY
    address: str = ""
    """The host's own, on the bridge's device."""

    @property
    def mac(self) -> str:
        """Of the bridge's device: XenServer gives it that of the bond's first NIC."""
        return min(self.members, key=lambda member: member.name).mac

    def member(self, name: str | None) -> Member | None:
        """The member of that name, or None."""
        return next((m for m in self.members if m.name == name), None)

    def next_change(self) -> float | None:
        """When the next delay expires, or None when none runs."""
        return min(
            (m.delay_expires for m in self.members if m.delay_expires is not None), default=None
        )

    def at(self, now: float) -> "Bond":
        """The bond once every delay that expired until `now` has had its effect."""
        bond = self
        while (due := bond.next_change()) is not None and due <= now:
            bond = bond._with(
                *(_expired(m) if m.delay_expires == due else m for m in bond.members)
            )._choose()
        return bond

    def with_carrier(self, names: frozenset[str], carrier: bool, now: float) -> "Bond":
        """The bond after NICs lost or regained their carrier at `now`."""
        bond = self.at(now)
        members = (bond._noticed(m, carrier, now) if m.name in names else m for m in bond.members)
        return bond._with(*members)._choose().at(now)

    def set_active(self, name: str) -> "tuple[Bond, SetActive]":
        """`bond/set-active-slave`: it lasts until the member is disabled."""
        member = self.member(name)
        if member is None:
            return self, "no such member"
        if not member.enabled:
            return self, "disabled"
        if self.active == name:
            return self, "no change"
        return self._activate(member), "done"

    def _noticed(self, member: Member, carrier: bool, now: float) -> Member:
        if carrier == member.enabled:
            return replace(member, carrier=carrier, delay_expires=None)
        if member.delay_expires is not None and member.carrier == carrier:
            return member
        delay = self.updelay if carrier else self.downdelay
        return replace(member, carrier=carrier, delay_expires=now + delay)

    def _choose(self) -> "Bond":
        """Keep an enabled active member: there is no failback without `bond-primary`."""
        active = self.member(self.active)
        if active is not None and active.enabled:
            return self
        enabled = [m for m in self.members if m.enabled]
        if enabled:
            return self._activate(enabled[0])
        return self._skip_updelay()

    def _skip_updelay(self) -> "Bond":
        """With no member enabled, the one whose updelay ends first is enabled at once."""
        waiting = [m for m in self.members if m.carrier and m.delay_expires is not None]
        if not waiting:
            return replace(self, active=None)
        first = min(waiting, key=lambda m: m.delay_expires or 0.0)
        bond = self._with(*(_expired(m) if m is first else m for m in self.members))
        return bond._activate(first)

    def _activate(self, member: Member) -> "Bond":
        return replace(self, active=member.name, last_active_mac=member.mac)

    def _with(self, *members: Member) -> "Bond":
        return replace(self, members=members)


def _expired(member: Member) -> Member:
    return replace(member, enabled=member.carrier, delay_expires=None)
