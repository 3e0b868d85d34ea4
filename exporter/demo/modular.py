"""The chassis of the demo: an Intel Modular Server as its operator set it up."""

from collections.abc import Mapping
from itertools import cycle, islice

from exporter.demo.arrays import Array
from exporter.demo.bonds import Bond, Member
from exporter.demo.chassis import RESET_SECONDS, Chassis, Controller
from exporter.demo.disks import Disk
from exporter.demo.flavours import FLAVOURS, Flavour
from exporter.demo.hosts import HostState
from exporter.demo.pool.modular import modular_pool
from exporter.demo.storage import booted
from exporter.demo.switches import Switch

SWITCHES = {"switch1": ("eth0", "eth1"), "switch2": ("eth2", "eth3")}
CONTROLLERS = ("scm1", "scm2")
SHARED_DISK = Disk("222ac00015543fe63", dm=5, lun=10, gib=420, owner="scm1", storage_class="ssd")
FIRST_BOOT_DISK = Disk("22202000155fdb615", dm=0, lun=0, gib=100, owner="scm1")
BONDS = {"bond0": ("eth0", "eth2"), "bond1": ("eth1", "eth3")}
"""Bonds and their members; the first of each, on switch 1, is the preferred one."""

_HASH_ORDER = {"bond0": ("eth2", "eth0"), "bond1": ("eth1", "eth3")}
"""The order in which unsorted `bond/show` of 1.x listed the operator's members."""
_FIRST_PID = 4211
_FIRST_ADDRESS, _FIRST_NET = 11, 240
_NETWORKS = {"bond0": ("192.0.2", "198.18"), "bond1": ("198.51.100", "198.19")}
"""Where the first hosts have their addresses, and all others."""


def modular_chassis(
    hosts: int = 3, *, shared_disk: bool = True, reset_seconds: float = RESET_SECONDS
) -> Chassis:
    """Two switches, two storage controllers, and hosts: the first three are one of each flavour."""
    names = {"xenserver602": "xenserver1"}
    states = {}
    for number, flavour in enumerate(islice(cycle(FLAVOURS), hosts)):
        first = number < len(FLAVOURS)
        name = names.get(flavour.key, flavour.key) if first else f"{flavour.key}-{number + 1:03}"
        states[name] = _host(name, number, flavour, shared_disk)
    return Chassis(
        switches={name: Switch(name, frozenset(ports)) for name, ports in SWITCHES.items()},
        controllers={name: Controller(name) for name in CONTROLLERS},
        hosts=states,
        arrays=_arrays(states),
        pool=modular_pool(states, SHARED_DISK.wwid if shared_disk else None),
        reset_seconds=reset_seconds,
    )


def _arrays(hosts: Mapping[str, HostState]) -> dict[str, Array]:
    """One of every class that a host has a disk of."""
    disks = (disk for host in hosts.values() for disk in host.storage.disks)
    return {
        name: Array(name) for name in sorted({disk.storage_class for disk in disks}, reverse=True)
    }


def _host(name: str, number: int, flavour: Flavour, shared_disk: bool) -> HostState:
    bonds = tuple(_bond(bond, number) for bond in BONDS)
    disks = (_boot_disk(number), *((SHARED_DISK,) if shared_disk else ()))
    storage = booted(disks, CONTROLLERS, flavour.failback)
    return HostState(name, flavour, _FIRST_PID + number, bonds, storage)


def _address(bond: str, number: int) -> str:
    """From the ranges kept for documentation and benchmarks: nothing real has them."""
    few, many = _NETWORKS[bond]
    if number < _FIRST_NET:
        return f"{few}.{_FIRST_ADDRESS + number}"
    return f"{many}.{number >> 8}.{number & 0xFF}"


def _bond(name: str, host: int) -> Bond:
    members = tuple(Member(nic, _mac(host, nic)) for nic in _HASH_ORDER[name])
    preferred = BONDS[name][0]
    bridge = {"bond0": "xapi0", "bond1": "xapi1"}[name]
    address = _address(name, host)
    return Bond(name, bridge, members, preferred, _mac(host, preferred), address=address)


def _mac(host: int, nic: str) -> str:
    """A locally administered address, one for every host and NIC."""
    return f"02:15:17:{host >> 8:02x}:{host & 0xFF:02x}:{int(nic.removeprefix('eth')):02x}"


def _boot_disk(number: int) -> Disk:
    """Boot disks belong to the two controllers in turn, as the chassis spreads them."""
    if number == 0:
        return FIRST_BOOT_DISK
    return Disk(f"222{number:02x}000155{0xFDB615 + number:06x}", 0, 0, 100, CONTROLLERS[number % 2])
