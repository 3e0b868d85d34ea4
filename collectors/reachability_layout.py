"""How a host's bonds and networks hang together: bridges, VLAN devices, routes."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from collectors.bond_state import BondState
from collectors.host import NOT_FOUND
from collectors.registry import CollectorFailed, Look
from collectors.routes import PROC_NET_ROUTE, Route, parse_routes

LINUX_PORTS = (
    "sh",
    "-c",
    'for p in /sys/class/net/*/brport/bridge; do [ -e "$p" ] && echo "$p" "$(readlink "$p")";'
    " done; :",
)
"""`/sys/class/net/PORT/brport/bridge ../../../BRIDGE` for every port of a Linux bridge."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a network device of the host belongs: the bond it sends through, and on which VLAN."""

    bond: str
    vlan: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of a host. `bridges` are those of bonds, by bond; `places` by device."""

    bridges: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()


async def ask_layout(look: Look, bonds: Iterable[BondState]) -> Layout:
    """Ask the host. Raises HostError, CollectorFailed."""
    states = tuple(bonds)
    routes = await _routes(look)
    if any(state.backend == "openvswitch" for state in states):
        return await _of_ovs(look, [state.name for state in states], routes)
    return await _of_linux(look, [state.name for state in states], routes)


async def _routes(look: Look) -> tuple[Route, ...]:
    output = await look.run(*PROC_NET_ROUTE)
    if output.exit_status != 0:
        said = (output.stderr or output.stdout).strip() or output.exit_status
        raise CollectorFailed("exit_status", f"{' '.join(PROC_NET_ROUTE)}: {said}")
    return parse_routes(output.stdout).records


async def _of_ovs(look: Look, bonds: list[str], routes: tuple[Route, ...]) -> Layout:
    answers = await asyncio.gather(*(_vsctl(look, "port-to-br", bond) for bond in bonds))
    bridges = {bond: bridge for bond, bridge in zip(bonds, answers, strict=True) if bridge}
    places = {bridge: Place(bond) for bond, bridge in bridges.items()}
    for device in sorted({route.device for route in routes} - set(places)):
        place = _tagged(device, places) or await _vlan_place(look, device, bridges)
        if place is not None:
            places[device] = place
    return Layout(bridges, places, routes)


def _tagged(device: str, places: Mapping[str, Place]) -> Place | None:
    """The place of a VLAN device of Linux, such as `bond0.20` or `xenbr0.20`."""
    base, _, tag = device.rpartition(".")
    return Place(places[base].bond, int(tag)) if base in places and tag.isdecimal() else None


async def _vlan_place(look: Look, device: str, bridges: Mapping[str, str]) -> Place | None:
    """The bond and VLAN of a VLAN bridge (XenServer's `xapi3` on `xapi0`)."""
    parent = await _vsctl(look, "br-to-parent", device)
    bond = next((bond for bond, bridge in bridges.items() if bridge == parent), None)
    if bond is None:
        return None
    vlan = await _vsctl(look, "br-to-vlan", device)
    return Place(bond, int(vlan) or None) if vlan and vlan.isdecimal() else None


async def _vsctl(look: Look, *words: str) -> str | None:
    """The one word ovs-vsctl answers, None where it knows no such port or bridge."""
    rundir = look.inventory.ovs_rundir
    prefix = ("env", f"OVS_RUNDIR={rundir}") if rundir else ()
    output = await look.run(*prefix, "ovs-vsctl", *words)
    if output.exit_status == NOT_FOUND:
        raise CollectorFailed("tool_error", f"ovs-vsctl is not there: {output.stderr.strip()}")
    said = output.stderr.strip()
    if output.exit_status != 0 and " named " not in said:
        raise CollectorFailed("tool_error", f"ovs-vsctl {' '.join(words)}: {said}")
    return output.stdout.strip() or None


async def _of_linux(look: Look, bonds: list[str], routes: tuple[Route, ...]) -> Layout:
    lines = (await look.run(*LINUX_PORTS)).stdout.splitlines()
    ports = [(line.split("/")[4], line.split("/")[-1]) for line in lines if line.count("/") > 5]
    bridges = {port: bridge for port, bridge in ports if port in bonds}
    places = {bond: Place(bond) for bond in bonds}
    bridged = {bridge: place for port, bridge in ports if (place := _tagged(port, places))}
    places |= bridged | {bridge: Place(bond) for bond, bridge in bridges.items()}
    for route in routes:
        place = _tagged(route.device, places)
        if place is not None:
            places.setdefault(route.device, place)
    return Layout(bridges, places, routes)
