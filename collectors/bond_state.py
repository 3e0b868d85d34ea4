"""A bond as a host has it, whatever backend carries it."""

from dataclasses import dataclass

from collectors.bond_show import Bond
from collectors.lacp_show import LacpBond


@dataclass(frozen=True, slots=True)
class BondState:
    """One bond with what LACP says of it. `backend` is `openvswitch` or `linux`."""

    bond: Bond
    backend: str
    lacp: LacpBond | None = None

    @property
    def name(self) -> str:
        """The bond's name; empty only for a text that names none."""
        return self.bond.bond or ""
