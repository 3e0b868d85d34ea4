"""Linux bonds of a host, from /proc/net/bonding (the bridge network backend)."""

from collectors.bond_show import Bond, Member
from collectors.bond_state import BondState
from collectors.host import NOT_FOUND
from collectors.parsing import Noise, Parsed, ParseError, ToolError
from collectors.proc_bonding import LinuxBond, parse_proc_bonding
from collectors.registry import CollectorFailed, Look

LINUX_BONDS = (
    "sh",
    "-c",
    'for f in /proc/net/bonding/*; do [ -e "$f" ] && echo "==> $f <==" && cat "$f"; done; :',
)
MODES = (
    "balance-rr",
    "active-backup",
    "balance-xor",
    "broadcast",
    "802.3ad",
    "balance-tlb",
    "balance-alb",
)
"""Names of the modes 0 to 6 (Documentation/networking/bonding.rst); the file words them."""
_FILE = "==> /proc/net/bonding/"


async def read_linux_bonds(look: Look) -> Parsed[BondState]:
    """Every Linux bond; none where the module is not loaded. Raises HostError, CollectorFailed."""
    output = await look.run(*LINUX_BONDS)
    if output.exit_status not in (0, NOT_FOUND):
        raise CollectorFailed("exit_status", f"reading /proc/net/bonding: {output.exit_status}")
    return parse_linux_bonds(output.stdout)


def parse_linux_bonds(text: str) -> Parsed[BondState]:
    """Split at the `==> file <==` lines, since a file does not name its bond inside.

    A file that cannot be read is a damaged record: it hides none of the others.
    """
    states: list[BondState] = []
    noise: list[Noise] = []
    damaged = 0
    for part in text.split(_FILE)[1:]:
        name, _, body = part.partition(" <==\n")
        parsed = _of_file(body)
        states += [BondState(_as_bond(name, bond), "linux") for bond in parsed.records]
        noise += parsed.noise
        damaged += parsed.damaged
    return Parsed(tuple(states), tuple(noise), damaged)


def _of_file(body: str) -> Parsed[LinuxBond]:
    try:
        parsed = parse_proc_bonding(body)
    except (ParseError, ToolError):
        return Parsed((), damaged=1)
    return parsed if parsed.records else Parsed((), damaged=1)


def _as_bond(name: str, linux: LinuxBond) -> Bond:
    members = tuple(
        Member(m.name, m.mii_up, m.name == linux.active_member, None) for m in linux.members
    )
    mode = linux.mode if linux.mode_number is None else MODES[linux.mode_number]
    return Bond(name, mode, None, None, None, linux.active_member, linux.primary, members)
