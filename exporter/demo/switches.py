"""The switch modules, and the network behind their uplinks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

GATEWAY = "gateway"
GATEWAYS = {"bond0": "192.0.2.1", "bond1": "198.51.100.1"}
"""What answers in each bond's network: the router, and the storage's portal."""
NETWORK_BITS = 24


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch module. `ports` are the NICs of every host that it serves."""

    name: str
    ports: frozenset[str]
    uplink: bool = True
    powered: bool = True
    proxy: bool = False
    """Whether a device on it answers ARP for addresses that nobody else answers for."""
    returns_at: float | None = None

    @property
    def proxy_mac(self) -> str:
        """The MAC with which that device answers."""
        return f"02:15:17:fd:00:{int(self.name.removeprefix('switch')):02x}"

    def with_part(self, part: str, state: str) -> "Switch":
        """The switch after a fault of its `uplink` (`up`, `down`) or its `proxy` (`on`, `off`)."""
        if part == "uplink":
            return replace(self, uplink=state == "up")
        return replace(self, proxy=state == "on")

    def reaches(self, other: "Switch | None") -> bool:
        """Whether frames get to another switch, or to the core (None), which is between them."""
        ways = {self.name: self} | ({other.name: other} if other else {})
        if other and len(ways) == 1:
            return self.powered
        return all(switch.powered and switch.uplink for switch in ways.values())


@dataclass(frozen=True, slots=True)
class Core:
    """The network that both uplinks lead to: one gateway, with an address for every bond."""

    gateways: Mapping[str, str] = field(default_factory=lambda: GATEWAYS)
    alive: bool = True
    slow: bool = False

    def mac(self, bond: str) -> str:
        """The gateway's MAC in a bond's network."""
        return f"02:15:17:fe:00:{list(self.gateways).index(bond):02x}"

    def after(self, state: str) -> "Core":
        """The core once its gateway is `dead`, `alive`, `slow` or `quick`."""
        if state in ("dead", "alive"):
            return replace(self, alive=state == "alive")
        return replace(self, slow=state == "slow")
