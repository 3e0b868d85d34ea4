"""A host as effects reach it: what they use is not closed under them by a reload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerts.remediation.records import Refusal
from collectors.host import Host, Output, Stream
from exporter.config import UnknownTarget
from exporter.fleet import Fleet
from exporter.watch import Watch


@dataclass(frozen=True, slots=True)
class KeptOpen:
    """The host of a watch. A watch that is retired lets go of it once a command has ended."""

    watch: Watch

    @property
    def name(self) -> str:
        """The inventory's name of the host."""
        return self.watch.host.name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Run `argv` on the host until `deadline` (loop clock). Raises HostError."""
        with self.watch.in_use.one():
            return await self.watch.host.run(argv, deadline=deadline, stdin=stdin)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Open a unix socket of the host. Raises HostError."""
        return await self.watch.host.connect_unix(path, deadline=deadline)

    def stuck(self) -> Mapping[str, float]:
        """Commands that outlived their deadline, with their age in seconds."""
        return self.watch.host.stuck()

    async def close(self) -> None:
        """Nothing: the host is its watch's own."""


def kept_open(fleet: Fleet, name: str) -> Host:
    """The host of that name. Raises Refusal for one that a reload took away."""
    try:
        return KeptOpen(fleet.watch(name))
    except UnknownTarget as error:
        raise Refusal("unknown_host", str(error)) from error
