"""A multipath map under test: sampled from the kernel and multipathd, read from lightly.

`multipath -ll` is never run: it reads from every path, and hangs with the first that does.
"""

from collections.abc import Iterable, Sequence

from collectors.host import Host, loop_time
from collectors.multipathd import RawPath
from collectors.onhost import READS
from collectors.onhost_run import OnHost
from collectors.registry import CollectorFailed, Look
from exporter.drill.logs import HostLogs
from exporter.drill.multipath_asking import DaemonPaths, Unreadable, both, names_in_sysfs
from exporter.drill.multipath_facts import facts_of
from exporter.drill.multipath_find import Found, find
from exporter.drill.multipath_lanes import (
    Looked,
    Names,
    Number,
    looked,
    number_of,
    numbers,
    sample_of,
    told_name,
)
from exporter.drill.multipath_reads import parse_reads
from exporter.drill.record import Kind
from exporter.drill.subject import HostIo, LogLine, Sample

EVERY = 0.05
"""Seconds from read to read."""
HANGING = 3600.0
"""Seconds that a read may hang: queued I/O comes back as one long read."""
LOG_TAGS = ("kernel", "multipathd")


async def open_multipath(host: Host, wanted: str | None) -> "MultipathSubject":
    """The map of that WWID, alias or dm-N; None: the only one. Raises NoSubject and HostError."""
    return MultipathSubject(host, await find(host, wanted))


class MultipathSubject:
    """One map of one host, as `exporter.drill.subject.Subject`."""

    kind: Kind = "multipath"
    collectors = ("multipath",)

    def __init__(self, host: Host, found: Found) -> None:
        self._host = host
        self._found = found
        self._daemon = DaemonPaths(host)
        self._logs = HostLogs(host, LOG_TAGS)
        self._reads = OnHost(READS)
        self._names: dict[Number, str] = {}
        """What the kernel's paths were last called: a device that is gone keeps its name."""

    @property
    def name(self) -> str:
        """WWID (alias)."""
        return str(self._found)

    @property
    def io_name(self) -> str:
        """What is read."""
        return f"4 KiB reads of {self._found.path}, one every {EVERY * 1000:.0f} ms"

    async def facts(self) -> Sequence[tuple[str, str]]:
        """Versions and settings, as far as the host tells them. Raises Unreachable."""
        return await facts_of(self._host, self._found)

    async def sample(self) -> Sample:
        """The kernel's view, and multipathd's where it answers in time. Raises HostError."""
        kernel, daemon = await both(self._host, self._daemon)
        seen = looked(self._found.name, self._found.wwid, kernel, daemon)
        return sample_of(seen, await self._named(seen))

    async def _named(self, seen: Looked) -> Names:
        """Names of the kernel's paths: as multipathd has them, else sysfs, else as before."""
        inside = numbers(seen.kernel)
        told = _told(seen.daemon.values())
        silent = [number for number in inside if number not in told]
        found = {**told, **await names_in_sysfs(self._host, silent)}
        self._names |= {number: found[number] for number in inside if number in found}
        return self._names

    async def io(self, seconds: float) -> HostIo:
        """Read for about `seconds`, and on while a read hangs. Raises HostError."""
        look = Look(self._host, loop_time() + seconds + HANGING)
        words = (self._found.path, "--seconds", f"{seconds:g}", "--every", f"{EVERY:g}")
        try:
            return parse_reads(await self._reads.run(look, *words))
        except (CollectorFailed, ValueError) as error:
            raise Unreadable(str(error)) from error

    async def log_lines(self) -> Sequence[LogLine]:
        """Lines of the kernel and of multipathd since the last call. Raises HostError."""
        return await self._logs.new_lines()


def _told(paths: Iterable[RawPath]) -> Names:
    pairs = ((number_of(path), told_name(path)) for path in paths)
    return {number: name for number, name in pairs if number and name}
