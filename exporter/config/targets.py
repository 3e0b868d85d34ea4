"""The checked configuration as plain records: what the rest of the program works with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from collectors.inventory import HostInventory
from exporter.config.expectations import inventory
from exporter.config.model import Document, Host, Log, Scrape
from exporter.config.problems import nearest, readable
from exporter.config.ssh import settings as ssh_settings
from exporter.hosts.settings import Local, Recorded, Settings

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

    def select(self, name: str) -> tuple[Target, ...]:
        """The host of this name, or all hosts of the pool of this name. Raises UnknownTarget."""
        if name in self.by_name:
            return (self.by_name[name],)
        found = tuple(target for target in self.targets() if target.pool == name)
        if not found:
            raise UnknownTarget(name, {*self.by_name, *self.pools()})
        return found


def configuration(document: Document, file: Path) -> Configuration:
    """The records of a document that was found valid."""
    effective = document.effective()
    targets = {
        name: Target(name, pool_name, _settings(host), inventory(host))
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
