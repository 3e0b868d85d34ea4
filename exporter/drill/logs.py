"""Follows a host's logs: what was appended since the last call, by the host's clock.

Files are followed by inode and size, and read by `tail -c`; where there are none, dmesg is.
Lines written between the last call and a rotation are lost.
"""

import asyncio
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from collectors.host import Host, HostError, loop_time
from exporter.drill.log_lines import Clock, clock_of, dmesg_line, syslog_line
from exporter.drill.subject import LogLine

Groups = Sequence[Sequence[str]]
GROUPS: Groups = (
    ("/var/log/kern.log", "/var/log/daemon.log"),
    ("/var/log/messages",),
    ("/var/log/syslog",),
)
"""Where logs are: XCP-ng and XenServer 7 and later, XenServer 6, Debian. The first group counts
that is there and has something in it: an XCP-ng may have an empty `messages`."""
MOST = 256 * 1024
"""Bytes that one call takes of one file; of more, the last."""
SECONDS = 5.0
DATE = ("date", "+%s.%N%z")
UPTIME = ("cat", "/proc/uptime")
STAT = ("stat", "-c", "%i %s %n")
"""Inode, bytes and name, of those that exist."""
_STAT = re.compile(r"(\d+) (\d+) (/.+)$")
_REPLACED = "\ufffd"


@dataclass(frozen=True, slots=True)
class _File:
    """A log as it stands: `size` in bytes, or up to where it was read."""

    inode: int
    size: int


class Untimed(HostError):
    """The host does not tell its time."""

    reason = "unparsable"


class HostLogs:
    """One host's logs. `tags` are the programs whose lines are kept: `kernel`, `multipathd`…"""

    def __init__(self, host: Host, tags: Collection[str], groups: Groups = GROUPS) -> None:
        self._host = host
        self._tags = frozenset(tags)
        self._groups = groups
        self._clock: Clock | None = None
        self._followed: dict[str, _File] = {}
        self._dmesg_until = 0.0

    async def new_lines(self) -> Sequence[LogLine]:
        """What was said since the last call, in order of time; nothing on the first.

        Raises HostError.
        """
        if self._clock is None:
            await self._begin()
            return ()
        if self._followed:
            return await self._appended(self._clock)
        return await self._ring(self._clock)

    async def _begin(self) -> None:
        """Find the logs and their ends, and how the host tells time."""
        date, uptime = await asyncio.gather(self._run(*DATE), self._run(*UPTIME))
        files = await self._stat([name for group in self._groups for name in group])
        self._followed = next((some for group in self._groups if (some := _all(files, group))), {})
        try:
            self._clock = clock_of(date, uptime)
        except ValueError as error:
            raise Untimed(str(error)) from error
        if not self._followed:
            await self._ring(self._clock)

    async def _stat(self, names: Sequence[str]) -> dict[str, _File]:
        found = map(_STAT.match, (await self._run(*STAT, *names)).splitlines())
        return {m[3]: _File(int(m[1]), int(m[2])) for m in found if m}

    async def _run(self, *argv: str) -> str:
        return (await self._host.run(argv, deadline=loop_time() + SECONDS)).stdout

    async def _appended(self, clock: Clock) -> Sequence[LogLine]:
        now = await self._stat(list(self._followed))
        lines: list[LogLine] = []
        for name, file in now.items():
            text = await self._read(name, file)
            found = (syslog_line(line.rstrip("\r"), clock) for line in text.split("\n"))
            lines += [line for line in found if line and line.source in self._tags]
        return sorted(lines, key=lambda line: line.unix)

    async def _read(self, name: str, file: _File) -> str:
        """Whole lines that were appended; a file that shrank or is another begins anew."""
        before = self._followed[name]
        begun = before.size if before.inode == file.inode and before.size <= file.size else 0
        start = max(begun, file.size - MOST)
        text = await self._run("tail", "-c", f"+{start + 1}", name) if start < file.size else ""
        whole = text[: text.rfind("\n") + 1]
        # What is no UTF-8 cannot be counted: then up to where the file ended just now.
        end = file.size if _REPLACED in whole else start + len(whole.encode())
        self._followed[name] = _File(file.inode, end)
        return whole if start == begun else whole.partition("\n")[2]

    async def _ring(self, clock: Clock) -> Sequence[LogLine]:
        """The kernel's own ring of messages, by its stamps."""
        boot = clock.boot
        if boot is None or "kernel" not in self._tags:
            return ()
        text = (await self._run("dmesg"))[-MOST:]
        lines = [line for line in map(dmesg_line, text.split("\n")) if line]
        until = self._dmesg_until
        self._dmesg_until = max((at for at, _ in lines), default=until)
        return [LogLine(boot + at, "kernel", said) for at, said in lines if at > until]


def _all(files: dict[str, _File], group: Sequence[str]) -> dict[str, _File]:
    """The files of a group; nothing where one is missing or all are empty."""
    there = {name: files[name] for name in group if name in files}
    return there if len(there) == len(group) and any(f.size for f in there.values()) else {}
