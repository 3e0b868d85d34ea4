"""What XAPI tells its users when something changes."""

from collections.abc import Iterator
from dataclasses import replace

from exporter.demo.bonds import Bond
from exporter.demo.chassis import Chassis
from exporter.demo.hosts import HostState
from exporter.demo.pool.entries import Message
from exporter.demo.pool.records import Pbd, Pool

KEPT = 500
AT = "{at}"
"""Stands in a body for the time of the message."""
_BOND_PRIORITY = _MULTIPATH_PRIORITY = 3
_WATCHES_BONDS = (6, 1, 0)
"""XAPI watches bonds since this version."""

News = tuple[str, int, str, str, str]
"""Name, priority, class and uuid of the object, body."""


def with_messages(pool: Pool, now: float, *news: News) -> Pool:
    """The pool with more messages, the oldest forgotten."""
    first = pool.messages[-1].number + 1 if pool.messages else 1
    new = tuple(
        Message(number, name, priority, kind, uuid, now, body)
        for number, (name, priority, kind, uuid, body) in enumerate(news, start=first)
    )
    return replace(pool, messages=(*pool.messages, *new)[-KEPT:])


def told(before: Chassis, after: Chassis, now: float) -> Pool:
    """The pool of `after` with the messages that the change causes."""
    if not after.coordinator_answers:
        return after.pool
    news = [*_of_bonds(before, after), *_of_paths(before, after)]
    return with_messages(after.pool, now, *news) if news else after.pool


def _of_bonds(before: Chassis, after: Chassis) -> Iterator[News]:
    for host in after.hosts.values():
        if host.flavour.version < _WATCHES_BONDS or host.name in after.pool.lost:
            continue
        for old, new in zip(before.hosts[host.name].bonds, host.bonds, strict=True):
            if _up(old) != _up(new):
                yield _bond_news(host, old, new)


def _up(bond: Bond) -> int:
    return sum(member.enabled for member in bond.members)


def _bond_news(host: HostState, old: Bond, new: Bond) -> News:
    """The words of XAPI's network_monitor_thread.ml."""
    nics = "+".join(sorted(member.name for member in new.members))
    total = len(new.members)
    body = f"The status of the {nics} bond changed: {_up(new)}/{total} up (was {_up(old)}/{total})"
    return ("BOND_STATUS_CHANGED", _BOND_PRIORITY, "Host", host.uuid, body)


def _of_paths(before: Chassis, after: Chassis) -> Iterator[News]:
    if before.pool.pbds is after.pool.pbds:
        return
    for uuid, pbd in after.pool.pbds.items():
        if pbd.counts is None or pbd.counts == before.pool.pbds[uuid].counts:
            continue
        if pbd.counts.current < pbd.counts.maximum:
            yield _path_news(after.hosts[pbd.host], pbd, after.pool)


def _path_news(host: HostState, pbd: Pbd, pool: Pool) -> News:
    counts = f"current={pbd.counts.current}; max={pbd.counts.maximum}" if pbd.counts else ""
    line = (
        f'[{AT}] host={host.uuid}; host-name="{host.name}"; pbd={pbd.uuid}; '
        f"scsi_id={pbd.scsi_id}; {counts}"
    )
    body = f"Unhealthy paths:\n{line}\nEvents received during the last 120 seconds:\n{line}\n"
    return ("MULTIPATH_PERIODIC_ALERT", _MULTIPATH_PRIORITY, "Pool", pool.uuid, body)
