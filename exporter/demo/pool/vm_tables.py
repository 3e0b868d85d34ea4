"""VM, VM_metrics and VM_guest_metrics as the API shows them."""

from exporter.demo.pool.entries import Vm
from exporter.demo.pool.names import NULL_REF, ref_of, uuid_of
from exporter.demo.pool.snapshot import NEVER, Record, Snapshot, Table, known, numbered
from exporter.demo.pool.vm_fields import (
    OF_ALL_VERSIONS,
    ONLY_60,
    RUNNING_OPERATIONS,
    SINCE_61,
    SINCE_70,
    SINCE_83,
)

_DOMAIN_TYPES = (7, 0, 0)
_STARTED = -3 * 86400.0
"""When all of them started: three days before anybody looked."""


def vms(snapshot: Snapshot) -> Table:
    """The class VM."""
    pool = snapshot.pool
    snapshots: dict[str, list[str]] = {}
    for vm in pool.vms.values():
        if vm.snapshot_of is not None:
            snapshots.setdefault(vm.snapshot_of, []).append(ref_of(vm.uuid))
    layers = (((6, 1, 0), SINCE_61), ((7, 0, 0), SINCE_70), ((8, 3, 0), SINCE_83))
    only_60 = {} if snapshot.knows((6, 1, 0)) else ONLY_60
    base = known(snapshot.version, OF_ALL_VERSIONS | only_60, *layers)
    return {
        ref_of(vm.uuid): base | _own(snapshot, vm, snapshots.get(vm.name, []))
        for vm in pool.vms.values()
    }


def _own(snapshot: Snapshot, vm: Vm, snapshots: list[str]) -> Record:
    taken = vm.kind == "snapshot"
    own = {
        "uuid": vm.uuid,
        "name_label": vm.name,
        "power_state": vm.power_state,
        "is_a_template": vm.kind in ("template", "snapshot"),
        "is_a_snapshot": taken,
        "is_control_domain": vm.kind == "control domain",
        "snapshot_of": ref_of(uuid_of("VM", vm.snapshot_of)) if vm.snapshot_of else NULL_REF,
        "snapshot_time": snapshot.time_of(_STARTED) if taken else NEVER,
        "snapshots": snapshots,
        "resident_on": snapshot.host_ref(vm.host),
        "affinity": snapshot.host_ref(vm.home),
        "domid": str(vm.domid),
        "metrics": ref_of(_metrics_uuid(vm)),
        "VBDs": numbered("VBD", vm.uuid, 2) if vm.kind == "guest" else [],
        "VIFs": numbered("VIF", vm.uuid, 1) if vm.kind == "guest" else [],
    }
    return own | _sizes(snapshot, vm) | _work(vm)


def _sizes(snapshot: Snapshot, vm: Vm) -> Record:
    memory, vcpus = str(vm.memory), str(vm.vcpus)
    kinds = ("static_max", "dynamic_max", "dynamic_min", "static_min", "target")
    boot = {"HVM_boot_policy": "BIOS order", "PV_bootloader": ""} if vm.hvm else {}
    kind = {"domain_type": "hvm"} if vm.hvm and snapshot.knows(_DOMAIN_TYPES) else {}
    return {
        **{f"memory_{kind}": memory for kind in kinds},
        "VCPUs_max": vcpus,
        "VCPUs_at_startup": vcpus,
        **boot,
        **kind,
    }


def _work(vm: Vm) -> Record:
    running = vm.power_state == "Running"
    allowed = RUNNING_OPERATIONS if running and vm.operation is None else []
    current = {ref_of(vm.task): vm.operation} if vm.operation else {}
    guest = ref_of(_guest_metrics_uuid(vm)) if running and vm.kind == "guest" else NULL_REF
    priority = "restart" if vm.kind == "guest" and vm.name.startswith("web") else ""
    return {
        "allowed_operations": list(allowed) if running else ["start", "destroy", "clone"],
        "current_operations": current,
        "guest_metrics": guest,
        "consoles": numbered("console", vm.uuid, 1) if running else [],
        "ha_restart_priority": priority,
        "ha_always_run": bool(priority),
    }


def _metrics_uuid(vm: Vm) -> str:
    return uuid_of("VM_metrics", vm.name)


def _guest_metrics_uuid(vm: Vm) -> str:
    return uuid_of("VM_guest_metrics", vm.name)


def vm_metrics(snapshot: Snapshot) -> Table:
    """The class VM_metrics."""
    started = snapshot.time_of(_STARTED)
    table = {}
    for vm in snapshot.pool.vms.values():
        running = vm.power_state == "Running"
        base = {
            "uuid": _metrics_uuid(vm),
            "memory_actual": str(vm.memory if running else 0),
            "VCPUs_number": str(vm.vcpus if running else 0),
            "VCPUs_utilisation": {},
            "VCPUs_CPU": {},
            "VCPUs_params": {},
            "VCPUs_flags": {},
            "state": [],
            "start_time": started if running else NEVER,
            "install_time": started,
            "last_updated": started,
            "other_config": {},
        }
        domain_type = "hvm" if vm.hvm else "pv"
        later = {"hvm": vm.hvm, "nested_virt": False, "nomigrate": False}
        layers = ((_DOMAIN_TYPES, later | {"current_domain_type": domain_type}),)
        table[ref_of(_metrics_uuid(vm))] = known(snapshot.version, base, *layers)
    return table


def vm_guest_metrics(snapshot: Snapshot) -> Table:
    """The class VM_guest_metrics: of running guests, which all have the guest tools."""
    updated = snapshot.time_of(_STARTED + 60)
    since_70 = {
        "PV_drivers_detected": True,
        "can_use_hotplug_vbd": "yes",
        "can_use_hotplug_vif": "yes",
    }
    table = {}
    for vm in snapshot.pool.vms.values():
        if vm.kind != "guest" or vm.power_state != "Running":
            continue
        base = {
            "uuid": _guest_metrics_uuid(vm),
            "os_version": {"name": "Debian GNU/Linux 12 (bookworm)", "distro": "debian"},
            "PV_drivers_version": {"major": "6", "minor": "0", "micro": "2", "build": "54341"},
            "PV_drivers_up_to_date": True,
            "memory": {},
            "disks": {},
            "networks": {"0/ip": f"198.51.100.{vm.domid % 250 + 1}"},
            "other": {"platform-feature-multiprocessor-suspend": "1", "data-updated": "1"},
            "last_updated": updated,
            "other_config": {},
            "live": True,
        }
        uuid = _guest_metrics_uuid(vm)
        table[ref_of(uuid)] = known(snapshot.version, base, ((7, 0, 0), since_70))
    return table
