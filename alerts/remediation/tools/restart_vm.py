"""restart-vm: reboot a VM whose domain is dying or shut down while XAPI says that it runs.

Only reboots: they keep HA's protection, which a forced shutdown takes away (xapi_vm.ml). What no
reboot heals is for destroy-vm.
"""

from dataclasses import dataclass

from alerts.remediation.records import Diagnosis, Facts, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import UUID, Shape
from alerts.remediation.tools.vm_facts import VmSeen, domain_fact, look
from alerts.remediation.tools.vm_verdicts import diagnosis
from collectors.domains_compare import HUNG
from collectors.domains_reading import Fault

_CLEAN_SECONDS, _FORCE_SECONDS = 120.0, 180.0
"""XAPI itself would wait 20 minutes for a guest, and an hour on 6.0."""


def hung(seen: VmSeen, host: str) -> Fault | None:
    """The fault `hung` of a VM on a host, however long it has lasted."""
    found = (f for name, f in seen.faults if name == host and f.about.fault == HUNG)
    return next(found, None)


@dataclass(frozen=True, slots=True)
class RestartVm:
    """The tool."""

    name: str = "restart-vm"
    target: tuple[str, ...] = ("pool", "host", "vm")
    most: Mode = Mode.AUTO
    by_alert: bool = True
    effects: tuple[Shape, ...] = (
        ("xe", "vm-reboot", f"uuid={UUID}"),
        ("xe", "vm-reboot", f"uuid={UUID}", "force=true"),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether its domain hangs. Raises Unreadable and Refusal."""
        seen = await look(target, sight)
        if target.host in seen.unasked:
            text = f"{target.host} does not tell its domains: {seen.unasked[target.host]}"
            raise Refusal("host_unreachable", text)
        return diagnosis(seen, target, hung)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """A clean reboot, then a forced one; of a dying domain only that. Raises Refusal.

        Nobody is left in a dying domain who could answer, and XAPI would hold the VM for the
        clean reboot until that is over.
        """
        _check(target, found)
        domain = domain_fact(target.host, found.facts["domid"])
        expected: Facts = {"power_state": "running", "faults": [], domain: None}
        uuid = f"uuid={target.labels['vm']}"
        clean = Step(
            "Reboot the VM.", target.host, ("xe", "vm-reboot", uuid), _CLEAN_SECONDS, expected
        )
        force = Step(
            "Reboot the VM by force: what the guest has not written is lost.",
            target.host,
            ("xe", "vm-reboot", uuid, "force=true"),
            _FORCE_SECONDS,
            expected,
        )
        steps = (force,) if found.facts[domain] == "dying" else (clean, force)
        evidence = {"domain": domain, "condition": found.facts[domain], **found.evidence}
        return Plan(found.text, steps, expected, evidence, target.host, "ladder")


def _check(target: Target, found: Diagnosis) -> None:
    facts = found.facts
    if found.verdict != "faulty":
        raise Refusal(found.reason or "not_faulty", found.text)
    if facts["power_state"] != "running":
        raise Refusal(
            "vm_not_running", f"XAPI says that the VM is {facts['power_state']}: a person did it"
        )
    own = domain_fact(target.host, facts["domid"])
    domains = [name for name in facts if name.startswith("domain ")]
    if domains != [own]:
        text = f"the VM should be {own} alone, and has {', '.join(domains)}: see VmZombieDomain"
        raise Refusal("several_domains", text)
