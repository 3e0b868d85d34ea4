"""destroy-vm: end a dead domain that no reboot ends, and start its VM again.

A person approves it. Each run begins where the VM stands: an earlier one, or a person, may have
come some of the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.remediation.records import Diagnosis, Facts, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import UUID, Shape
from alerts.remediation.tools.coordinator_xe import ask_xe
from alerts.remediation.tools.restart_vm import hung
from alerts.remediation.tools.vm_destroying import SHAPES, destroying
from alerts.remediation.tools.vm_facts import VmSeen, domain_fact, look
from alerts.remediation.tools.vm_verdicts import diagnosis
from collectors.domains_compare import LOST, ZOMBIE
from collectors.domains_reading import Fault

_SECONDS = 180.0
"""Of an xe command; destroying a domain takes up to a minute."""
_GONE: Facts = {"found_on": [], "remains": []}
_STARTED: Facts = {"power_state": "running", "faults": []}


def dead(seen: VmSeen, host: str) -> Fault | None:
    """A fault on a host that leaves no guest alive: hung, halted but not gone, or without domain.

    A domain in which a guest may run is never among them.
    """
    if any(not one.dead for one in seen.domains):
        return None
    kinds = {ZOMBIE: bool(seen.domains), LOST: not seen.domains}
    found = (f for name, f in seen.faults if name == host and kinds.get(f.about.fault))
    return hung(seen, host) or next(found, None)


@dataclass(frozen=True, slots=True)
class DestroyVm:
    """The tool."""

    name: str = "destroy-vm"
    target: tuple[str, ...] = ("pool", "host", "vm")
    most: Mode = Mode.APPROVE
    by_alert: bool = False
    effects: tuple[Shape, ...] = (
        ("xe", "vm-shutdown", f"uuid={UUID}", "force=true"),
        *SHAPES,
        ("xe", "vm-reset-powerstate", f"uuid={UUID}", "force=true"),
        ("xe", "vm-start", f"uuid={UUID}"),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether it is dead, seen from every host of the pool. Raises Unreadable and Refusal.

        One host that does not answer is enough to refuse: if it has the VM, a start runs it twice.
        """
        seen = await look(target, sight)
        if seen.unasked:
            silent = "; ".join(f"{host}: {why}" for host, why in seen.unasked.items())
            text = f"hosts that may have the VM do not tell their domains: {silent}"
            raise Refusal("host_unreachable", text)
        return diagnosis(seen, target, dead)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """What is left to do of: force shutdown, destroy, reset, start. Raises Refusal."""
        if found.verdict != "faulty":
            raise Refusal(found.reason or "not_faulty", found.text)
        seen = await look(target, sight)
        priority = await _protection(target, seen, sight)
        _check(target, found.facts, seen)
        steps = tuple(_steps(target, found.facts, seen))
        evidence = {**found.evidence, "ha_restart_priority": priority, "facts": dict(found.facts)}
        return Plan(found.text, steps, {**_STARTED, "remains": []}, evidence, target.host)


async def _protection(target: Target, seen: VmSeen, sight: Sight) -> str:
    """The VM's restart priority, of which HA must make no use. Raises Refusal, Unreadable."""
    words = (f"uuid={target.labels['vm']}", "param-name=ha-restart-priority")
    priority = await ask_xe(sight, target.host, "vm-param-get", *words)
    if seen.state.pool.ha_enabled and priority:
        text = "HA protects the VM: it would lose that, or be started by HA at the same time"
        raise Refusal("ha_protected", f"{text}; take its ha-restart-priority away first")
    return priority


def _check(target: Target, facts: Facts, seen: VmSeen) -> None:
    domains = [name for name in facts if name.startswith("domain ")]
    if facts["found_on"] not in ([], [target.host]) or len(domains) > 1:
        text = f"the VM should have one domain, on {target.host}: it has {', '.join(domains)}"
        raise Refusal("several_domains", f"{text}; see VmZombieDomain")
    if facts["power_state"] not in ("running", "halted"):
        raise Refusal(
            "vm_not_running", f"XAPI says that the VM is {facts['power_state']}: a person did it"
        )
    if facts["remains"]:
        text = f"destroyed domains wait for their disks ({', '.join(facts['remains'])})"
        raise Refusal("remains", f"{text}: heal the storage first")
    if not domains and not _on_coordinator(target, seen):
        text = f"XAPI refuses to call a VM halted while {target.host} lives"
        raise Refusal("host_is_live", f"{text}: restart the toolstack there, see VmLost")


def _on_coordinator(target: Target, seen: VmSeen) -> bool:
    return seen.reading.name_of(seen.state.pool.coordinator) == target.host


def _steps(target: Target, facts: Facts, seen: VmSeen) -> Iterator[Step]:
    uuid, host = f"uuid={target.labels['vm']}", target.host
    here = next((one.domain for one in seen.domains if one.domain.domid), None)
    runs = facts["power_state"] == "running"
    if here is not None and runs:
        yield _shutdown(uuid, host)
    if here is not None and here.domid is not None:
        yield _destroy(target, seen, here.domid, halts=not _on_coordinator(target, seen))
    if runs and _on_coordinator(target, seen):
        # Elsewhere XAPI refuses it as long as the host lives, and it must not be done when not.
        argv = ("xe", "vm-reset-powerstate", uuid, "force=true")
        expected = {**_GONE, "power_state": "halted"}
        yield Step("Let XAPI call the VM halted.", host, argv, _SECONDS, expected)
    yield Step("Start the VM.", host, ("xe", "vm-start", uuid), _SECONDS, _STARTED)


def _shutdown(uuid: str, host: str) -> Step:
    """It may fail, or do all that the next step would: what that needs is only that it is over."""
    argv = ("xe", "vm-shutdown", uuid, "force=true")
    return Step("Shut the VM down by force.", host, argv, _SECONDS, {"operations": []})


def _destroy(target: Target, seen: VmSeen, domid: int, *, halts: bool) -> Step:
    """Done when no host has the domain: also where it was gone before, and the program failed.

    Xen gives an id again only after all the others, so right after a look it is the VM's.
    """
    here = next(h for h in seen.state.hosts if seen.reading.name_of(h.uuid) == target.host)
    expected = {**_GONE, "operations": [], domain_fact(target.host, domid): None}
    expected |= {"power_state": "halted"} if halts else {}
    argv = destroying(here.product, domid)
    return Step(f"Destroy domain {domid}.", target.host, argv, 60.0, expected)
