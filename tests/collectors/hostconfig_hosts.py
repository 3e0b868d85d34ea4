"""A host whose configuration is as expected, and what is found when it is not."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from collectors.hostconfig import HostConfig
from collectors.hostconfig_asking import QUERY
from collectors.inventory import ExpectedHostConfig, HostInventory
from tests.collectors.host_in_pool import STATE, ToldPool, found, look, told
from tests.fakes import Answer, FakeHost, refused

DRIVER = "scsi_dh_alua_CBVTrak"
KERNEL = "2.6.32.12-0.7.1.xs6.0.2.542.170665xen"
INITRD = f"stat -c %Y /boot/initrd-{KERNEL}.img"
CONF = "defaults {\n\tuser_friendly_names no\n}\n"
FILTER = 'devices {\n    filter = [ "r|/dev/sd.*|", "r|/dev/xvd.|", "r|/dev/VG_Xen.*/*|"]\n}\n'
MULTIPATH = f"rpm -q --qf {QUERY} device-mapper-multipath"
DRIVERS = f"rpm -q --qf {QUERY} {DRIVER}"
ABSENT = refused("cat: x: No such file or directory\n", 1)
SOUND: dict[str, Answer] = {
    MULTIPATH: "device-mapper-multipath 0.4.7-46.xs7 1300000000\n",
    DRIVERS: f"{DRIVER} 2-1 1340000000\n",
    "uname -r": f"{KERNEL}\n",
    INITRD: "1340000060\n",
    "cat /etc/multipath.conf": CONF,
    "cat /etc/lvm/lvm.conf": FILTER,
    "cat /proc/mounts": "rootfs / rootfs rw 0 0\n/dev/xvda1 / ext3 rw,barrier=0 0 0\n",
}
EXPECTED = ExpectedHostConfig(
    packages={"device-mapper-multipath": "0.4.7-46.xs7"},
    driver=DRIVER,
    multipath_conf_sha256=hashlib.sha256(CONF.encode()).hexdigest(),
    lvm_filter=True,
    mount_options={"/": ("nobarrier",)},
    hotfixes=("XS602E005",),
)


def pool(*hotfixes: str) -> ToldPool:
    """A pool whose first host has these hotfixes."""
    first, second = STATE.hosts
    return ToldPool(told(replace(STATE, hosts=(replace(first, hotfixes=hotfixes), second))))


async def drift(
    changed: Mapping[str, Answer], told_by: ToldPool | None = None, **expected: object
) -> list[tuple[str, str, str]]:
    """What is found on a host that is sound but for `changed`."""
    inventory = HostInventory(hostconfig=replace(EXPECTED, **expected))  # type: ignore[arg-type]
    collector, told_by = HostConfig(), told_by or pool("XS602E005")
    reading = await look(collector, FakeHost({**SOUND, **changed}), told_by, inventory, seconds=1.0)
    return [(f.severity, f.subject, f.text) for f in found(collector, reading, inventory)]
