"""What the operator expects of hosts: bonds, paths of multipath maps, configuration."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from collectors.inventory import ExpectedBond, ExpectedMap, HostInventory
from exporter.config.hostconfig import HostConfig, expected, over
from exporter.config.kinds import Interface, RunDirectory, Word, listed
from exporter.config.problems import Problem, Refused, nearest, readable, repeated
from exporter.config.section import Section

Paths = Annotated[int, Strict(), Field(ge=1, le=1024)]
Members = Annotated[tuple[Interface, ...], Field(min_length=1), listed("[eth0, eth2]")]


class Bond(Section):
    """A bond as it should be."""

    members: Members | None = None
    """a list of interfaces, such as [eth0, eth2]"""
    preferred: Interface | None = None
    """the member that should be active"""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := [*repeated(("members",), self.members or ()), *_foreign(self)]:
            raise Refused(problems)
        return self


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
        hostconfig=over(pool.hostconfig, host.hostconfig),
    )


def _over(pool: Bond, own: Bond) -> Bond:
    return Bond.model_construct(
        members=own.members or pool.members, preferred=own.preferred or pool.preferred
    )


def inventory(host: Expectations) -> HostInventory:
    """The record collectors compare with. A map without a number takes the number of all maps."""
    every = host.multipath.paths
    return HostInventory(
        bonds={n: ExpectedBond(b.members or (), b.preferred) for n, b in host.bonds.items()},
        paths_per_map=every,
        maps={wwid: ExpectedMap(m.paths or every) for wwid, m in host.multipath.maps.items()},
        ovs_rundir=host.ovs_rundir,
        hostconfig=expected(host.hostconfig),
    )


def mismatches(pool: Expectations, host: Expectations) -> Iterator[Problem]:
    """What is wrong with a host only in the light of its pool; paths start at the host."""
    for name, own in host.bonds.items():
        known = pool.bonds.get(name)
        if known is None and own.members is None:
            yield Problem(("bonds", name), _unknown_bond(name, pool))
        elif known is not None:
            yield from (p.below(("bonds", name)) for p in _foreign(_over(known, own)))
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
