"""Who answers an ARP request that leaves by a NIC, and whom a host remembers."""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from exporter.demo.bonds import Bond
from exporter.demo.chassis import Chassis
from exporter.demo.hosts import HostState
from exporter.demo.pool.modular import NFS_SERVER
from exporter.demo.switches import Switch

LATE = 0.7
"""Seconds by which a slow gateway answers late."""
_QUICKEST, _JITTER, _MICROSECOND = 180, 120, 1e-6
_NFS_MAC = "02:15:17:fc:00:01"
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers: its MAC, and the seconds it takes to."""

    mac: str
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entry of a host's ARP table."""

    address: str
    mac: str
    device: str


def neighbours(chassis: Chassis, host: HostState) -> Iterator[Neighbour]:
    """The gateways, as the host learnt them before anything broke."""
    for bond in host.bonds:
        address = chassis.core.gateways[bond.name]
        yield Neighbour(address, chassis.core.mac(bond.name), bond.bridge)


def is_own(host: HostState, address: str) -> bool:
    """Whether the host itself has this IPv4 address."""
    return address == _LOOPBACK or any(bond.address == address for bond in host.bonds)


def answerer(chassis: Chassis, host: HostState, nic: str, address: str) -> Answerer | None:
    """Who answers when the host asks through a NIC; None where nobody is heard."""
    found = host.nic(nic)
    if found is None or not found[1].carrier:
        return None
    here = _switch(chassis, nic)
    owner = _owner(chassis, found[0].name, address, here)
    return owner or (Answerer(here.proxy_mac) if here.proxy else None)


def round_trip(who: Answerer, *names: str) -> float:
    """Seconds: a few hundred microseconds that depend on the names alone."""
    jitter = crc32("/".join(names).encode()) % _JITTER
    return round(who.delay + (_QUICKEST + jitter) * _MICROSECOND, 6)


def _switch(chassis: Chassis, nic: str) -> Switch:
    return next(switch for switch in chassis.switches.values() if nic in switch.ports)


def _owner(chassis: Chassis, bond: str, address: str, here: Switch) -> Answerer | None:
    """Whoever has the address in a bond's network, where frames from `here` get to it."""
    core = chassis.core
    if address == core.gateways[bond]:
        answers = core.alive and here.reaches(None)
        return Answerer(core.mac(bond), LATE if core.slow else 0.0) if answers else None
    if address == NFS_SERVER:
        answers = bond == "bond0" and chassis.pool.nfs_answers and here.reaches(None)
        return Answerer(_NFS_MAC) if answers else None
    return next(_hosts(chassis, bond, address, here), None)


def _hosts(chassis: Chassis, bond: str, address: str, here: Switch) -> Iterator[Answerer]:
    for host in chassis.hosts.values():
        theirs = host.bond(bond)
        if theirs and theirs.address == address and host.name not in chassis.pool.lost:
            yield from _answering(chassis, theirs, here)


def _answering(chassis: Chassis, bond: Bond, here: Switch) -> Iterator[Answerer]:
    """A host answers through its active member."""
    if bond.active and here.reaches(_switch(chassis, bond.active)):
        yield Answerer(bond.mac)
