"""What a simulated dom0 claims to be: versions of the tools whose text it speaks."""

from dataclasses import dataclass
from typing import Literal

from exporter.demo.storage import Failback


@dataclass(frozen=True, slots=True)
class Flavour:
    """A product and the tools it ships."""

    key: str
    product: str
    release: str
    """Line of /etc/redhat-release."""
    ovs: Literal["1.0.99", "2.5.3", "2.17.7"]
    multipath: Literal["0.4.7", "0.4.9"]
    openssh: str
    legacy: bool
    """The SSH server knows only the algorithms of OpenSSH 4.3."""
    forwards_sockets: bool
    """OpenSSH 6.7 and later forward unix sockets (`direct-streamlocal@openssh.com`)."""
    failback: Failback
    version: tuple[int, int, int]
    """Of the product, for what depends on it."""
    kernel: str
    """What `uname -r` prints."""
    multipath_rpm: str
    """Version and release of device-mapper-multipath."""
    xapi_socket: str
    python: str
    """What `python` is."""
    python3: str | None
    """What `python3` is; None where there is none."""
    fio: str
    """Version of fio, which the operator installed; none of the products ships one."""

    @property
    def brand(self) -> str:
        """XenServer or XCP-ng."""
        return self.product.partition(" ")[0]


XENSERVER_602 = Flavour(
    key="xenserver602",
    product="XenServer 6.0.2",
    release="XenServer release 6.0.2-53456p (xenenterprise)",
    ovs="1.0.99",
    multipath="0.4.7",
    openssh="OpenSSH_4.3",
    legacy=True,
    forwards_sockets=False,
    failback="immediate",
    version=(6, 0, 2),
    kernel="2.6.32.12-0.7.1.xs6.0.2.542.170665xen",
    multipath_rpm="0.4.7-46.xs609",
    xapi_socket="/var/xapi/xapi",
    python="2.4.3",
    python3=None,
    fio="2.0.8",
)
XCPNG_82 = Flavour(
    key="xcp82",
    product="XCP-ng 8.2",
    release="XCP-ng release 8.2.1 (xenenterprise)",
    ovs="2.5.3",
    multipath="0.4.9",
    openssh="OpenSSH_7.4",
    legacy=False,
    forwards_sockets=True,
    failback="manual",
    version=(8, 2, 1),
    kernel="4.19.0+1",
    multipath_rpm="0.4.9-121.xs+1.2.xcpng8.2",
    xapi_socket="/var/lib/xcp/xapi",
    python="2.7.5",
    python3=None,
    fio="3.7",
)
XCPNG_83 = Flavour(
    key="xcp83",
    product="XCP-ng 8.3",
    release="XCP-ng release 8.3.0 (xenenterprise)",
    ovs="2.17.7",
    multipath="0.4.9",
    openssh="OpenSSH_7.4",
    legacy=False,
    forwards_sockets=True,
    failback="manual",
    version=(8, 3, 0),
    kernel="4.19.0+1",
    multipath_rpm="0.4.9-136.xcpng8.3",
    xapi_socket="/var/lib/xcp/xapi",
    python="2.7.5",
    python3="3.6.8",
    fio="3.42",
)
FLAVOURS = (XENSERVER_602, XCPNG_82, XCPNG_83)
