"""The pool of the demo, as its operator set it up."""

from collections.abc import Iterator, Mapping

from exporter.demo.hosts import HostState
from exporter.demo.pool.entries import GIB, Hotfix, Task, Vm
from exporter.demo.pool.guests import domains_of
from exporter.demo.pool.records import PathCounts, Pbd, Pool, Sr
from exporter.demo.pool.updates_tables import UPDATES_SINCE

NFS_SERVER = "192.0.2.9"
_EXPORTS = {"iso": "/export/iso", "vhd": "/export/vhd"}
TOOLS_LOCATION = "/opt/xensource/packages/iso"
ROLES = ("web", "db", "mail")
"""Guests of every host: `web1`, `db1`, `mail1` on the first."""
_DOM0_MEMORY = {6: 752 << 20}
_HOTFIXES = ("XS602E001", "XS602E003", "XS602E004", "XS602E005")


def modular_pool(hosts: Mapping[str, HostState], lun: str | None) -> Pool:
    """SRs on the chassis's shared LUN (its SCSI id) and on NFS, and a few VMs on every host."""
    names = list(hosts)
    srs = [*_shared_srs(lun), *(_local_sr(name) for name in names)]
    pbds = [pbd for sr in srs for pbd in pbds_of(sr, hosts, _device_config(sr, lun))]
    vms = {vm.uuid: vm for vm in _vms(hosts)}
    return Pool(
        coordinator=names[0],
        srs={sr.uuid: sr for sr in srs},
        pbds={pbd.uuid: pbd for pbd in pbds},
        vms=vms,
        domains={name: domains_of(vms, name) for name in names},
        tasks=(_scan(),),
        hotfixes=tuple(_hotfixes(hosts)),
    )


def _shared_srs(lun: str | None) -> Iterator[Sr]:
    if lun is not None:
        yield Sr(
            "IMS LUN0",
            "lvmohba",
            description="Hardware HBA SR [Intel - /dev/mapper/" + lun + "]",
            size=420 * GIB,
            used=96 * GIB,
            allocated=120 * GIB,
            sm_config={"allocation": "thick", "use_vhd": "true", "multipathable": "true"},
            disks=6,
        )
    yield Sr(
        "NFS ISO library",
        "iso",
        "iso",
        f"NFS ISO Library [{NFS_SERVER}:{_EXPORTS['iso']}]",
        size=900 * GIB,
        used=31 * GIB,
        allocated=31 * GIB,
        sm_config={"iso_type": "nfs_iso"},
        other_config={"auto-scan": "true"},
        disks=9,
    )
    yield Sr(
        "NFS VHDs",
        "nfs",
        description=f"NFS SR [{NFS_SERVER}:{_EXPORTS['vhd']}]",
        size=900 * GIB,
        used=210 * GIB,
        allocated=260 * GIB,
        other_config={"auto-scan": "true"},
        disks=4,
    )
    tools = {"xenserver_tools_sr": "true", "xensource_internal": "true"}
    tools["i18n-key"] = "xenserver-tools"
    description = "XenServer Tools ISOs"
    yield Sr("XenServer Tools", "iso", "iso", description, size=-1, other_config=tools, disks=1)


def _local_sr(host: str) -> Sr:
    return Sr(
        "Local storage", "lvm", "user", host=host, size=92 * GIB, other_config={}, used=4 << 20
    )


def _device_config(sr: Sr, lun: str | None) -> dict[str, str]:
    if sr.is_tools:
        return {"location": TOOLS_LOCATION, "legacy_mode": "true"}
    if sr.type == "iso":
        return {"location": f"{NFS_SERVER}:{_EXPORTS['iso']}", "type": "nfs_iso"}
    if sr.type == "nfs":
        return {"server": NFS_SERVER, "serverpath": _EXPORTS["vhd"]}
    if sr.type == "lvmohba" and lun:
        return {"SCSIid": lun}
    return {"device": "/dev/mapper/boot-part3"}


def pbds_of(sr: Sr, hosts: Mapping[str, HostState], config: Mapping[str, str]) -> Iterator[Pbd]:
    """A PBD for every host that is to attach the SR."""
    for host in hosts.values():
        if sr.host in (None, host.name):
            paths = host.paths_to(config.get("SCSIid", ""))
            counts = PathCounts(paths, paths) if paths is not None else None
            yield Pbd(sr.uuid, host.name, config, counts=counts)


def _vms(hosts: Mapping[str, HostState]) -> Iterator[Vm]:
    for number, host in enumerate(hosts.values(), start=1):
        dom0 = _DOM0_MEMORY.get(host.flavour.version[0], 4 * GIB)
        control = f"Control domain on host: {host.name}"
        yield Vm(control, "control domain", host.name, 0, "Running", dom0, 4)
        for domid, role in enumerate(ROLES, start=1):
            hvm = role == "db"
            name = f"{role}{number}"
            yield Vm(name, "guest", host.name, domid, "Running", 2 * GIB, 2, hvm, host.name)
    yield Vm("old-web", home=next(iter(hosts)), memory=2 * GIB)
    yield Vm("Debian Squeeze 6.0 (32-bit)", "template")
    yield Vm("web1 before the upgrade", "snapshot", memory=2 * GIB, snapshot_of="web1")


def _scan() -> Task:
    """What finished before anybody looked."""
    uuid = "7d6ff2a5-0c11-4d0e-9d10-3f7d6a1b2c3d"
    return Task(uuid, "SR.scan", -300.0, "success", 1.0, -298.0)


def _hotfixes(hosts: Mapping[str, HostState]) -> Iterator[Hotfix]:
    old = tuple(host.name for host in hosts.values() if host.flavour.version < (6, 1, 0))
    new = tuple(host.name for host in hosts.values() if host.flavour.version >= UPDATES_SINCE)
    for name in _HOTFIXES if old else ():
        yield Hotfix(name, f"Hotfix {name} for XenServer 6.0.2", 64 << 20, old)
    if new:
        yield Hotfix("demo-supplemental-pack", "Drivers of the chassis", 5 << 20, new)
