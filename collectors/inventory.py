"""What the operator expects of a host. The configuration is turned into these records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Destination:
    """An IPv4 address behind a bond's switches that should answer ARP through every member."""

    address: str | None = None
    """None for the gateway of the host's default route (`auto`)."""
    vlan: int | None = None
    """1 to 4094; None for the one that the host's own route shows, else untagged."""
    mac: str | None = None
    """Lower case with colons; an answer from any other address is none."""


@dataclass(frozen=True, slots=True)
class Probing:
    """How reachability is probed, the same for every bond of a host."""

    timeout: float = 1.0
    """Seconds that one round takes at most."""
    count: int = 3
    """Requests per member and destination."""
    interval: float = 0.1
    """Seconds between two requests."""
    way: Literal["auto", "raw", "openflow"] = "auto"
    """`auto`: raw sockets, and OpenFlow where they are not to be had."""
    program: str | None = None
    """Where xenlens_host.py is installed on the host; None to stream it."""


@dataclass(frozen=True, slots=True)
class ExpectedBond:
    """A bond as it should be: its members, and the one that should be active."""

    members: tuple[str, ...] = ()
    preferred: str | None = None
    destinations: tuple[Destination, ...] = ()
    """What should answer behind the bond's switches; empty: the bond is not probed."""


@dataclass(frozen=True, slots=True)
class ExpectedMap:
    """A multipath map as it should be; `paths` is None where the operator named no number."""

    paths: int | None = None


@dataclass(frozen=True, slots=True)
class ExpectedHostConfig:
    """Configuration a host should have. What is not named here is not expected."""

    packages: Mapping[str, str | None] = field(default_factory=dict)
    """RPM packages that should be installed, each with its `VERSION-RELEASE` or None for any."""
    driver: str | None = None
    """The package of the multipath driver; the initrd must not be older than it."""
    multipath_conf_sha256: str | None = None
    lvm_filter: bool = False
    """Whether lvm.conf should keep `/dev/sd*` out."""
    mount_options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By mount point, options that should be in effect, such as `nobarrier`."""
    hotfixes: tuple[str, ...] = ()
    """Hotfixes that should be applied, such as XS602E005."""


@dataclass(frozen=True, slots=True)
class HostInventory:
    """Expectations of one host.

    `paths_per_map` applies to every map that `maps` does not name. `maps` is keyed by WWID.
    """

    bonds: Mapping[str, ExpectedBond] = field(default_factory=dict)
    paths_per_map: int | None = None
    maps: Mapping[str, ExpectedMap] = field(default_factory=dict)
    ovs_rundir: str | None = None
    """Open vSwitch's run directory where it is not the usual /var/run/openvswitch."""
    hostconfig: ExpectedHostConfig = field(default_factory=ExpectedHostConfig)
    probing: Probing = field(default_factory=Probing)
