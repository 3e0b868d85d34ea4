"""XAPI's virtual machines against the domains Xen has: where the two do not agree.

The rules are those of XenServer's own monitor-unwanted-domains.py (a domain of a VM that XAPI
does not know, or has elsewhere, with no operation under way), and more of the same kind.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from collectors.list_domains import Domain
from collectors.xapi.access import PoolReading
from collectors.xapi.records import PoolState, Vm

HUNG, ZOMBIE, LOST, STUCK_OPERATION = "hung", "zombie", "lost", "stuck_operation"
FAULT_SECONDS = 60.0
"""A disagreement lasts so long before it is a fault: XAPI hears of Xen's events a little later."""
OPERATION_SECONDS = 600.0
"""The same operation on one VM for longer is stuck."""
SLOW_OPERATIONS = frozenset({"copy", "export", "import", "migrate_send"})
"""Operations that move disks: how long they take says nothing."""
ALIVE = ("running", "paused")
REMAINS = "deadbeef-dead-beef-dead-beef"
"""A domain being destroyed gets such a uuid, its last digits the domid (xenopsd's domain.ml)."""
_MIGRATING = re.compile(r"00000000000[01]")
"""The last digits of a domain's uuid while it migrates (xenopsd's xenops_server.ml)."""
COMMON = 24
"""Characters of a uuid that its migrating domain keeps."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One fault of one VM or domain, if it lasts. `name` is empty for a VM that XAPI lacks."""

    vm: str
    """A uuid."""
    name: str
    fault: str
    text: str
    patience: float = FAULT_SECONDS
    """Seconds after which it is certain."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What XAPI and Xen said of one host at the same time."""

    domains: Sequence[Domain]
    reading: PoolReading
    state: PoolState
    here: str
    """The host's uuid."""
    whole: bool = True
    """Whether every domain could be read."""


def disagreements(sight: Sight) -> list[Disagreement]:
    """Every disagreement, one per VM and fault."""
    vms = {vm.uuid.lower(): vm for vm in sight.state.vms}
    by_uuid: dict[str, list[Domain]] = {}
    for domain in sight.domains:
        if domain.domid != 0:
            by_uuid.setdefault(domain.uuid.lower(), []).append(domain)
    found = [*_of_domains(sight, by_uuid, vms), *_of_vms(sight, by_uuid)]
    first = {(one.vm, one.fault): one for one in reversed(found)}
    return [one for one in found if first[one.vm, one.fault] is one]


def _of_domains(
    sight: Sight, by_uuid: Mapping[str, list[Domain]], vms: Mapping[str, Vm]
) -> Iterator[Disagreement]:
    for uuid, domains in by_uuid.items():
        vm = vms.get(uuid)
        if vm is None:
            yield from _of_unknown(sight, domains[0], vms.values())
        elif not vm.is_control_domain and not vm.current_operations:
            for domain in domains:
                yield from _of_domain(sight, domain, vm, {one.domid for one in domains})


def _of_unknown(sight: Sight, domain: Domain, vms: Iterable[Vm]) -> Iterator[Disagreement]:
    uuid, what = domain.uuid.lower(), f"domain {domain.domid}"
    if uuid.startswith(REMAINS):
        yield Disagreement(uuid, "", ZOMBIE, f"{what} was destroyed, but does not go away")
    elif _MIGRATING.fullmatch(uuid[COMMON:]) and (vm := _like(uuid, vms)):
        text = f"{what} is left of a migration of {vm.name}"
        if not vm.current_operations:
            # The pool at the other end of a migration may show no operation.
            yield Disagreement(uuid, vm.name, ZOMBIE, text, OPERATION_SECONDS)
    elif "vm" not in sight.state.damaged_kinds:
        yield Disagreement(uuid, "", ZOMBIE, f"{what} runs, and XAPI knows no such VM")


def _like(uuid: str, vms: Iterable[Vm]) -> Vm | None:
    return next((vm for vm in vms if vm.uuid.lower()[:COMMON] == uuid[:COMMON]), None)


def _of_domain(
    sight: Sight, domain: Domain, vm: Vm, domids: set[int | None]
) -> Iterator[Disagreement]:
    """Disagreements of a domain of a known VM on which no operation is under way."""
    what = f"domain {domain.domid}"
    elsewhere = vm.resident_on is not None and vm.resident_on != sight.here
    if vm.power_state not in ALIVE:
        text = f"{what} is there, and XAPI says the VM is {vm.power_state}"
        yield Disagreement(vm.uuid, vm.name, ZOMBIE, text)
    elif elsewhere:
        text = f"{what} is here, and XAPI says the VM is on {sight.reading.name_of(vm.resident_on)}"
        yield Disagreement(vm.uuid, vm.name, ZOMBIE, text)
    elif vm.domid in domids and domain.domid != vm.domid:
        text = f"{what} is left beside domain {vm.domid}, the VM's own"
        yield Disagreement(vm.uuid, vm.name, ZOMBIE, text)
    elif domain.dying or domain.shutdown:
        flag = "dying" if domain.dying else "shut down"
        text = f"{what} is {flag} but not gone, and XAPI says the VM is {vm.power_state}"
        yield Disagreement(vm.uuid, vm.name, HUNG, text)


def _of_vms(sight: Sight, by_uuid: Mapping[str, list[Domain]]) -> Iterator[Disagreement]:
    for vm in sight.state.vms:
        if vm.resident_on != sight.here or vm.is_control_domain:
            continue
        if vm.current_operations:
            yield from _operations(vm)
        elif vm.power_state in ALIVE and sight.whole:
            yield from _lost(vm, [one.domid for one in by_uuid.get(vm.uuid.lower(), ())])


def _operations(vm: Vm) -> Iterator[Disagreement]:
    operations = sorted(set(vm.current_operations) - SLOW_OPERATIONS)
    # One of them may end while another goes on; the whole set is what has to last.
    if operations:
        text = f"operation {', '.join(operations)} does not end"
        yield Disagreement(vm.uuid, vm.name, STUCK_OPERATION, text, OPERATION_SECONDS)


def _lost(vm: Vm, domids: Sequence[int | None]) -> Iterator[Disagreement]:
    says = f"XAPI says the VM is {vm.power_state} here"
    if not domids:
        yield Disagreement(vm.uuid, vm.name, LOST, f"{says}, and there is no domain of it")
    elif vm.domid is not None and vm.domid not in domids and None not in domids:
        has = ", ".join(map(str, domids))
        text = f"{says} as domain {vm.domid}, and Xen has it as domain {has}"
        yield Disagreement(vm.uuid, vm.name, LOST, text)
