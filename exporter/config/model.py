"""The configuration as it is written. `exporter.config.configuration` turns it into records."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from exporter.config.disk_kinds import StorageClasses
from exporter.config.disk_probes import STORAGE_CLASSES, DiskProbe
from exporter.config.expectations import Expectations, combine, mismatches, shared
from exporter.config.files import PlainFile
from exporter.config.kinds import Listen, Name, Seconds
from exporter.config.machines import Guest, Host
from exporter.config.probing import Probe, crowded, overlong
from exporter.config.problems import Problem, Refused
from exporter.config.remediation import Remediation
from exporter.config.section import Section
from exporter.config.ssh import SshOptions
from exporter.config.xapi import Xapi, XapiHost, unpinned

OFFSET_SHARE = 0.1
"""At most this share of a scrape's timeout is taken off, as the web does."""


class Log(Section):
    """What xenlens writes to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """debug, info, warning or error"""
    format: Literal["logfmt", "json"] = "logfmt"
    """logfmt or json"""


class Scrape(Section):
    """How long one scrape may take."""

    timeout: Seconds = 10.0
    """a time; used when Prometheus names none (default 10s)"""
    timeout_offset: Seconds = 0.5
    """a time taken off the scrape's timeout, so that the answer still arrives (default 500ms)"""

    @model_validator(mode="after")
    def _time_is_left(self) -> Self:
        if self.timeout_offset >= self.timeout:
            said = f"{self.timeout_offset:g}s leaves nothing of timeout"
            allowed = f"allowed: less than {self.timeout:g}s"
            raise Refused([Problem(("timeout_offset",), f"timeout_offset of {said}; {allowed}")])
        return self


class Pool(Expectations):
    """A pool: what all its hosts should have, the hosts, and what is measured."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [machines], "properties": {machines: {"minProperties": 1}}}
                for machines in ("hosts", "guests")
            ]
        },
    )

    ssh: SshOptions = SshOptions()
    """defaults for the hosts of this pool reached by SSH"""
    xapi: Xapi = Xapi()
    """how the XAPI of this pool is asked"""
    hosts: Mapping[Name, Host] = {}
    """hosts by name; the name is the scrape target"""
    guests: Mapping[Name, Guest] = {}
    """machines by name that are only probed; the name is the scrape target"""
    disk_probes: Mapping[Name, DiskProbe] = {}
    """measurements of disks by name"""

    @model_validator(mode="after")
    def _hosts_fit(self) -> Self:
        if problems := list(self._misfits()):
            raise Refused(problems)
        return self

    def _misfits(self) -> Iterator[Problem]:
        for bond, owner, member in shared(self.bonds):
            yield Problem(("bonds", bond), f"{member} is already a member of {owner}")
        yield from crowded(Probe(), self.probe)
        for name, host in self.hosts.items():
            found = [*mismatches(self, host)]
            if host.recorded is None:
                found += unpinned(self.xapi, host.xapi)
            yield from (problem.below(("hosts", name)) for problem in found)

    def effective(self, defaults: SshOptions) -> "Pool":
        """The same pool, every machine standing by itself with everything it inherits."""
        outer = (defaults, self.ssh)
        return Pool.model_construct(
            bonds=self.bonds,
            xapi=self.xapi,
            hosts={name: self._complete(host, outer) for name, host in self.hosts.items()},
            guests={
                name: guest.model_copy(update={"ssh": guest.inherited_ssh(outer)})
                for name, guest in self.guests.items()
            },
            disk_probes={name: probe.complete() for name, probe in self.disk_probes.items()},
        )

    def _complete(self, host: Host, outer: Iterable[SshOptions]) -> Host:
        all_of_it = combine(self, host)
        update = {
            "bonds": all_of_it.bonds,
            "multipath": all_of_it.multipath,
            "ovs_rundir": all_of_it.ovs_rundir,
            "hostconfig": all_of_it.hostconfig,
            "probe": all_of_it.probe,
            "xapi": self._xapi_of(host),
            "ssh": host.inherited_ssh(outer),
        }
        return host.model_copy(update=update)

    def _xapi_of(self, host: Host) -> XapiHost:
        if host.recorded is not None:
            return host.xapi
        return host.xapi.complete(self.xapi, host.ssh.address if host.ssh else None)


class Document(Section):
    """The whole file."""

    listen: Listen = ":10045"
    """host:port to serve on (default :10045, every address)"""
    web_config: PlainFile | None = None
    """a file of TLS, users and headers, as Prometheus' exporters have it"""
    log: Log = Log()
    """what is logged"""
    scrape: Scrape = Scrape()
    """how long a scrape may take"""
    ssh: SshOptions = SshOptions()
    """defaults for every host reached by SSH"""
    storage_classes: StorageClasses = STORAGE_CLASSES
    """a list of storage classes, the fastest first (default [nvme, ssd, sas, sata])"""
    pools: Annotated[Mapping[Name, Pool], Field(min_length=1)]
    """pools by name"""

    remediation: Remediation | None = None
    """who may call it, and how far it goes; without it there is none"""

    @model_validator(mode="after")
    def _probes_fit(self) -> Self:
        if problems := list(self._overlong()):
            raise Refused(problems)
        return self

    def _overlong(self) -> Iterator[Problem]:
        whole = self.scrape.timeout
        budget = whole - min(self.scrape.timeout_offset, whole * OFFSET_SHARE)
        for name, pool in self.pools.items():
            at = ("pools", name)
            yield from (p.below(at) for p in overlong(pool.probe, whole, budget))
            for host, own in pool.hosts.items():
                below = (*at, "hosts", host)
                yield from (p.below(below) for p in overlong(own.probe, whole, budget))

    def effective(self) -> "Document":
        """The same configuration with nothing left to inherit."""
        pools = {name: pool.effective(self.ssh) for name, pool in self.pools.items()}
        return self.model_copy(update={"pools": pools, "ssh": SshOptions()})
