"""host and host_metrics as the API shows them."""

from exporter.demo.hosts import HostState
from exporter.demo.pool.entries import GIB
from exporter.demo.pool.host_fields import OF_ALL_VERSIONS, SINCE_61, SINCE_70, SINCE_83
from exporter.demo.pool.names import NULL_REF, ref_of, uuid_of
from exporter.demo.pool.snapshot import NEVER, Record, Snapshot, Table, known, numbered, refs
from exporter.demo.pool.updates_tables import (
    UPDATES_SINCE,
    host_patch_uuid,
    hotfixes_of,
    update_uuid,
)

_MEMORY = 48 * GIB


def hosts(snapshot: Snapshot) -> Table:
    """The class host."""
    return {ref_of(host.uuid): _host(snapshot, host) for host in snapshot.chassis.hosts.values()}


def host_metrics(snapshot: Snapshot) -> Table:
    """The class host_metrics."""
    table = {}
    for host in snapshot.chassis.hosts.values():
        uuid = _metrics_uuid(host)
        used = sum(domain.memory for domain in snapshot.pool.domains[host.name])
        table[ref_of(uuid)] = {
            "uuid": uuid,
            "memory_total": str(_MEMORY),
            "memory_free": str(max(0, _MEMORY - used)),
            "live": snapshot.is_live(host.name),
            "last_updated": NEVER,
            "other_config": {},
        }
    return table


def _metrics_uuid(host: HostState) -> str:
    return uuid_of("host_metrics", host.name)


def _host(snapshot: Snapshot, host: HostState) -> Record:
    own = _own(snapshot, host)
    since_70 = SINCE_70 | _own_since_70(snapshot, host)
    layers = (((6, 1, 0), SINCE_61), ((7, 0, 0), since_70), ((8, 3, 0), SINCE_83))
    return known(snapshot.version, OF_ALL_VERSIONS | own, *layers)


def _own(snapshot: Snapshot, host: HostState) -> Record:
    patches = hotfixes_of(snapshot.pool, host.name) if snapshot.version < UPDATES_SINCE else []
    dmp = {"multipathing": "true", "multipathhandle": "dmp"}
    iqn = f"iqn.2012-04.example.demo:{host.name}"
    return {
        "uuid": host.uuid,
        "name_label": host.name,
        "name_description": "Default install of XenServer",
        "software_version": _software_version(host),
        "other_config": {"agent_start_time": "1332000000.", "iscsi_iqn": iqn, **dmp},
        "resident_VMs": refs([vm.uuid for vm in snapshot.vms_of_host[host.name]]),
        "PIFs": numbered("PIF", host.name, 6),
        "patches": refs([host_patch_uuid(patch, host.name) for patch in patches]),
        "PBDs": refs([pbd.uuid for pbd in snapshot.pbds_of_host[host.name]]),
        "host_CPUs": numbered("host_cpu", host.name, 8),
        "hostname": host.name,
        "address": host.address,
        "metrics": ref_of(_metrics_uuid(host)),
        "ha_statefiles": [ref_of(uuid_of("VDI", "HA statefile"))],
        "ha_network_peers": [peer.uuid for peer in snapshot.chassis.hosts.values()],
    }


def _own_since_70(snapshot: Snapshot, host: HostState) -> Record:
    updates = hotfixes_of(snapshot.pool, host.name) if snapshot.knows(UPDATES_SINCE) else []
    return {
        "control_domain": ref_of(uuid_of("VM", f"Control domain on host: {host.name}")),
        "updates": refs([update_uuid(update) for update in updates]),
        "iscsi_iqn": f"iqn.2012-04.example.demo:{host.name}",
        "PCIs": numbered("PCI", host.name, 3),
        "certificates": numbered("Certificate", host.name, 1),
        "local_cache_sr": NULL_REF,
    }


def _software_version(host: HostState) -> dict[str, str]:
    flavour = host.flavour
    version = ".".join(str(part) for part in flavour.version)
    old = flavour.version < (7, 0, 0)
    return {
        "product_version": version,
        "product_version_text": version,
        "product_version_text_short": version.rpartition(".")[0],
        "product_brand": flavour.brand,
        "product_name": "xenenterprise",
        "build_number": "53456p" if old else "release/demo/master/7",
        "hostname": "localhost",
        "date": "2012-03-05" if old else "2025-03-19",
        "dbv": "2012.0305" if old else "0.0.1",
        "xapi": "1.3" if old else "1.20",
        "xen": "4.1.1" if old else "4.13.5-9.40",
        "linux": flavour.kernel,
        "xencenter_min": "1.9" if old else "2.16",
        "xencenter_max": "1.9" if old else "2.16",
        "network_backend": "openvswitch",
    }
