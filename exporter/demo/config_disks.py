"""The disk probes of the configuration that fits the demo pool."""

from collections.abc import Iterator, Sequence

from exporter.demo.disks import Disk
from exporter.demo.model import Chassis
from exporter.demo.pool.records import Pool

PROFILES = {
    "ssd": ("random-read-aio", "random-read", "hdparm"),
    "sas": ("random-read-aio", "random-read"),
}
"""What is measured of each storage class."""
_OFTEN = {"every": "1m", "jitter": "5s"}
"""So that a fault is soon seen."""


def disk_probes(chassis: Chassis, hosts: Sequence[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Probes by their names, on the host with the newest product, the shared disk first."""
    host = max(hosts, key=lambda name: chassis.hosts[name].flavour.version)
    for disk in reversed(chassis.hosts[host].storage.disks):
        for profile in PROFILES[disk.storage_class]:
            where = {"host": host, "device": f"/dev/mapper/{disk.wwid}"}
            what = {"profile": profile, "storage_class": disk.storage_class}
            name = f"{disk.storage_class}-{profile}"
            yield name, {**where, **what, **_sr_on(chassis.pool, host, disk), **_OFTEN}


def _sr_on(pool: Pool, host: str, disk: Disk) -> dict[str, str]:
    """The SR on a disk: a shared one by its SCSI id, on the boot disk the host's local one."""
    for pbd in pool.pbds_of(host):
        sr = pool.srs[pbd.sr]
        if pbd.scsi_id == disk.wwid or (disk.boots and sr.host == host):
            return {"sr": sr.name}
    return {}
