"""Domains and their faults as metrics and in sentences."""

from collections.abc import Iterator

from collectors.domains_compare import STUCK_OPERATION
from collectors.domains_reading import DomainsReading, Fault
from collectors.metrics import Family, Page
from collectors.registry import Finding, View
from collectors.subjects import named

DOMAINS = Family("xenlens_domains", "Domains on the host, domain 0 left out (list_domains).")
FAULT = Family(
    "xenlens_vm_domain_fault",
    "A disagreement of XAPI and Xen about a VM: hung (Xen: dying or shut down, XAPI: running), "
    "zombie (a domain of no VM that should run here), lost (XAPI: running here, no such domain), "
    "stuck_operation (the same operation for over 10 minutes). 1 once it has lasted for over "
    "60 seconds, 0 while it is only suspected.",
    ("vm", "fault"),
)
SUSPECT = Family(
    "xenlens_vm_domain_suspect_seconds",
    "For how long a disagreement of XAPI and Xen has been seen at every look.",
    ("vm", "fault"),
)
INFO = Family(
    "xenlens_vm_info",
    "A VM with a fault, and its name-label (XAPI: VM); empty for a domain that XAPI does not know.",
    ("vm", "name"),
)
FAMILIES = (DOMAINS, FAULT, SUSPECT, INFO)


def fill(page: Page, reading: DomainsReading, view: View) -> None:
    """The number of domains, and every fault of the reading."""
    page.add(DOMAINS, len(reading.records))
    for fault in reading.faults:
        about = fault.about
        page.add(FAULT, fault.certain, vm=about.vm, fault=about.fault)
        page.add(SUSPECT, fault.seconds, vm=about.vm, fault=about.fault)
    for vm, name in {fault.about.vm: fault.about.name for fault in reading.faults}.items():
        page.add(INFO, 1, vm=vm, name=name)


def findings(reading: DomainsReading, view: View) -> Iterator[Finding]:
    """Certain faults, and suspicions as warnings, since a single look can do no better."""
    for fault in reading.faults:
        yield _finding(named(fault.about.name, fault.about.vm), fault)


def _finding(subject: str, fault: Fault) -> Finding:
    about = fault.about
    if about.fault == STUCK_OPERATION:
        text = f"{about.text}: seen for {fault.seconds / 60:.0f} min"
        return Finding("warning", subject, text)
    if fault.certain:
        return Finding("critical", subject, f"{about.fault}: {about.text}")
    seen = f"seen for {fault.seconds:.0f} s, certain after {about.patience:.0f} s"
    return Finding("warning", subject, f"perhaps {about.fault}: {about.text}; {seen}")
