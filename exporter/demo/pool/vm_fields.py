"""Fields of a VM that are the same for every VM of the demo, by the version they came with."""

from exporter.demo.pool.names import NULL_REF
from exporter.demo.pool.snapshot import Record

RUNNING_OPERATIONS = [
    "changing_dynamic_range",
    "changing_VCPUs_live",
    "pool_migrate",
    "suspend",
    "hard_reboot",
    "hard_shutdown",
    "clean_reboot",
    "clean_shutdown",
    "pause",
    "checkpoint",
    "snapshot",
]
OF_ALL_VERSIONS: Record = {
    "name_description": "",
    "user_version": "1",
    "snapshot_info": {},
    "snapshot_metadata": "",
    "transportable_snapshot_id": "",
    "parent": NULL_REF,
    "children": [],
    "suspend_VDI": NULL_REF,
    "suspend_SR": NULL_REF,
    "memory_overhead": "20971520",
    "VCPUs_params": {},
    "actions_after_shutdown": "destroy",
    "actions_after_reboot": "restart",
    "actions_after_crash": "restart",
    "crash_dumps": [],
    "VTPMs": [],
    "PV_bootloader": "pygrub",
    "PV_kernel": "",
    "PV_ramdisk": "",
    "PV_args": "",
    "PV_bootloader_args": "",
    "PV_legacy_args": "",
    "HVM_boot_policy": "",
    "HVM_boot_params": {"order": "cdn"},
    "HVM_shadow_multiplier": 1.0,
    "platform": {"nx": "true", "acpi": "1", "apic": "true", "pae": "true", "viridian": "true"},
    "PCI_bus": "",
    "attached_PCIs": [],
    "other_config": {"base_template_name": "Debian Squeeze 6.0 (32-bit)", "mac_seed": ""},
    "last_boot_CPU_flags": {},
    "last_booted_record": "",
    "recommendations": '<restrictions><restriction field="memory-static-max" max="137438953472" />'
    '<restriction field="vcpus-max" max="16" /><restriction property="number-of-vbds" max="16" />'
    '<restriction property="number-of-vifs" max="7" /></restrictions>',
    "xenstore_data": {"vm-data": ""},
    "blobs": {},
    "tags": [],
    "blocked_operations": {},
    "bios_strings": {"bios-vendor": "Xen", "system-product-name": "HVM domU"},
    "appliance": NULL_REF,
    "start_delay": "0",
    "shutdown_delay": "0",
    "order": "0",
    "VGPUs": [],
    "version": "0",
}
ONLY_60: Record = {"protection_policy": NULL_REF, "is_snapshot_from_vmpp": False}
SINCE_61: Record = {"generation_id": ""}
SINCE_70: Record = {
    "is_default_template": False,
    "VUSBs": [],
    "domain_type": "pv",
    "NVRAM": {},
    "snapshot_schedule": NULL_REF,
    "is_vmss_snapshot": False,
    "hardware_platform_version": "0",
    "has_vendor_device": False,
    "requires_reboot": False,
    "reference_label": "",
}
SINCE_83: Record = {
    "actions_after_softreboot": "soft_reboot",
    "groups": [],
    "pending_guidances": [],
    "pending_guidances_recommended": [],
    "pending_guidances_full": [],
}
