"""What a text says is well, as a set: damage may take from it and must never add to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from collectors.bond_show import Bond
from collectors.dmsetup import KernelMap
from collectors.lacp_show import LacpBond
from collectors.list_domains import Domain
from collectors.multipath_records import Map, path_healthy
from collectors.multipathd import RawPath
from collectors.parsing import Parsed
from collectors.proc_bonding import LinuxBond
from tests.fuzz.subjects import subjects

Fact = tuple[Any, ...]
"""The object, such as a map's WWID, then its part and what is well."""
Facts = Iterator[Fact]


def of_maps(maps: Iterable[Map]) -> Facts:
    """Every healthy path, with the map that it is in."""
    for one in maps:
        for group in one.groups:
            for path in group.paths:
                if path_healthy(path, group):
                    yield one.wwid, path.hctl, path.device, path.major, path.minor


def of_raw_paths(paths: Iterable[RawPath]) -> Facts:
    """Every path that the kernel and the checker call good."""
    for path in paths:
        if path.dm_state == "active" and path.checker_state in ("ready", "ghost"):
            yield path.wwid, path.hctl, path.device, path.major, path.minor


def of_bonds(bonds: Iterable[Bond]) -> Facts:
    """Every member that is enabled, and that which is active.

    Active only where members have lines of their own beside the mark: in the text of 1.0 and 1.2
    the mark is the only one, and a member whose line is lost leaves it to the member above.
    """
    for bond in bonds:
        for member in bond.members:
            if member.enabled:
                yield bond.bond, member.name, "enabled"
            if member.active and member.may_enable is not None:
                yield bond.bond, member.name, "active"


def of_linux_bonds(bonds: Iterable[LinuxBond]) -> Facts:
    """Every member that is up, and that which is active; the text names no bond."""
    for bond in bonds:
        if bond.active_member is not None:
            yield None, bond.active_member, "active"
        for member in bond.members:
            if member.mii_up:
                yield None, member.name, "up"


def of_lacp(bonds: Iterable[LacpBond]) -> Facts:
    """Every member whose partner answers, and that which is attached."""
    for bond in bonds:
        for member in bond.members:
            if member.current:
                yield bond.bond, member.name, "current"
            if member.attached:
                yield bond.bond, member.name, "attached"


def of_domains(domains: Iterable[Domain]) -> Facts:
    """Every domain that is neither dying nor shut down nor paused."""
    for domain in domains:
        if (domain.dying, domain.shutdown, domain.paused) == (False, False, False):
            yield domain.domid, domain.uuid


def of_kernel_maps(maps: Iterable[KernelMap]) -> Facts:
    """Every path that the kernel calls active, with its map."""
    for one in maps:
        for group in one.groups:
            for path in group.paths:
                if path.state == "active":
                    yield one.name, path.major, path.minor


def of_fields(records: Iterable[Mapping[str, str]]) -> Facts:
    """Every field that is true of an object of xe, such as `currently-attached` of a PBD."""
    for record in records:
        for key, value in record.items():
            if value == "true":
                yield record.get("uuid"), key


HEALTH: Mapping[str, Callable[[Iterable[Any]], Facts]] = {
    "multipath": of_maps,
    "multipath-json": of_maps,
    "multipath-raw": of_raw_paths,
    "bond-show": of_bonds,
    "proc-net-bonding": of_linux_bonds,
    "lacp-show": of_lacp,
    "list-domains": of_domains,
    "dmsetup-status": of_kernel_maps,
    "xe": of_fields,
    "xe-complete": of_fields,
}
"""What is well, by subject."""


def healthy(name: str, raw: bytes) -> frozenset[Fact]:
    """What the subject finds well in a text; nothing where it refuses it."""
    found = subjects()[name].try_to(raw)
    return frozenset(HEALTH[name](found.records)) if isinstance(found, Parsed) else frozenset()


def added(name: str, before: frozenset[Fact], damaged: bytes) -> set[Fact]:
    """What a damaged text says is well and the whole one does not.

    An object whose name is lost says of its parts what it said with its name.
    """
    unnamed = {fact[1:] for fact in before}
    new = healthy(name, damaged) - before
    return {fact for fact in new if fact[0] is not None or fact[1:] not in unnamed}
