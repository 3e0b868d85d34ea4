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
)
FLAVOURS = (XENSERVER_602, XCPNG_82, XCPNG_83)
