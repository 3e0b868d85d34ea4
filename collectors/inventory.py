"""What the operator expects of a host. The configuration is turned into these records."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ExpectedBond:
    """A bond as it should be: its members, and the one that should be active."""

    members: tuple[str, ...] = ()
    preferred: str | None = None


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
