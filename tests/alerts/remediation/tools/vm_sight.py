"""A pool of two hosts with one VM, as a test wants it to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from alerts.remediation.records import Unreadable
from collectors.domains_compare import HUNG, Disagreement
from collectors.domains_reading import DomainsReading, Fault
from collectors.host import Output
from collectors.inventory import HostInventory
from collectors.list_domains import Domain
from collectors.registry import Reading
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import Pool, PoolHost, PoolState, Vm

VM = "5675265a-bdb4-b3d2-05dd-1d03caa0af38"
SR = "3a1c7f0e-5b7e-4c0c-9a1b-0d2f6c1e7a11"
STATEFILE = "9f2d3c44-0c3e-8d7f-1b2a-6e5d4c3b2a10"
A, B = "11111111-aaaa-bbbb-cccc-000000000001", "11111111-aaaa-bbbb-cccc-000000000002"
NAMES = {A: "a", B: "b"}
HOST = PoolHost(A, "a", "a", "192.0.2.11", True, True, "XCP-ng 8.3.0")
HOSTS = (HOST, replace(HOST, uuid=B, name="b", hostname="b", address="192.0.2.12"))
POOL = Pool("22222222-aaaa-bbbb-cccc-000000000001", "p", A, True, 1, 1, False)
RUNNING = Vm(VM, "web", "running", resident_on=B, domid=7)
DYING = Domain(7, VM, True, False, False, False, False, False)
SHUT_DOWN = Domain(7, VM, False, True, False, False, False, False)
ALIVE = Domain(7, VM, False, False, False, True, False, False)


def fault(kind: str = HUNG, seconds: float = 61.0) -> Fault:
    """A fault of the VM, certain but for `seconds`."""
    return Fault(Disagreement(VM, "web", kind, f"it is {kind}"), seconds)


def domains(*found: Domain, faults: Sequence[Fault] = (), damaged: int = 0) -> DomainsReading:
    """What a host's Xen has."""
    return DomainsReading(found, "list_domains", damaged=damaged, faults=tuple(faults))


@dataclass
class PoolSight:
    """Two hosts, `a` the coordinator; a VM's domain hangs on `b`, unless a test says otherwise."""

    state: PoolState = field(default_factory=lambda: PoolState(POOL, HOSTS, vms=(RUNNING,)))
    read_of: Mapping[str, Reading[Any] | Unreadable] = field(
        default_factory=lambda: {"a": domains(), "b": domains(DYING, faults=[fault()])}
    )
    watched: tuple[str, ...] = ("a", "b")
    answers: dict[str, str] = field(default_factory=dict)
    """What a command line, with the host before it, prints; every other one fails."""
    asked: list[str] = field(default_factory=list)

    def hosts(self, pool: str) -> tuple[str, ...]:
        return self.watched

    def inventory(self, host: str) -> HostInventory:
        return HostInventory()

    async def read(self, host: str, collector: str) -> Reading[Any]:
        found = self.read_of[host]
        if isinstance(found, Unreadable):
            raise found
        return found

    async def pool(self, pool: str) -> PoolReading:
        members = {name: MemberAnswer(uuid, True) for uuid, name in NAMES.items()}
        return PoolReading(self.state, "a, told", 0.0, members, NAMES, told_by="a")

    async def ask(self, host: str, argv: Sequence[str], seconds: float = 10.0) -> Output:
        line = f"{host}: {' '.join(argv)}"
        self.asked.append(line)
        answer = next((text for key, text in self.answers.items() if line.endswith(key)), None)
        if answer is None:
            return Output(tuple(argv), stderr=f"{argv[0]}: no answer for that\n", exit_status=1)
        return Output(tuple(argv), stdout=answer)

    def with_vm(self, **facts: Any) -> "PoolSight":
        """The same with another VM."""
        return replace(self, state=replace(self.state, vms=(replace(RUNNING, **facts),)))

    def with_pool(self, **facts: Any) -> "PoolSight":
        """The same with another pool object."""
        return replace(self, state=replace(self.state, pool=replace(POOL, **facts)))

    def with_host(self, **facts: Any) -> "PoolSight":
        """The same with another host b."""
        return replace(self, state=replace(self.state, hosts=(HOST, replace(HOSTS[1], **facts))))
