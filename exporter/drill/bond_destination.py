"""What is pinged through a bond: an address behind its switches."""

from collections.abc import Sequence

from collectors.bond_state import BondState
from collectors.reachability_layout import ask_layout
from collectors.registry import Look
from collectors.routes import PROC_NET_ROUTE, default_gateway, parse_routes
from exporter.drill.pings import answers
from exporter.drill.subject import NoSubject


async def destination_of(look: Look, state: BondState, given: Sequence[str]) -> str:
    """The first address that answers, or the first where none does.

    Those `given`, else those of the inventory, else the default gateway where it is behind this
    bond. Raises NoSubject where there is none, HostError, CollectorFailed, ParseError, ToolError.
    """
    addresses = list(given) or await _of_inventory(look, state.name)
    addresses = addresses or [await _gateway_behind(look, state)]
    for address in addresses:
        if await answers(look.host, address, look.deadline):
            return address
    return addresses[0]


async def _of_inventory(look: Look, bond: str) -> list[str]:
    """Addresses that should answer behind the bond; `auto` is the default gateway."""
    expected = look.inventory.bonds.get(bond)
    wanted = [one.address for one in expected.destinations] if expected else []
    gateway = await _gateway(look) if None in wanted else None
    return list(filter(None, (address or gateway for address in wanted)))


async def _gateway(look: Look) -> str | None:
    routes = parse_routes((await look.run(*PROC_NET_ROUTE)).stdout).records
    route = default_gateway(routes)
    return str(route.gateway) if route else None


async def _gateway_behind(look: Look, state: BondState) -> str:
    layout = await ask_layout(look, [state])
    route = default_gateway(layout.routes)
    place = layout.places.get(route.device) if route else None
    if route is None or place is None or place.bond != state.name:
        raise NoSubject(f"{state.name}: no default gateway is behind it, name an address to ping")
    return str(route.gateway)
