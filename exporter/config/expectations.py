"""What the operator expects of hosts: bonds, paths of multipath maps, configuration."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from collectors.inventory import ExpectedBond, ExpectedMap, HostInventory
from exporter.config import destinations, hostconfig, probing
from exporter.config.destinations import Destinations, repeated_destinations
from exporter.config.hostconfig import HostConfig
from exporter.config.kinds import EACH_ONCE, Interface, RunDirectory, Word, listed
from exporter.config.probing import Probe, crowded
from exporter.config.problems import Problem, Refused, nearest, readable, repeated
from exporter.config.section import Section

Paths = Annotated[int, Strict(), Field(ge=1, le=1024)]
Members = Annotated[tuple[Interface, ...], Field(min_length=1), EACH_ONCE, listed("[eth0, eth2]")]


class Bond(Section):
    """A bond as it should be."""

    members: Members | None = None
    """a list of interfaces, such as [eth0, eth2]"""
    preferred: Interface | None = None
    """the member that should be active"""
    destinations: Destinations | None = None
    """a list of what should answer through every member, such as [auto, 192.0.2.9]"""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := list(self._inconsistent()):
            raise Refused(problems)
        return self

    def _inconsistent(self) -> Iterator[Problem]:
        yield from repeated(("members",), self.members or ())
        yield from repeated_destinations(self.destinations or ())
        yield from _foreign(self)


class Map(Section):
    """A multipath map as it should be."""

    paths: Paths | None = None
    """a whole number from 1 to 1024"""


class Multipath(Section):
    """The paths storage should have."""

    paths: Paths | None = None
    """paths every map should have: a whole number from 1 to 1024"""
    maps: Mapping[Word, Map] = {}
    """maps that should be there, by quoted WWID, with their own number of paths"""


class Expectations(Section):
    """Bonds, storage paths and configuration, of a pool or of one host."""

    bonds: Mapping[Word, Bond] = {}
    """bonds by name"""
    multipath: Multipath = Multipath()
    """paths and maps"""
    ovs_rundir: RunDirectory | None = None
    """Open vSwitch's run directory on the host (default /var/run/openvswitch)"""
    hostconfig: HostConfig = HostConfig()
    """packages, files, mounts and hotfixes"""
    probe: Probe = Probe()
    """how the destinations of bonds are probed"""


def combine(pool: Expectations, host: Expectations) -> Expectations:
    """What is expected of a host: what the pool says, key by key replaced by the host."""
    bonds = dict(pool.bonds)
    for name, own in host.bonds.items():
        bonds[name] = _over(bonds.get(name, Bond()), own)
    maps = {**pool.multipath.maps, **host.multipath.maps}
    multipath = Multipath.model_construct(
        paths=host.multipath.paths or pool.multipath.paths, maps=maps
    )
    rundir = host.ovs_rundir or pool.ovs_rundir
    return Expectations.model_construct(
        bonds=bonds,
        multipath=multipath,
        ovs_rundir=rundir,
        hostconfig=hostconfig.over(pool.hostconfig, host.hostconfig),
        probe=probing.over(pool.probe, host.probe),
    )


def _over(pool: Bond, own: Bond) -> Bond:
    return Bond.model_construct(
        members=own.members or pool.members,
        preferred=own.preferred or pool.preferred,
        destinations=pool.destinations if own.destinations is None else own.destinations,
    )


def inventory(host: Expectations) -> HostInventory:
    """The record collectors compare with. A map without a number takes the number of all maps."""
    every = host.multipath.paths
    return HostInventory(
        bonds={name: _expected_bond(bond) for name, bond in host.bonds.items()},
        paths_per_map=every,
        maps={wwid: ExpectedMap(m.paths or every) for wwid, m in host.multipath.maps.items()},
        ovs_rundir=host.ovs_rundir,
        hostconfig=hostconfig.expected(host.hostconfig),
        probing=probing.probing(host.probe),
    )


def _expected_bond(bond: Bond) -> ExpectedBond:
    probed = destinations.expected(bond.destinations or ())
    return ExpectedBond(bond.members or (), bond.preferred, probed)


def mismatches(pool: Expectations, host: Expectations) -> Iterator[Problem]:
    """What is wrong with a host only in the light of its pool; paths start at the host."""
    for name, own in host.bonds.items():
        known = pool.bonds.get(name)
        if known is None and own.members is None:
            yield Problem(("bonds", name), _unknown_bond(name, pool))
        elif known is not None:
            yield from (p.below(("bonds", name)) for p in _foreign(_over(known, own)))
    yield from crowded(pool.probe, host.probe)
    for bond, owner, member in shared(combine(pool, host).bonds):
        at = next((name for name in (bond, owner) if name in host.bonds), None)
        if at is not None:
            other = owner if at == bond else bond
            yield Problem(("bonds", at), f"{member} is already a member of {other}")


def _unknown_bond(name: str, pool: Expectations) -> str:
    listed = ", ".join(readable(bond) for bond in sorted(pool.bonds)) or "none"
    return f"unknown bond{nearest(name, pool.bonds)}; give its members, or name one of: {listed}"


def _foreign(bond: Bond) -> Iterator[Problem]:
    if bond.preferred and bond.members and bond.preferred not in bond.members:
        allowed = ", ".join(bond.members)
        message = f"preferred {bond.preferred} is not a member of the bond; allowed: {allowed}"
        yield Problem(("preferred",), message)


def shared(bonds: Mapping[str, Bond]) -> Iterator[tuple[str, str, str]]:
    """Members of two bonds: the bond, the bond that had it first, the member."""
    owners: dict[str, str] = {}
    for name, bond in bonds.items():
        for member in bond.members or ():
            owner = owners.setdefault(member, name)
            if owner != name:
                yield name, owner, member
