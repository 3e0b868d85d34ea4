"""The checked configuration as plain records: what the rest of the program works with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from collectors.disk_records import DiskProbe
from collectors.inventory import HostInventory
from exporter.config.disk_record import record
from exporter.config.expectations import inventory
from exporter.config.machines import Guest, Host
from exporter.config.model import Document, Log, Pool, Scrape
from exporter.config.remediation import Remediation
from exporter.config.ssh import settings as ssh_settings
from exporter.config.targets import POOL_PREFIX, Target, UnknownTarget, pools_of
from exporter.config.xapi import RECORDED, XapiSettings
from exporter.config.xapi import settings as xapi_settings
from exporter.hosts.settings import Local, Recorded, Settings


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
    def web_config(self) -> Path | None:
        """The file of TLS, users and headers; None where it names none."""
        return self.document.web_config

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
        """Pool by pool in the order of the file, its hosts and then its guests."""
        return tuple(self.by_name.values())

    @property
    def remediation(self) -> Remediation | None:
        """How remediation is set up; None where it is not."""
        return self.document.remediation

    def disk_probes(self) -> tuple[DiskProbe, ...]:
        """Every disk probe, in the order of the file."""
        classes = self.document.storage_classes
        return tuple(
            record(name, probe, classes)
            for pool in self.document.pools.values()
            for name, probe in pool.disk_probes.items()
        )

    def find(self, name: str) -> Target:
        """The host or guest of this name. Raises UnknownTarget."""
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownTarget(name, self.by_name) from None

    def select(self, name: str) -> tuple[str, ...]:
        """The scrape targets that a name means: a host, a guest, or a pool with all of them.

        A pool may be written `pool:NAME`. Raises UnknownTarget.
        """
        if name in self.by_name:
            return (name,)
        if (pool := name.removeprefix(POOL_PREFIX)) in self.document.pools:
            inside = [target for target in self.targets() if target.pool == pool]
            return (*(one.name for one in inside), *(whole.name for whole in pools_of(inside)))
        written = {f"{POOL_PREFIX}{pool}" for pool in self.pools()}
        raise UnknownTarget(name, {*self.by_name, *self.pools(), *written})


def configuration(document: Document, file: Path) -> Configuration:
    """The records of a document that was found valid."""
    effective = document.effective()
    targets = {t.name: t for name, pool in effective.pools.items() for t in _targets(name, pool)}
    return Configuration(file, effective, targets)


def _targets(pool: str, section: Pool) -> Iterator[Target]:
    for name, host in section.hosts.items():
        yield Target(name, pool, _settings(host), inventory(host), _xapi(section, host))
    for name, guest in section.guests.items():
        yield Target(name, pool, _settings(guest), HostInventory(), guest=True)


def _settings(machine: Host | Guest) -> Settings:
    if machine.ssh is not None:
        return ssh_settings(machine.ssh)
    if isinstance(machine, Host) and machine.recorded is not None:
        return Recorded(machine.recorded)
    return Local()


def _xapi(pool: Pool, host: Host) -> XapiSettings:
    return xapi_settings(pool.xapi, host.xapi) if host.recorded is None else RECORDED
