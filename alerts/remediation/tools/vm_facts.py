"""One VM as XAPI and the Xen of every host of its pool see it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.remediation.records import Facts, Refusal, Target, Unreadable
from alerts.remediation.sight import Sight
from collectors.domains_compare import COMMON, REMAINS
from collectors.domains_reading import DomainsReading, Fault
from collectors.list_domains import Domain
from collectors.xapi.access import PoolReading
from collectors.xapi.records import PoolState, Vm


@dataclass(frozen=True, slots=True)
class There:
    """A domain, and the host that has it."""

    host: str
    domain: Domain

    @property
    def dead(self) -> bool:
        """Whether Xen says that no guest runs in it any more: dying, or shut down."""
        return bool(self.domain.dying or self.domain.shutdown)


@dataclass(frozen=True, slots=True)
class VmSeen:
    """A VM at one moment. Hosts are by their name in the inventory."""

    reading: PoolReading
    state: PoolState
    vm: Vm
    domains: tuple[There, ...]
    """Its domains, wherever they are, also those of a migration."""
    remains: tuple[There, ...]
    """What is left of destroyed domains, of this VM or of others."""
    faults: tuple[tuple[str, Fault], ...]
    """What XAPI and Xen do not agree about, by host."""
    unasked: Mapping[str, str]
    """Hosts whose domains are not known, and why: they may have the VM."""

    @property
    def resident(self) -> str:
        """The host on which XAPI has it; empty for none."""
        return self.reading.name_of(self.vm.resident_on)

    @property
    def whole(self) -> bool:
        """Whether it has the domain that XAPI says, alive, and no other."""
        right = {(self.resident, self.vm.domid)}
        there = {(one.host, one.domain.domid) for one in self.domains if not one.dead}
        return there == right and len(self.domains) == 1


async def look(target: Target, sight: Sight) -> VmSeen:
    """See a VM now, XAPI first. Raises Refusal `unknown_vm` and `control_domain`, Unreadable."""
    reading = await sight.pool(target.pool)
    if reading.state is None:
        raise Unreadable("xapi", f"{target.pool}: no member's XAPI answers")
    vm = _vm(reading.state, target)
    watched = sight.hosts(target.pool)
    hosts = sorted({reading.name_of(host.uuid) for host in reading.state.hosts})
    answers = await asyncio.gather(*(_domains(sight, host, watched) for host in hosts))
    by_host = dict(zip(hosts, answers, strict=True))
    read = {host: found for host, found in by_host.items() if isinstance(found, DomainsReading)}
    every = [There(host, domain) for host, found in read.items() for domain in found.records]
    return VmSeen(
        reading,
        reading.state,
        vm,
        tuple(one for one in every if one.domain.uuid.lower()[:COMMON] == vm.uuid[:COMMON]),
        tuple(one for one in every if one.domain.uuid.lower().startswith(REMAINS)),
        tuple((host, f) for host, r in read.items() for f in r.faults if f.about.vm == vm.uuid),
        {host: why for host, why in by_host.items() if isinstance(why, str)},
    )


def _vm(state: PoolState, target: Target) -> Vm:
    uuid = target.labels["vm"]
    vm = next((vm for vm in state.vms if vm.uuid == uuid), None)
    if vm is None and "vm" in state.damaged_kinds:
        raise Unreadable("vm", f"{target.pool}: XAPI's list of VMs could not be read whole")
    if vm is None:
        raise Refusal("unknown_vm", f"XAPI of pool {target.pool} knows no VM {uuid}")
    if vm.is_control_domain:
        text = f"{vm.name} is the control domain of {target.host}: reboot the host instead"
        raise Refusal("control_domain", text)
    return vm


async def _domains(sight: Sight, host: str, watched: tuple[str, ...]) -> DomainsReading | str:
    """A host's domains, or why they are not known."""
    if host not in watched:
        return "it is not in the inventory"
    try:
        found = await sight.read(host, "domains")
    except Unreadable as unreadable:
        return unreadable.text
    assert isinstance(found, DomainsReading)
    return "list_domains could not be read whole" if found.damaged else found


def domain_fact(host: str, domid: int | None) -> str:
    """The name of the fact that a domain of the VM is there: `domain xs1/7`."""
    return f"domain {host}/{domid}"


def facts(seen: VmSeen) -> Facts:
    """What identifies the state of a VM. A domain that is gone is a fact that is not there."""
    vm = seen.vm
    return {
        "vm": vm.uuid,
        "power_state": vm.power_state,
        "resident_on": seen.resident,
        "domid": vm.domid,
        "operations": sorted(vm.current_operations),
        "faults": sorted(f"{host}: {fault.about.fault}" for host, fault in seen.faults),
        "found_on": sorted({one.host for one in seen.domains}),
        "remains": sorted(f"{one.host}/{one.domain.domid}" for one in seen.remains),
    } | {domain_fact(one.host, one.domain.domid): _condition(one.domain) for one in seen.domains}


def _condition(domain: Domain) -> str:
    if domain.dying:
        return "dying"
    return "shut down" if domain.shutdown else "alive"
