"""What stands fixed while a bond is under test: versions, mode, delays."""

from collections.abc import Iterator

from collectors.bond_metrics import preferred_member
from collectors.bond_state import BondState
from collectors.registry import Look, View

VERSIONS = {
    "openvswitch": ("Open vSwitch", ("ovs-vswitchd", "--version")),
    "linux": ("kernel", ("uname", "-r")),
}
"""By backend: a name, and the command that prints the version first."""


async def facts_of(look: Look, state: BondState) -> tuple[tuple[str, str], ...]:
    """Facts as name and value; what is not known is left out. Raises HostError."""
    name, command = VERSIONS[state.backend]
    printed = (await look.run(*command)).stdout.splitlines()
    version = ((name, line.split()[-1]) for line in printed[:1] if line.split())
    return (*version, *_of_bond(look, state))


def _of_bond(look: Look, state: BondState) -> Iterator[tuple[str, str]]:
    bond = state.bond
    named = {
        "mode": bond.mode,
        "members": ", ".join(member.name for member in bond.members),
        "preferred member": preferred_member(state, View(look.inventory)),
        "LACP": bond.lacp_status,
        "updelay": _milliseconds(bond.updelay_ms),
        "downdelay": _milliseconds(bond.downdelay_ms),
    }
    yield from ((name, value) for name, value in named.items() if value)


def _milliseconds(value: int | None) -> str | None:
    return None if value is None else f"{value} ms"
