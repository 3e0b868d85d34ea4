"""What XAPI knows of a pool, as records that do not tell which way they came.

References are uuids. None means that XAPI does not say (`<not in database>`, `OpaqueRef:NULL`, a
size of -1). Names of operations and power states are lower case with `_`, as in the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pool:
    """The one pool object. `coordinator` is a host's uuid."""

    uuid: str
    name: str
    coordinator: str | None
    ha_enabled: bool = False
    ha_failures_to_tolerate: int | None = None
    ha_plan_exists_for: int | None = None
    ha_overcommitted: bool | None = None
    rolling_upgrade: bool = False
    """other-config:rolling_upgrade_in_progress is there."""


@dataclass(frozen=True, slots=True)
class PoolHost:
    """A host as XAPI sees it.

    `live` is XAPI's opinion: it turns false only 600 s after the last heartbeat when HA is off,
    and never for the coordinator.
    """

    uuid: str
    name: str
    hostname: str
    address: str
    enabled: bool
    live: bool | None
    product: str = ""
    """`product_brand product_version` of software-version, such as `XCP-ng 8.3.0`."""
    current_operations: tuple[str, ...] = ()
    hotfixes: tuple[str, ...] | None = None
    """Names of applied hotfixes and updates, sorted; None where this way cannot tell."""


@dataclass(frozen=True, slots=True)
class Sr:
    """A storage repository. Sizes in bytes, as of XAPI's last scan."""

    uuid: str
    name: str
    type: str
    content_type: str
    shared: bool
    size: int | None = None
    utilisation: int | None = None
    virtual_allocation: int | None = None
    current_operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathCount:
    """SM's `[current, maximum]` in a PBD's `mpath-SCSIID`; the maximum is only the most it saw."""

    current: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Pbd:
    """The attachment of an SR to a host.

    `device_config` holds the keys of `DEVICE_CONFIG_KEYS` only: never a password.
    """

    uuid: str
    sr: str | None
    host: str | None
    attached: bool
    device_config: Mapping[str, str] = field(default_factory=dict)
    multipathed: bool = False
    path_counts: Mapping[str, PathCount] = field(default_factory=dict)
    """By SCSI id."""


DEVICE_CONFIG_KEYS = frozenset(
    {
        "SCSIid",
        "device",
        "legacy_mode",
        "location",
        "multihomelist",
        "port",
        "server",
        "serverpath",
        "target",
        "targetIQN",
        "type",
    }
)


@dataclass(frozen=True, slots=True)
class Vm:
    """A virtual machine, control domains included; neither templates nor snapshots."""

    uuid: str
    name: str
    power_state: str
    """`running`, `halted`, `paused` or `suspended`."""
    is_control_domain: bool = False
    resident_on: str | None = None
    """A host's uuid."""
    domid: int | None = None
    current_operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A task of XAPI. `created` is Unix time by the pool's clock."""

    uuid: str
    name: str
    status: str
    """`pending`, `success`, `failure`, `cancelling` or `cancelled`."""
    progress: float | None = None
    """0 to 1."""
    created: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """Something XAPI told its users. `timestamp` is Unix time by the pool's clock."""

    uuid: str
    name: str
    """`BOND_STATUS_CHANGED`, `MULTIPATH_PERIODIC_ALERT`, …"""
    kind: str
    """The class of the object it is about: `Pool`, `Host`, `VM`, …"""
    object: str
    """The uuid of that object."""
    timestamp: float


@dataclass(frozen=True, slots=True)
class PoolState:
    """Everything xenlens reads of a pool at once, every tuple sorted by uuid."""

    pool: Pool
    hosts: tuple[PoolHost, ...] = ()
    srs: tuple[Sr, ...] = ()
    pbds: tuple[Pbd, ...] = ()
    vms: tuple[Vm, ...] = ()
    tasks: tuple[Task, ...] = ()
    messages: tuple[Message, ...] | None = None
    """Recent messages; None where this way of asking is too costly (`xe` reads every one)."""
    damaged: int = 0
    """Records left out because they could not be read beyond doubt."""
    damaged_kinds: tuple[str, ...] = ()
    """Of which kinds (`pbd`, `vm`, …), sorted, each once: their absence proves nothing then."""
