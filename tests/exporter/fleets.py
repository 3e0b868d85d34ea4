"""Fleets of fake hosts."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collectors.host import Host
from collectors.inventory import ExpectedBond, HostInventory
from collectors.registry import Collector, Look, Reading, Scope, View
from collectors.xapi.source import XapiSource
from exporter.config import Target
from exporter.fleet import Fleet
from exporter.hosts.settings import Recorded
from tests.fakes import Answer, FakeClock, FakeHost

BONDS = HostInventory({"bond0": ExpectedBond(("eth0", "eth2"), "eth0")})
BOND0 = """\
---- bond0 ----
bond_mode: active-backup
lacp_status: off

slave eth0: enabled
\tactive slave
\tmay_enable: true

slave eth2: enabled
\tmay_enable: true
"""
MAP = """\
22202000155fdb615 dm-0 Intel,Multi-Flex
[size=100G][features=1 queue_if_no_path][hwhandler=1 alua][rw]
\\_ round-robin 0 [prio=50][active]
 \\_ 0:0:0:0 sda 8:0 [active][ready]
\\_ round-robin 0 [prio=1][enabled]
 \\_ 0:0:1:0 sdb 8:16 [active][ready]
"""
HEALTHY: dict[str, Answer] = {"ovs-appctl bond/show": BOND0, "multipath -ll": MAP}


def target(name: str, pool: str = "modular", inventory: HostInventory = BONDS) -> Target:
    """A host of the inventory; fleets of fakes never open its way."""
    return Target(name, pool, Recorded(Path("none")), inventory)


def fleet_of(
    hosts: Mapping[str, Mapping[str, Answer]],
    clock: FakeClock | None = None,
    collectors: Mapping[str, Any] | None = None,
    sources: Mapping[str, XapiSource] | None = None,
) -> Fleet:
    """A fleet whose hosts answer from tables and whose XAPIs from `sources`, by host name."""
    xapis = sources or {}

    def open_fake(name: str, settings: object) -> Host:
        return FakeHost(hosts[name], name)

    def ways(target: Target, host: Host) -> tuple[XapiSource, ...]:
        return (xapis[target.name],) if target.name in xapis else ()

    targets = [target(name) for name in hosts]
    return Fleet(targets, clock or FakeClock(), open_fake, collectors, ways)


class Broken:
    """A collector with a bug of its own."""

    name = "broken"
    scope: Scope = "host"
    families = ()

    async def read(self, look: Look) -> Reading[Any]:
        raise ZeroDivisionError("division by zero")

    def fill(self, page: Any, reading: Reading[Any], view: View) -> None: ...

    def findings(self, reading: Reading[Any], view: View) -> list[Any]:
        return []

    async def close(self) -> None: ...


class Sleeper(Broken):
    """A collector that ignores its deadline."""

    name = "sleeper"

    async def read(self, look: Look) -> Reading[Any]:
        await asyncio.sleep(60)
        raise AssertionError("never reached")


def is_collector(made: Collector) -> Collector:
    """The type checker's proof that the fakes are collectors."""
    return made


PROOF = (is_collector(Broken()), is_collector(Sleeper()))
