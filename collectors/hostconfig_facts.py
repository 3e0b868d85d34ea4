"""Facts of a host's configuration that change rarely. None: not found out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.proc_mounts import Mount
from collectors.registry import Reading

MULTIPATH_PACKAGE = "device-mapper-multipath"
"""Always asked for: its version says what the other collectors' outputs look like."""
MULTIPATH_CONF, LVM_CONF = "/etc/multipath.conf", "/etc/lvm/lvm.conf"


@dataclass(frozen=True, slots=True)
class Package:
    """An installed RPM package."""

    name: str
    version: str
    """`VERSION-RELEASE`."""
    installed: float
    """Unix time, by the host's clock."""


@dataclass(frozen=True, slots=True)
class File:
    """A configuration file: it is there with this text, or it is absent (None)."""

    text: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What one round of questions gave; every part may be missing on its own."""

    packages: Mapping[str, tuple[Package, ...] | None] = field(default_factory=dict)
    """Every package asked for, with all installed versions; None where rpm did not tell."""
    initrd: str | None = None
    """The initrd of the running kernel."""
    initrd_written: float | None = None
    """Unix time, by the host's clock."""
    multipath_sha256: str | None = None
    lvm_rejects_sd: bool | None = None
    absent: tuple[str, ...] = ()
    """Files that surely do not exist."""
    mounts: Mapping[str, Mount] | None = None
    """Only asked for where mount options are expected."""
    hotfixes: tuple[str, ...] | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    """Why something is not known, by package, file, `initrd`, `mounts` or `hotfixes`."""
    has_rpm: bool = True
    ask_again: bool = False
    """Whether something had no answer this time, and may have one soon."""

    @property
    def nothing_there(self) -> bool:
        """Whether the host has neither rpm nor any of the files: it is no dom0."""
        return not self.has_rpm and {MULTIPATH_CONF, LVM_CONF} <= set(self.absent)

    @property
    def nothing_known(self) -> bool:
        """Whether every question went without an answer."""
        known = (self.initrd, self.multipath_sha256, self.lvm_rejects_sd, self.mounts)
        packages = self.packages.values()
        return not self.absent and all(fact is None for fact in (*known, *packages))


@dataclass(frozen=True, slots=True)
class HostConfigReading(Reading[Facts]):
    """The facts, and how old they are."""

    age: float = 0.0
    """Seconds since the host was asked."""
