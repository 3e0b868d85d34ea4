"""What the hosts log when the chassis changes."""

from collections.abc import Iterator
from dataclasses import replace

from exporter.demo.chassis import Chassis
from exporter.demo.hosts import HostState
from exporter.demo.journal import Entry
from exporter.demo.log_bonds import bond_lines
from exporter.demo.log_storage import storage_lines


def logged(before: Chassis, after: Chassis, now: float) -> Chassis:
    """The chassis of `after`, its hosts' journals with what the change at `now` makes them say."""
    hosts = {}
    for name, host in after.hosts.items():
        lines = _lines(before.hosts[name], host)
        if new := [Entry(now, program, text) for program, text in lines]:
            hosts[name] = replace(host, journal=host.journal.with_entries(*new))
    return replace(after, hosts=after.hosts | hosts) if hosts else after


def _lines(before: HostState, after: HostState) -> Iterator[tuple[str, str]]:
    if before.bonds is not after.bonds:
        for old, new in zip(before.bonds, after.bonds, strict=True):
            yield from bond_lines(after.flavour, old, new)
    if before.storage is not after.storage:
        yield from storage_lines(after.flavour, before.storage, after.storage)
