"""A small pool as XAPI's tables have it: two hosts, an HBA SR and an ISO library."""

from typing import Any

Tables = dict[str, dict[str, dict[str, Any]]]

NULL = "OpaqueRef:NULL"
WWID = "222be000155b3f1c2"


def ref(name: str) -> str:
    """The reference of an object; its uuid is `name`."""
    return f"OpaqueRef:{name}"


def tables() -> Tables:
    """A fresh copy, with the types of the JSON: int64 and dates are strings."""
    return {
        "pool": {ref("pool"): pool()},
        "host": {ref(name): host(name) for name in ("host-a", "host-b")},
        "host_metrics": {
            ref("metrics-host-a"): {"uuid": "metrics-host-a", "live": True},
            ref("metrics-host-b"): {"uuid": "metrics-host-b", "live": False},
        },
        "SR": {ref("sr-lun"): sr("sr-lun"), ref("sr-iso"): iso_library()},
        "PBD": {ref(f"pbd-{name}"): pbd(name) for name in ("host-a", "host-b")},
        "VM": {
            ref("vm-web"): vm("vm-web"),
            ref("vm-dom0"): vm("vm-dom0", is_control_domain=True, domid="0"),
            ref("vm-template"): vm("vm-template", is_a_template=True),
            ref("vm-snapshot"): vm("vm-snapshot", is_a_snapshot=True),
        },
        "task": {ref("task"): task()},
        "message": {ref("message"): message()},
        "pool_update": {ref("update"): update()},
    }


def pool(**changes: Any) -> dict[str, Any]:
    return {
        "uuid": "pool",
        "name_label": "modular",
        "master": ref("host-a"),
        "default_SR": ref("sr-lun"),
        "ha_enabled": True,
        "ha_host_failures_to_tolerate": "1",
        "ha_plan_exists_for": "1",
        "ha_overcommitted": False,
        "other_config": {"rolling_upgrade_in_progress": "true"},
        "a_field_of_tomorrow": {"x": 1},
    } | changes


def host(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "uuid": name,
        "name_label": f"label of {name}",
        "hostname": name,
        "address": "192.0.2.11",
        "enabled": True,
        "metrics": ref(f"metrics-{name}"),
        "software_version": {"product_brand": "XCP-ng", "product_version": "8.3.0"},
        "current_operations": {},
    } | changes


def sr(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "uuid": name,
        "name_label": "IMS LUN0",
        "type": "lvmohba",
        "content_type": "",
        "shared": True,
        "physical_size": "107374182400",
        "physical_utilisation": "4096",
        "virtual_allocation": "0",
        "current_operations": {ref("t2"): "vdi_create", ref("t1"): "scan"},
    } | changes


def iso_library() -> dict[str, Any]:
    sizes = dict.fromkeys(("physical_size", "physical_utilisation", "virtual_allocation"), "-1")
    return sr("sr-iso", type="iso", content_type="iso", current_operations={}, **sizes)


def pbd(host_name: str, **changes: Any) -> dict[str, Any]:
    return {
        "uuid": f"pbd-{host_name}",
        "SR": ref("sr-lun"),
        "host": ref(host_name),
        "currently_attached": True,
        "device_config": {"SCSIid": WWID, "chappassword": "hidden", "cifspassword_secret": "x"},
        "other_config": {f"mpath-{WWID}": "[1, 2]", "multipathed": "true", "mpath-odd": "?"},
    } | changes


def vm(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "uuid": name,
        "name_label": f"label of {name}",
        "power_state": "Running",
        "is_a_template": False,
        "is_a_snapshot": False,
        "is_control_domain": False,
        "resident_on": ref("host-b"),
        "domid": "7",
        "current_operations": {ref("t3"): "clean_shutdown"},
    } | changes


def task(**changes: Any) -> dict[str, Any]:
    return {
        "uuid": "task",
        "name_label": "Async.VM.clean_shutdown",
        "status": "pending",
        "progress": 0.5,
        "created": "20250319T04:16:24Z",
    } | changes


def message(**changes: Any) -> dict[str, Any]:
    return {
        "uuid": "message",
        "name": "BOND_STATUS_CHANGED",
        "cls": "Host",
        "obj_uuid": "host-a",
        "timestamp": "20250319T04:16:24Z",
        "body": "The status of the eth0+eth1 bond changed: 1/2 up (was 2/2)",
    } | changes


def update(**changes: Any) -> dict[str, Any]:
    return {"uuid": "update", "name_label": "XS71E001", "hosts": [ref("host-b")]} | changes


def patch(name: str, host_name: str, **changes: Any) -> dict[str, Any]:
    return {
        "uuid": f"{name}-{host_name}",
        "name_label": name,
        "host": ref(host_name),
        "applied": True,
    } | changes
