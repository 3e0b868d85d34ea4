"""What can be scraped: hosts, guests and pools."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from collectors.inventory import HostInventory
from exporter.config.problems import nearest, readable
from exporter.config.xapi import XapiSettings
from exporter.hosts.settings import Settings

POOL_PREFIX = "pool:"
_LISTED = 10


class UnknownTarget(LookupError):
    """No host, or no pool, has this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        listed = ", ".join(names[:_LISTED]) + more
        super().__init__(
            f'unknown target "{readable(name)}"{nearest(name, names)}; known: {listed}'
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Target:
    """One host, or one guest, to scrape."""

    name: str
    pool: str
    settings: Settings
    inventory: HostInventory
    xapi: XapiSettings = field(default_factory=XapiSettings)
    guest: bool = False
    """Whether it is no member of its pool: nothing is looked at but its disk probes."""

    @property
    def labels(self) -> dict[str, str]:
        """The labels every series of this host or guest carries."""
        return {"pool": self.pool, "host": self.name}

    def reached_as(self, other: object) -> bool:
        """Whether nothing differs but what is expected of it."""
        return isinstance(other, Target) and replace(other, inventory=self.inventory) == self


@dataclass(frozen=True, slots=True)
class PoolTarget:
    """A pool to scrape: what its members know in common."""

    pool: str
    members: tuple[Target, ...]
    inventory: HostInventory = field(default_factory=HostInventory)

    @property
    def name(self) -> str:
        """The scrape target; no host can have this name, since a colon is in it."""
        return f"{POOL_PREFIX}{self.pool}"

    @property
    def labels(self) -> dict[str, str]:
        """The labels every series of this pool carries; hosts are labels of their own there."""
        return {"pool": self.pool}


def pools_of(targets: Iterable[Target]) -> tuple[PoolTarget, ...]:
    """The pools of some hosts, in the order of their first hosts. Guests are no members."""
    members: dict[str, list[Target]] = {}
    for target in targets:
        if not target.guest:
            members.setdefault(target.pool, []).append(target)
    return tuple(
        PoolTarget(pool, tuple(found), _in_common([target.inventory for target in found]))
        for pool, found in members.items()
    )


def _in_common(inventories: Sequence[HostInventory]) -> HostInventory:
    """The storage paths that all of these expect alike: what a pool's LUNs should have."""
    first, *others = inventories
    paths = {inventory.paths_per_map for inventory in inventories}
    maps = {
        wwid: expected
        for wwid, expected in first.maps.items()
        if all(other.maps.get(wwid) == expected for other in others)
    }
    return HostInventory(paths_per_map=paths.pop() if len(paths) == 1 else None, maps=maps)
