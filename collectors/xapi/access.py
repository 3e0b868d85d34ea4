"""What a collector may ask of its pool: the last shared reading, and how each member fared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from collectors.host import Output
from collectors.xapi.records import PoolState


@dataclass(frozen=True, slots=True)
class MemberAnswer:
    """How one member of the inventory fared at the last read of its pool."""

    uuid: str | None
    """XAPI's uuid of this host (INSTALLATION_UUID of its /etc/xensource-inventory)."""
    answers: bool | None
    """Whether the host itself answers xenlens, apart from XAPI; None: that is not known."""
    refusal: str = ""
    """Why its XAPI gave no data; empty where it was not asked or gave them."""
    reason: str = ""
    """The same as a label: a reason of XapiFailed, `wrong_pool`, `internal_error`, or
    `unknown_coordinator`: the one it names is not in the inventory."""
    waited: float = 0.0
    """Seconds for which a request of ours has been open there without an answer."""


@dataclass(frozen=True, slots=True)
class PoolReading:
    """What one shared read of a pool gave. Members are by their name in the inventory."""

    state: PoolState | None
    """None when no member's XAPI gave data."""
    via: str
    """Member and way, such as `xcp82, JSON-RPC over the unix socket`; empty without a state."""
    at: float
    """Unix time of the read, by xenlens' own clock."""
    members: Mapping[str, MemberAnswer] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """Host uuid → the name to show: the inventory's, else XAPI's name-label."""
    outputs: tuple[Output, ...] = ()
    """What was heard, for evidence."""
    told_by: str | None = None
    """The member whose XAPI gave the data."""
    last_coordinator: str | None = None
    """The name of the last known coordinator, also when nobody answers now."""

    def name_of(self, uuid: str | None) -> str:
        """The name of a host by its uuid; the uuid itself where nothing names it."""
        return self.names.get(uuid or "", uuid or "")

    def uuid_of(self, name: str) -> str | None:
        """The uuid of a host by the name shown."""
        return next((uuid for uuid, known in self.names.items() if known == name), None)


class PoolAccess(Protocol):
    """The pool of a target. Reads are shared: of all who ask within seconds, one asks XAPI."""

    async def read(self, deadline: float) -> PoolReading:
        """The pool's data, until `deadline` (event loop's clock). Raises nothing but HostError."""
