"""Files of a simulated dom0 that tell how it is set up."""

from collections.abc import Iterator

from exporter.demo.command import Dom0
from exporter.demo.flavours import Flavour
from exporter.demo.pool.names import uuid_of
from exporter.demo.pool.records import NFS_TYPES, Pbd

OPERATOR_FILTER = '[ "r|/dev/sd.*|", "r|/dev/xvd.|", "r|/dev/VG_Xen.*/*|"]'
_MULTIPATH = """\
# Intel Modular Server: both controllers, the owner of a disk first
defaults {{
    user_friendly_names no
    polling_interval 5
}}
devices {{
    device {{
        vendor "Intel"
        product "Multi-Flex"
        path_grouping_policy group_by_prio
        path_checker tur
        {priority} alua
        hardware_handler "1 alua"
        failback {failback}
        no_path_retry queue
        rr_min_io 100
    }}
}}
"""
_MULTIPATH_AS_SHIPPED = """\
defaults {
    user_friendly_names no
    path_grouping_policy multibus
}
"""
_LVM = """\
# LVM keeps off what multipath owns
devices {{
    dir = "/dev"
    scan = [ "/dev" ]
    preferred_names = [ ]
    # filter = [ "r|/dev/cdrom|" ]
    {filter}
    cache_dir = "/etc/lvm/cache"
    write_cache_state = 0
}}
"""
_NFS_OPTIONS = "rw,relatime,vers=3,rsize=131072,wsize=131072,hard,proto=tcp,addr={server}"
_ISO_OPTIONS = "ro,relatime,vers=3,rsize=131072,wsize=131072,soft,proto=tcp,addr={server}"


def pool_conf(dom0: Dom0) -> str:
    """/etc/xensource/pool.conf: whom the host takes for its coordinator."""
    chassis = dom0.model.chassis
    coordinator = chassis.pool.coordinator
    own = coordinator == dom0.name
    return "master" if own else f"slave:{chassis.hosts[coordinator].address}"


def _drifted(dom0: Dom0) -> bool:
    return dom0.name in dom0.model.chassis.pool.drifted


def multipath_conf(dom0: Dom0) -> str:
    """/etc/multipath.conf: the operator's, or what the product ships."""
    return _MULTIPATH_AS_SHIPPED if _drifted(dom0) else operators_multipath_conf(dom0.state.flavour)


def operators_multipath_conf(flavour: Flavour) -> str:
    """/etc/multipath.conf as the operator wrote it for a product."""
    priority = "prio_callout" if flavour.multipath == "0.4.7" else "prio"
    return _MULTIPATH.format(priority=priority, failback=flavour.failback)


def lvm_conf(dom0: Dom0) -> str:
    """/etc/lvm/lvm.conf, with the operator's filter or one that accepts everything."""
    accepted = '[ "a/.*/" ]' if _drifted(dom0) else OPERATOR_FILTER
    return _LVM.format(filter=f"filter = {accepted}")


def mounts(dom0: Dom0) -> str:
    """/proc/mounts: also what a dead server should serve."""
    barrier = "" if _drifted(dom0) else ",nobarrier"
    lines = [
        "rootfs / rootfs rw 0 0",
        f"/dev/mapper/boot1 / ext3 rw,noatime{barrier},data=ordered 0 0",
        "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
        "sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0",
        *(_nfs_mount(dom0, pbd) for pbd in _mounted(dom0)),
    ]
    return "".join(f"{line}\n" for line in lines)


def nfs_mounts(dom0: Dom0) -> Iterator[tuple[str, str]]:
    """Mount points of SRs on a file server, each with the SR's uuid."""
    return ((_point(dom0, pbd), pbd.sr) for pbd in _mounted(dom0))


def _mounted(dom0: Dom0) -> Iterator[Pbd]:
    pool = dom0.model.chassis.pool
    for pbd in pool.pbds_of(dom0.name):
        is_there = pbd.attached and pbd.mounted
        if is_there and pbd.nfs_server and pool.srs[pbd.sr].type in NFS_TYPES:
            yield pbd


def _point(dom0: Dom0, pbd: Pbd) -> str:
    """/var/run is a link to /run since 7.0."""
    run = "/var/run" if dom0.state.flavour.version < (7, 0, 0) else "/run"
    return f"{run}/sr-mount/{pbd.sr}"


def _nfs_mount(dom0: Dom0, pbd: Pbd) -> str:
    own = f"{pbd.nfs_server}:{pbd.device_config.get('serverpath')}/{pbd.sr}"
    source = pbd.device_config.get("location", own)
    is_library = dom0.model.chassis.pool.srs[pbd.sr].type == "iso"
    options = (_ISO_OPTIONS if is_library else _NFS_OPTIONS).format(server=pbd.nfs_server)
    return f"{source} {_point(dom0, pbd)} nfs {options} 0 0"


def inventory(dom0: Dom0) -> str:
    """/etc/xensource-inventory."""
    flavour, state = dom0.state.flavour, dom0.state
    entries = {
        "PRODUCT_BRAND": flavour.brand,
        "PRODUCT_NAME": "xenenterprise",
        "PRODUCT_VERSION": ".".join(str(part) for part in flavour.version),
        "KERNEL_VERSION": flavour.kernel,
        "INSTALLATION_UUID": state.uuid,
        "CONTROL_DOMAIN_UUID": uuid_of("VM", f"Control domain on host: {state.name}"),
        "MANAGEMENT_INTERFACE": "xapi0",
        "MANAGEMENT_ADDRESS_TYPE": "IPv4",
        "PRIMARY_DISK": f"/dev/disk/by-id/scsi-{state.storage.disks[0].wwid}",
    }
    return "".join(f"{key}='{value}'\n" for key, value in entries.items())
