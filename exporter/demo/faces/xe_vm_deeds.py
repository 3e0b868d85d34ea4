"""Commands of `xe` that end and start VMs."""

from collections.abc import Callable, Mapping

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.faces.xe_arguments import Arguments
from exporter.demo.faces.xe_complaints import (
    Complaint,
    invalid_uuid,
    not_given,
    refused,
)
from exporter.demo.pool.entries import Domain, Vm
from exporter.demo.pool.lives import ended, halted, rebooted, started

_BAD_STATE = (
    "You attempted an operation on a VM that was not in an appropriate power state at the time; "
    "for example, you attempted to start a VM that was already running.  The parameters returned "
    "are the VM's handle, and the expected and actual VM state at the time of the call."
)
_BUSY = "Another operation involving the object is currently in progress"
_EXISTS = "The operation could not be performed because a domain still exists for the specified VM."
_LIVE = "This operation cannot be completed as the host is still live."


def _reboot(dom0: Dom0, asked: Arguments) -> Result:
    vm = _running(_idle(_vm(dom0, asked)))
    if not _forced(asked) and _is_dead(dom0, vm):
        return HANGS
    dom0.model.change(lambda pool: rebooted(pool, vm))
    return Result()


def _shutdown(dom0: Dom0, asked: Arguments) -> Result:
    vm = _running(_idle(_vm(dom0, asked)))
    if not _forced(asked) and _is_dead(dom0, vm):
        return HANGS
    dom0.model.change(lambda pool: ended(pool, vm))
    return Result()


def _start(dom0: Dom0, asked: Arguments) -> Result:
    vm, pool = _vm(dom0, asked), dom0.model.chassis.pool
    if vm.power_state != "Halted":
        raise _bad_state(vm, "Halted")
    host = vm.home or pool.coordinator
    if any(domain.uuid == vm.uuid for domain in pool.domains[host]):
        raise refused(_EXISTS, vm=_shown(vm))
    dom0.model.change(lambda pool: started(pool, vm, host))
    return Result()


def _reset(dom0: Dom0, asked: Arguments) -> Result:
    """XAPI asks the host of a VM that is not its own: one that is lost counts as dead."""
    vm, pool = _vm(dom0, asked), dom0.model.chassis.pool
    if vm.host is not None and vm.host != pool.coordinator and vm.host not in pool.lost:
        raise refused(_LIVE, host=f"{dom0.model.chassis.hosts[vm.host].uuid} ({vm.host})")
    if vm.host == pool.coordinator and _domain(dom0, vm) is not None:
        raise refused(_EXISTS, vm=_shown(vm))
    dom0.model.change(lambda pool: halted(pool, vm))
    return Result()


def _vm(dom0: Dom0, asked: Arguments) -> Vm:
    uuid = asked.get("uuid")
    if uuid is None:
        raise not_given("uuid")
    vm = dom0.model.chassis.pool.vms.get(uuid)
    if vm is None or vm.kind != "guest":
        raise invalid_uuid("VM", uuid)
    return vm


def _idle(vm: Vm) -> Vm:
    if vm.operation is not None:
        raise refused(_BUSY, **{"class": "VM", "object": _shown(vm)})
    return vm


def _running(vm: Vm) -> Vm:
    if vm.power_state != "Running":
        raise _bad_state(vm, "Running")
    return vm


def _bad_state(vm: Vm, expected: str) -> Complaint:
    return refused(_BAD_STATE, vm=_shown(vm), expected=expected, actual=vm.power_state)


def _shown(vm: Vm) -> str:
    return f"{vm.uuid} ({vm.name})"


def _forced(asked: Arguments) -> bool:
    return asked.get("force") == "true"


def _domain(dom0: Dom0, vm: Vm) -> Domain | None:
    domains = dom0.model.chassis.pool.domains.get(vm.host or "", ())
    return next((domain for domain in domains if domain.uuid == vm.uuid), None)


def _is_dead(dom0: Dom0, vm: Vm) -> bool:
    """Whether no guest is left that could end by itself."""
    domain = _domain(dom0, vm)
    return domain is None or domain.dying


VM_DEEDS: Mapping[str, Callable[[Dom0, Arguments], Result]] = {
    "vm-reboot": _reboot,
    "vm-shutdown": _shutdown,
    "vm-start": _start,
    "vm-reset-powerstate": _reset,
}
