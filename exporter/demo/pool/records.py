"""The pool as its coordinator's database holds it, and the domains that really run.

Hosts are named as in the chassis.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from exporter.demo.pool.entries import Domain, Hotfix, Message, Task, Vm
from exporter.demo.pool.names import uuid_of

NFS_TYPES = ("nfs", "iso")


@dataclass(frozen=True, slots=True)
class Sr:
    """A storage repository. Sizes in bytes; `host` is set for a local one."""

    name: str
    type: str
    content_type: str = ""
    description: str = ""
    host: str | None = None
    size: int = 0
    used: int = 0
    allocated: int = 0
    sm_config: Mapping[str, str] = field(default_factory=dict)
    other_config: Mapping[str, str] = field(default_factory=dict)
    disks: int = 0
    """How many virtual disk images it holds."""

    @property
    def uuid(self) -> str:
        """XAPI's uuid."""
        return uuid_of("SR", f"{self.name}/{self.host or ''}")

    @property
    def shared(self) -> bool:
        """Whether every host of the pool is to attach it."""
        return self.host is None

    @property
    def is_tools(self) -> bool:
        """Whether it is the library of guest tools, which every host holds itself."""
        return self.other_config.get("xenserver_tools_sr") == "true"


@dataclass(frozen=True, slots=True)
class PathCounts:
    """SM's `[current, maximum]`: the maximum is only the most it saw since the key came."""

    current: int
    maximum: int

    def __str__(self) -> str:
        return f"[{self.current}, {self.maximum}]"

    def seen(self, current: int) -> "PathCounts":
        """The counts once SM saw another number of paths."""
        return PathCounts(current, max(self.maximum, current))


@dataclass(frozen=True, slots=True)
class Pbd:
    """The attachment of an SR (its uuid) to a host."""

    sr: str
    host: str
    device_config: Mapping[str, str]
    attached: bool = True
    mounted: bool = True
    """False once the mount of an attached one was taken off by hand."""
    counts: PathCounts | None = None
    """Of the LUN in `device_config`; None where other-config has no `mpath-…` key."""

    @property
    def uuid(self) -> str:
        """XAPI's uuid."""
        return uuid_of("PBD", f"{self.sr}/{self.host}")

    @property
    def scsi_id(self) -> str | None:
        """The LUN behind it, or None."""
        return self.device_config.get("SCSIid")

    @property
    def nfs_server(self) -> str | None:
        """The address of the NFS server behind it, or None."""
        location = self.device_config.get("location", "")
        server, colon, _ = location.partition(":/")
        return self.device_config.get("server") or (server if colon else None)


@dataclass(frozen=True, slots=True)
class Pool:
    """Everything in the database. SRs, PBDs and VMs are by uuid, domains by host."""

    coordinator: str
    name: str = "modular"
    coordinator_answers: bool = True
    nfs_answers: bool = True
    srs: Mapping[str, Sr] = field(default_factory=dict)
    pbds: Mapping[str, Pbd] = field(default_factory=dict)
    vms: Mapping[str, Vm] = field(default_factory=dict)
    domains: Mapping[str, tuple[Domain, ...]] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    messages: tuple[Message, ...] = ()
    hotfixes: tuple[Hotfix, ...] = ()
    ha: bool = True
    ha_failures: int = 1
    ha_sr: str = ""
    """The SR of HA's statefile, by uuid; empty as long as nobody chose one: the first that fits."""
    last_domid: int = 0
    """The highest id that a domain was given since the demo began."""
    dumps: frozenset[tuple[str, str]] = frozenset()
    """Dumps of the database: host and path."""
    drifted: frozenset[str] = frozenset()
    """Hosts whose configuration files are no longer what the operator set up."""
    lost: Mapping[str, float] = field(default_factory=dict)
    """Hosts that answer nothing any more, and since when."""

    @property
    def uuid(self) -> str:
        """XAPI's uuid."""
        return uuid_of("pool", self.name)

    def with_pbd(self, *pbds: Pbd) -> "Pool":
        """The pool with these PBDs replaced."""
        return replace(self, pbds={**self.pbds, **{pbd.uuid: pbd for pbd in pbds}})

    def with_vm(self, *vms: Vm) -> "Pool":
        """The pool with these VMs replaced."""
        return replace(self, vms={**self.vms, **{vm.uuid: vm for vm in vms}})

    @property
    def statefile_sr(self) -> str:
        """The SR of HA's statefile, by uuid; the first that fits where nobody chose one."""
        fits = (sr.uuid for sr in self.srs.values() if sr.shared and sr.type != "iso")
        return self.ha_sr or next(fits, "")

    def with_domains(self, host: str, *domains: Domain) -> "Pool":
        """The pool with a host's domains replaced."""
        return replace(self, domains={**self.domains, host: domains})

    def pbds_of(self, host: str) -> Iterator[Pbd]:
        """The PBDs of a host."""
        return (pbd for pbd in self.pbds.values() if pbd.host == host)
