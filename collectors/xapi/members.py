"""The members of a pool: which of their XAPIs to ask first, and what their hosts are called."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from collectors.host import Host
from collectors.xapi.records import PoolHost
from collectors.xapi.source import XapiSource

IDENTITY = ("cat", "/etc/xensource-inventory")
_UUID = re.compile(r"^INSTALLATION_UUID=(['\"]?)([0-9A-Fa-f-]{36})\1\s*$", re.M)


@dataclass(frozen=True, slots=True)
class Member:
    """A host of the inventory. `sources` are the ways to its XAPI, the best first."""

    name: str
    host: Host
    sources: tuple[XapiSource, ...]
    addresses: frozenset[str] = frozenset()
    """Where it is reached: how XAPI may call it when it names its coordinator."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to ask one member."""

    member: Member
    source: XapiSource


def uuid_in(inventory: str) -> str | None:
    """The host's uuid in the text of /etc/xensource-inventory, or None."""
    found = _UUID.search(inventory)
    return found.group(2).lower() if found else None


def attempts(members: Sequence[Member], first: Attempt | None) -> list[Attempt]:
    """Every way to ask: first the one that worked last, then every member's best way.

    A member's unix socket forwards to the coordinator, so any member's socket is cheaper than
    the coordinator's `xe`.
    """
    most = max((len(member.sources) for member in members), default=0)
    ways = [
        Attempt(member, member.sources[rank])
        for rank in range(most)
        for member in members
        if rank < len(member.sources)
    ]
    return sorted(ways, key=lambda way: way != first)


def towards(
    address: str, waiting: Iterable[Attempt], known: Mapping[str, str]
) -> list[Attempt] | None:
    """The waiting attempts with those of the member at `address` first; None: no such member.

    `known` are the names of members by the address that XAPI has for them.
    """

    def is_there(attempt: Attempt) -> bool:
        member = attempt.member
        return address in member.addresses or known.get(address) == member.name

    found = sorted(waiting, key=is_there, reverse=True)
    return found if found and is_there(found[0]) else None


def names_of(
    hosts: Iterable[PoolHost], members: Sequence[Member], known: Mapping[str, str]
) -> dict[str, str]:
    """Host uuid → name to show; `known` are the uuids that hosts gave for themselves.

    A host is a member of the inventory by its own uuid, else by name-label, host name or
    address. One that the inventory does not have is called by its name-label, with its uuid
    where that is the name of another host.
    """
    everyone = list(hosts)
    alike = {host.uuid: _member_like(host, members, set(known.values())) for host in everyone}
    found = Counter(name for uuid, name in alike.items() if uuid not in known)
    ours = {
        uuid: known.get(uuid) or (name if found[name] == 1 else None)
        for uuid, name in alike.items()
    }
    used = Counter(member.name for member in members)
    used.update(host.name for host in everyone if not ours[host.uuid])
    return {host.uuid: ours[host.uuid] or _stranger(host, used) for host in everyone}


def _stranger(host: PoolHost, used: Mapping[str, int]) -> str:
    return (
        host.name if host.name and used[host.name] == 1 else f"{host.name} ({host.uuid})".lstrip()
    )


def _member_like(host: PoolHost, members: Sequence[Member], taken: set[str]) -> str | None:
    free = [member for member in members if member.name not in taken]
    for name in (host.name, host.hostname):
        if any(member.name == name for member in free):
            return name
    at_address = [member.name for member in free if host.address in member.addresses]
    return at_address[0] if len(at_address) == 1 else None
