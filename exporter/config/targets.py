"""The checked configuration as plain records: what the rest of the program works with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collectors.inventory import HostInventory
from exporter.config.expectations import inventory
from exporter.config.model import Document, Host, Log, Pool, Scrape
from exporter.config.problems import nearest, readable
from exporter.config.ssh import settings as ssh_settings
from exporter.config.xapi import RECORDED, XapiSettings
from exporter.config.xapi import settings as xapi_settings
from exporter.hosts.settings import Local, Recorded, Settings

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
    """One host to scrape."""

    name: str
    pool: str
    settings: Settings
    inventory: HostInventory
    xapi: XapiSettings = field(default_factory=XapiSettings)

    @property
    def labels(self) -> dict[str, str]:
        """The labels every series of this host carries."""
        return {"pool": self.pool, "host": self.name}


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
    """The pools of some hosts, in the order of their first hosts."""
    members: dict[str, list[Target]] = {}
    for target in targets:
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


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration that can be used."""

    file: Path
    document: Document
    """The file with everything inherited and every default in its place."""
    by_name: Mapping[str, Target]

    @property
    def listen(self) -> str:
        """Where to serve: host:port, an empty host for every address."""
        return self.document.listen

    @property
    def log(self) -> Log:
        """What is logged."""
        return self.document.log

    @property
    def scrape(self) -> Scrape:
        """How long a scrape may take, in seconds."""
        return self.document.scrape

    def pools(self) -> tuple[str, ...]:
        """The names of the pools, in the order of the file."""
        return tuple(self.document.pools)

    def targets(self) -> tuple[Target, ...]:
        """Every host, in the order of the file."""
        return tuple(self.by_name.values())

    def find(self, name: str) -> Target:
        """The host of this name. Raises UnknownTarget."""
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownTarget(name, self.by_name) from None

    def select(self, name: str) -> tuple[str, ...]:
        """The scrape targets that a name means: a host, or a pool with all its hosts.

        A pool may be written `pool:NAME`. Raises UnknownTarget.
        """
        if name in self.by_name:
            return (name,)
        for pool in pools_of(self.targets()):
            if name in (pool.pool, pool.name):
                return (*(member.name for member in pool.members), pool.name)
        written = {f"{POOL_PREFIX}{pool}" for pool in self.pools()}
        raise UnknownTarget(name, {*self.by_name, *self.pools(), *written})


def configuration(document: Document, file: Path) -> Configuration:
    """The records of a document that was found valid."""
    effective = document.effective()
    targets = {
        name: Target(name, pool_name, _settings(host), inventory(host), _xapi(pool, host))
        for pool_name, pool in effective.pools.items()
        for name, host in pool.hosts.items()
    }
    return Configuration(file, effective, targets)


def _settings(host: Host) -> Settings:
    if host.ssh is not None:
        return ssh_settings(host.ssh)
    if host.recorded is not None:
        return Recorded(host.recorded)
    return Local()


def _xapi(pool: Pool, host: Host) -> XapiSettings:
    return xapi_settings(pool.xapi, host.xapi) if host.recorded is None else RECORDED
