"""What a VM's state says to a tool that heals some of its faults."""

from collections.abc import Callable
from typing import Any

from alerts.remediation.records import Diagnosis, Refusal, Target
from alerts.remediation.tools.vm_facts import VmSeen, facts
from collectors.domains_reading import Fault

Heals = Callable[[VmSeen, str], Fault | None]
"""The fault on a host that the tool heals, if the VM has it there."""


def diagnosis(seen: VmSeen, target: Target, heals: Heals) -> Diagnosis:
    """The verdict. A VM with anything under way, or with another fault, is unclear.

    Raises Refusal `other_host` for a VM that is not well and that XAPI has on another host.
    """
    fault = heals(seen, target.host)
    if reason := _under_way(seen):
        return _unclear(seen, reason, _UNDER_WAY[reason])
    if seen.resident not in ("", target.host) and not (seen.whole and not seen.faults):
        text = f"XAPI has {seen.vm.name} on {seen.resident}, not on {target.host}: look there"
        raise Refusal("other_host", text)
    if fault is not None and fault.certain:
        return Diagnosis("faulty", _sentence(seen, fault.about.text), **_told(seen))
    if fault is not None:
        return _unclear(seen, "not_lasting", f"{fault.about.text}; it has to last to be a fault")
    return _without_fault(seen)


def _without_fault(seen: VmSeen) -> Diagnosis:
    if seen.faults:
        return _unclear(seen, "other_fault", f"{seen.faults[0][1].about.text}: see its runbook")
    if seen.vm.power_state != "running":
        text = f"XAPI says that it is {seen.vm.power_state}: if it should run, start it by hand"
        return _unclear(seen, "not_running", text)
    if not seen.whole:
        return _unclear(seen, "no_domain", "XAPI says that it runs, and no host shows its domain")
    return Diagnosis("healthy", _sentence(seen, f"runs on {seen.resident}"), **_told(seen))


_UNDER_WAY = {
    "operation_in_progress": "XAPI has an operation on it under way: wait, or see VmOperationStuck",
    "migrating": "a domain of a migration is there: wait until that has ended",
}


def _under_way(seen: VmSeen) -> str:
    if seen.vm.current_operations:
        return "operation_in_progress"
    moving = any(one.domain.uuid.lower() != seen.vm.uuid for one in seen.domains)
    return "migrating" if moving else ""


def _unclear(seen: VmSeen, reason: str, text: str) -> Diagnosis:
    return Diagnosis("unclear", _sentence(seen, text), reason=reason, **_told(seen))


def _sentence(seen: VmSeen, text: str) -> str:
    return f"{seen.vm.name or seen.vm.uuid}: {text}"


def _told(seen: VmSeen) -> dict[str, Any]:
    lasted = {f"{host}: {fault.about.text}": fault.seconds for host, fault in seen.faults}
    evidence = {"via": seen.reading.via, "seconds": lasted, "not_asked": dict(seen.unasked)}
    return {"facts": facts(seen), "evidence": evidence}
