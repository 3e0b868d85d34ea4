"""What is to be probed on a host: its configured destinations, each where the host would ask it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from collectors.bond_state import BondState
from collectors.inventory import Destination, HostInventory, Probing
from collectors.reachability_layout import Layout
from collectors.routes import Route, best_route, default_gateway, on_link
from collectors.unixctl import RUNDIR

AUTO = "auto"
Hints = Mapping[tuple[str, str], str]
"""MAC addresses learned earlier, by bond and address."""


@dataclass(frozen=True, slots=True)
class Target:
    """One destination of one bond. `via` is the host's own device in its network."""

    address: str
    vlan: int | None = None
    mac: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A destination that cannot be probed through this bond, and why."""

    destination: str
    text: str
    reason: str = "no_route"


@dataclass(frozen=True, slots=True)
class BondPlan:
    """One bond and what to ask through its members."""

    state: BondState
    bridge: str | None
    targets: tuple[Target, ...]
    unresolved: tuple[Unresolved, ...] = ()


def plan_of(
    states: Iterable[BondState], layout: Layout, inventory: HostInventory
) -> tuple[BondPlan, ...]:
    """The plan for every bond that has destinations."""
    wanted = {name: bond.destinations for name, bond in inventory.bonds.items()}
    return tuple(
        _of_bond(state, layout, wanted[state.name]) for state in states if wanted.get(state.name)
    )


def _of_bond(state: BondState, layout: Layout, wanted: Iterable[Destination]) -> BondPlan:
    if state.backend == "openvswitch" and state.name not in layout.bridges:
        text = f"Open vSwitch knows no bridge with the port {state.name}"
        return _nothing(state, wanted, "no_bridge", text)
    if not state.bond.members:
        return _nothing(state, wanted, "no_members", "the bond has no members")
    found = [_resolved(state.name, layout, destination) for destination in wanted]
    targets: dict[str, Target] = {}
    for one in found:
        if isinstance(one, Target):
            # `auto` may turn out to be an address that is listed as well, with its `mac`.
            same = targets.get(one.address, one)
            targets[one.address] = replace(same, mac=same.mac or one.mac)
    unresolved = tuple(one for one in found if isinstance(one, Unresolved))
    return BondPlan(state, layout.bridges.get(state.name), tuple(targets.values()), unresolved)


def _nothing(state: BondState, wanted: Iterable[Destination], reason: str, text: str) -> BondPlan:
    unresolved = (Unresolved(one.address or AUTO, text, reason) for one in wanted)
    return BondPlan(state, None, (), tuple(unresolved))


def _resolved(bond: str, layout: Layout, wanted: Destination) -> Target | Unresolved:
    if wanted.address is None:
        return _gateway(bond, layout, wanted)
    address = IPv4Address(wanted.address)
    # The host may have addresses of one network on two bonds: this bond's own route counts.
    own = [route for route in layout.routes if _leads_through(bond, layout, route)]
    route = on_link(own, address)
    place = layout.places.get(route.device) if route else None
    if route and place and wanted.vlan in (None, place.vlan):
        return Target(wanted.address, place.vlan, wanted.mac, route.device)
    beyond = best_route(layout.routes, address)
    if wanted.vlan is None and beyond and beyond.gateway and beyond in own:
        text = f"lies behind the gateway {beyond.gateway}, and ARP is not routed"
        return Unresolved(wanted.address, text)
    return Target(wanted.address, wanted.vlan, wanted.mac)


def _gateway(bond: str, layout: Layout, wanted: Destination) -> Target | Unresolved:
    route = default_gateway(layout.routes)
    if route is None:
        return Unresolved(AUTO, "the host has no default route")
    place = layout.places.get(route.device)
    if place is None or place.bond != bond or wanted.vlan not in (None, place.vlan):
        text = f"the default route leaves by {route.device}, not through {bond}"
        return Unresolved(AUTO, text)
    return Target(str(route.gateway), place.vlan, wanted.mac, route.device)


def _leads_through(bond: str, layout: Layout, route: Route) -> bool:
    place = layout.places.get(route.device)
    return place is not None and place.bond == bond


def words_of(
    plans: Iterable[BondPlan], probing: Probing, rundir: str | None, hints: Hints
) -> tuple[str, ...]:
    """The words of `probe` for a round on one host."""
    head = {
        "timeout": f"{probing.timeout:.3f}",
        "count": str(probing.count),
        "interval": f"{probing.interval:.3f}",
        "way": probing.way,
        "rundir": rundir or RUNDIR,
    }
    pairs = [*head.items()]
    for plan in plans:
        pairs += _of_plan(plan, hints) if plan.targets else ()
    return ("probe", *(word for key, value in pairs for word in (f"--{key}", value)))


def _of_plan(plan: BondPlan, hints: Hints) -> Iterator[tuple[str, str]]:
    bond = plan.state.bond
    yield "bond", plan.state.name
    uses_lacp = bond.lacp_status not in (None, "off")
    # XenServer makes balance-slb with LACP of `hashing-algorithm=src_mac`.
    yield "mode", "lacp" if uses_lacp else bond.mode or "unknown"
    yield "backend", plan.state.backend
    if plan.state.backend == "openvswitch":
        yield "bridge", plan.bridge or ""
    is_linux = plan.state.backend == "linux"
    yield "device", plan.state.name if is_linux else plan.bridge or ""
    if bond.active_member:
        yield "active", bond.active_member
    for name in sorted(member.name for member in bond.members):
        yield "member", name
    for target in plan.targets:
        yield "destination", _written(target, hints.get((plan.state.name, target.address)))


def _written(target: Target, hint: str | None) -> str:
    extras = {"vlan": target.vlan, "mac": target.mac, "hint": hint, "via": target.via}
    given = (f",{key}={value}" for key, value in extras.items() if value is not None)
    return target.address + "".join(given)
