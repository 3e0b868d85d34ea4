"""The pool object as the API shows it."""

from exporter.demo.pool.names import NULL_REF, ref_of, uuid_of
from exporter.demo.pool.snapshot import NEVER, Record, Snapshot, Table, known

_RESTRICTIONS = ("vlan", "qos", "pool", "xha", "netapp", "rbac", "wlb", "email_alerting", "dmc")


def pools(snapshot: Snapshot) -> Table:
    """The class pool: one object."""
    return {ref_of(snapshot.pool.uuid): _pool(snapshot)}


def _pool(snapshot: Snapshot) -> Record:
    fields = _of_all_versions(snapshot) | _ha(snapshot)
    return known(snapshot.version, fields, ((7, 0, 0), _SINCE_7), ((8, 3, 0), _SINCE_83))


def _of_all_versions(snapshot: Snapshot) -> Record:
    pool = snapshot.pool
    default = next((sr.uuid for sr in pool.srs.values() if sr.shared and sr.type != "iso"), None)
    return {
        "uuid": pool.uuid,
        "name_label": pool.name,
        "name_description": "Intel Modular Server",
        "master": snapshot.host_ref(pool.coordinator),
        "default_SR": ref_of(default),
        "suspend_image_SR": ref_of(default),
        "crash_dump_SR": ref_of(default),
        "other_config": {
            "auto_poweron": "true",
            "memory-ratio-hvm": "0.25",
            "cpuid_feature_mask": "",
        },
        "gui_config": {},
        "blobs": {},
        "tags": [],
        "wlb_url": "",
        "wlb_username": "",
        "wlb_enabled": False,
        "wlb_verify_cert": False,
        "redo_log_enabled": False,
        "redo_log_vdi": NULL_REF,
        "vswitch_controller": "",
        "restrictions": {f"restrict_{name}": "false" for name in _RESTRICTIONS},
        "metadata_VDIs": [],
    }


def _ha(snapshot: Snapshot) -> Record:
    pool = snapshot.pool
    failures = pool.ha_failures
    return {
        "ha_enabled": pool.ha,
        "ha_configuration": {"timeout": "60"} if pool.ha else {},
        "ha_statefiles": [ref_of(uuid_of("VDI", "HA statefile"))] if pool.ha else [],
        "ha_host_failures_to_tolerate": str(failures),
        "ha_plan_exists_for": str(failures),
        "ha_allow_overcommit": False,
        "ha_overcommitted": False,
    }


_SINCE_7: Record = {
    "allowed_operations": ["cluster_create", "ha_disable"],
    "current_operations": {},
    "igmp_snooping_enabled": False,
    "health_check_config": {},
    "ha_cluster_stack": "xhad",
    "guest_agent_config": {},
    "cpu_info": {"vendor": "GenuineIntel", "socket_count": "6", "cpu_count": "48"},
    "policy_no_vendor_device": False,
    "live_patching_disabled": False,
    "uefi_certificates": "",
}
_SINCE_83: Record = {
    "custom_uefi_certificates": "",
    "is_psr_pending": False,
    "tls_verification_enabled": True,
    "client_certificate_auth_enabled": False,
    "client_certificate_auth_name": "",
    "repositories": [],
    "repository_proxy_url": "",
    "repository_proxy_username": "",
    "repository_proxy_password": NULL_REF,
    "migration_compression": False,
    "coordinator_bias": True,
    "telemetry_uuid": NULL_REF,
    "telemetry_frequency": "weekly",
    "telemetry_next_collection": NEVER,
    "last_update_sync": NEVER,
    "update_sync_frequency": "weekly",
    "update_sync_day": "0",
    "update_sync_enabled": False,
    "ha_reboot_vm_on_internal_shutdown": True,
    "recommendations": {},
    "license_server": {"address": "localhost", "port": "27000"},
    "ext_auth_max_threads": "1",
    "ext_auth_cache_enabled": False,
    "ext_auth_cache_size": "50",
    "ext_auth_cache_expiry": "300",
    "local_auth_max_threads": "8",
    "limit_console_sessions": False,
    "vm_console_idle_timeout": "0",
}
