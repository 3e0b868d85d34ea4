"""A sight that answers from tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from alerts.remediation.records import Refusal, Unreadable
from alerts.remediation.sight import Sight
from collectors.host import NOT_FOUND, Output
from collectors.inventory import HostInventory
from collectors.registry import Reading
from collectors.xapi.access import PoolReading

Entry = Any
"""A value, an exception to raise, or a list of both: the next at each read, then the last again."""


@dataclass
class FakeSight:
    """What is in no table is asked of `behind`; without one it cannot be read.

    `reads` are by host and collector, `pools` by pool, `asks` by command line: an `Output`, or
    the text that the command prints. A command that is not there exits with 127. All hosts of
    `inventories` are in the pool `named`.
    """

    inventories: Mapping[str, HostInventory] = field(default_factory=dict)
    reads: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    pools: Mapping[str, Entry] = field(default_factory=dict)
    asks: Mapping[str, Entry] = field(default_factory=dict)
    named: str = "modular"
    behind: Sight | None = None
    asked: list[str] = field(default_factory=list)
    """The command lines, in order."""

    def hosts(self, pool: str) -> tuple[str, ...]:
        if self.behind is not None:
            return self.behind.hosts(pool)
        return tuple(self.inventories) if pool == self.named else ()

    def inventory(self, host: str) -> HostInventory:
        if host in self.inventories:
            return self.inventories[host]
        if self.behind is not None:
            return self.behind.inventory(host)
        raise Refusal("unknown_target", f"host {host} is not in the inventory")

    async def read(self, host: str, collector: str) -> Reading[Any]:
        if (host, collector) not in self.reads and self.behind is not None:
            return await self.behind.read(host, collector)
        reading = _next(self.reads.get((host, collector), Unreadable(collector, host)))
        assert isinstance(reading, Reading)
        return reading

    async def pool(self, pool: str) -> PoolReading:
        if pool not in self.pools and self.behind is not None:
            return await self.behind.pool(pool)
        reading = _next(self.pools.get(pool, Unreadable("xapi", pool)))
        assert isinstance(reading, PoolReading)
        return reading

    async def ask(self, host: str, argv: Sequence[str], seconds: float = 10.0) -> Output:
        line = " ".join(argv)
        self.asked.append(line)
        if line not in self.asks and self.behind is not None:
            return await self.behind.ask(host, argv, seconds)
        missing = Output((), stderr=f"bash: {argv[0]}: command not found", exit_status=NOT_FOUND)
        answer = _next(self.asks.get(line, missing))
        if isinstance(answer, str):
            return Output(tuple(argv), stdout=answer)
        assert isinstance(answer, Output)
        return replace(answer, argv=tuple(argv))


def _next(entry: Entry) -> Any:
    """The value of an entry. Raises the exception that it is."""
    if isinstance(entry, list):
        entry = entry.pop(0) if len(entry) > 1 else entry[0]
    if isinstance(entry, Exception):
        raise entry
    return entry


def is_sight(made: Sight) -> Sight:
    """The type checker's proof that the fake is a sight."""
    return made


PROOF = is_sight(FakeSight())
