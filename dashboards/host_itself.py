"""Panels of the host itself: what XAPI says of it, its VMs, its configuration."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About
from dashboards.layout import Line
from dashboards.look import CRITICAL, IDLE, OK, WARNING
from dashboards.panels import timeline
from dashboards.promql import State, of_host

HOST = "pool, host"
VM = "pool, host, name, vm"
NAMES = "topk by (pool, host, vm) (1, max by (pool, host, vm, name) (xenlens_vm_info))"
COORDINATOR = of_host("xenlens_host_coordinator") + " == 1"
XAPI_SILENT = (
    of_host("xenlens_host_xapi_answers")
    + " == 0 and on (pool) xenlens_pool_coordinator_answers == 0"
)
"""While another member gives the pool's data, a silent one may not have been asked again."""
LIFE = (
    State("silent", CRITICAL, of_host("xenlens_host_answers") + " == 0"),
    State("dead, says XAPI", CRITICAL, of_host("xenlens_host_live") + " == 0"),
    State("its XAPI is silent", WARNING, XAPI_SILENT),
    State("disabled", WARNING, of_host("xenlens_host_enabled") + " == 0"),
    State("lives, coordinator", OK, COORDINATOR),
    State("lives", OK, of_host("xenlens_host_live") + " == 1"),
    State("answers, XAPI says nothing", IDLE, of_host("xenlens_host_answers") + " == 1"),
)
FAULT_WORDS = {
    "zombie": "runs, should not",
    "lost": "lost",
    "hung": "hangs",
    "stuck_operation": "operation stuck",
}


def _faults() -> list[State]:
    """Suspected only, a fault is none yet: XAPI and Xen were not asked at the same moment."""
    sure = [State(text, CRITICAL, f"{_named(kind)} == 1") for kind, text in FAULT_WORDS.items()]
    return [*sure, State("suspected", IDLE, f"{_named('.*')} == 0")]


def _named(kind: str) -> str:
    fault = of_host("xenlens_vm_domain_fault", f'fault=~"{kind}"')
    return f"{fault} * on (pool, host, vm) group_left (name) {NAMES}"


def lines() -> list[Line]:
    """Everything of the host itself."""
    return [Line(6, [_life(), _vms()]), Line(7, [_drift()])]


def _life() -> Panel:
    about = About(
        "The host, as its pool sees it",
        "What xenlens and XAPI say of the host. XAPI calls a dead host live for ten more minutes, "
        "so silent comes first.",
        "the pool could not be read",
        ("HostSilent", "HostNotLive", "HostDisabled"),
    )
    return timeline(about, HOST, LIFE, "{{host}}")


def _vms() -> Panel:
    about = About(
        "VMs with a fault",
        "VMs of which XAPI and Xen do not say the same. VMs without a fault have no bar. "
        "Suspected: not long enough to be sure.",
        "no fault, or domains could not be read",
        ("VmHung", "VmLost", "VmZombieDomain", "VmOperationStuck"),
    )
    return timeline(about, VM, _faults(), "{{host}} {{name}}", absent="")


def _drift() -> Panel:
    about = About(
        "Configuration that is not as it should be",
        "Everything of the host that the inventory expects otherwise. What is as expected has no "
        "bar. The host works on; the next boot or path failure may not.",
        "all as expected, or nothing expected, or not read",
        ("HostConfigDrifted",),
    )
    drifted = (State("not as expected", WARNING, of_host("host:xenlens_hostconfig:drifted")),)
    return timeline(about, "pool, host, what", drifted, "{{host}} {{what}}", absent="")
