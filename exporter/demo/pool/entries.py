"""What the pool's database holds besides storage: VMs, tasks, messages, hotfixes; and domains.

Times are seconds on the model's clock; a negative one lies before it began. Hosts are named as in
the chassis.
"""

from dataclasses import dataclass
from typing import Literal

from exporter.demo.pool.names import uuid_of

PowerState = Literal["Running", "Halted", "Paused", "Suspended"]
VmKind = Literal["guest", "control domain", "template", "snapshot"]
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Vm:
    """A virtual machine. `host` is where XAPI says it runs; `task` is the uuid of a task on it."""

    name: str
    kind: VmKind = "guest"
    host: str | None = None
    domid: int = -1
    power_state: PowerState = "Halted"
    memory: int = GIB
    vcpus: int = 1
    hvm: bool = False
    home: str | None = None
    """The host it prefers (`affinity`)."""
    snapshot_of: str | None = None
    operation: str | None = None
    """What is being done to it: `hard_shutdown`."""
    task: str | None = None
    disc: str | None = None
    """The uuid of what is in its CD drive."""

    @property
    def uuid(self) -> str:
        """XAPI's uuid."""
        return uuid_of("VM", self.name)


@dataclass(frozen=True, slots=True)
class Domain:
    """What Xen runs on a host, whatever XAPI says."""

    domid: int
    uuid: str
    memory: int
    vcpus: int = 1
    hvm: bool = False
    dying: bool = False
    blocked: bool = True


@dataclass(frozen=True, slots=True)
class Task:
    """Something XAPI does or has done."""

    uuid: str
    name: str
    created: float
    status: Literal["pending", "success", "failure", "cancelling", "cancelled"] = "pending"
    progress: float = 0.0
    finished: float | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Something XAPI told its users, about the object of that uuid."""

    number: int
    name: str
    priority: int
    kind: str
    object: str
    at: float
    body: str = ""

    @property
    def uuid(self) -> str:
        """XAPI's uuid."""
        return uuid_of("message", str(self.number))


@dataclass(frozen=True, slots=True)
class Hotfix:
    """A hotfix or update, and the hosts it is applied to."""

    name: str
    description: str
    size: int
    hosts: tuple[str, ...]
