"""Hosts that are reached with a key of some level: every line goes by the key's own judgement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collectors.host import Host, Output, SocketUnavailable, Stream
from exporter.hosts import open_host
from exporter.hosts.settings import Settings
from exporter.hosts.ssh_errors import KeyRefused
from tests.collectors.onhost.key_program import LEVELS, started, why_refused

Asked = tuple[tuple[str, ...], str]
"""A command line, and what was sent to its standard input."""


@dataclass
class Keys:
    """What was asked of all hosts, each with a key of `level` and the files of `folder`."""

    level: str
    folder: Path
    asked: dict[Asked, str] = field(default_factory=dict)
    """With why it was refused; empty where it was not."""

    def why(self, argv: Sequence[str], stdin: str, level: str | None = None) -> str:
        """Why a command line is refused; empty where it is not."""
        asked = tuple(argv), stdin
        if level is not None:
            return self._judged(asked, level)
        if asked not in self.asked:
            self.asked[asked] = self._judged(asked, self.level)
        return self.asked[asked]

    def _judged(self, asked: Asked, level: str) -> str:
        argv, stdin = asked
        why = why_refused(level, self.folder, started(argv, reads=bool(stdin)))
        files = self.folder.glob("*.py")
        if stdin and not why and stdin not in [file.read_text() for file in files]:
            return "what was sent is not what is installed"
        return why

    def lowest(self, asked: Asked) -> str:
        """The lowest level that allows it; empty where none does."""
        return next((level for level in LEVELS if not self.why(*asked, level=level)), "")

    @property
    def opened(self) -> Callable[[str, Settings], Host]:
        """Opens such hosts."""
        return lambda name, settings: KeyedHost(open_host(name, settings), self)


@dataclass(frozen=True)
class KeyedHost:
    """A host reached with such a key, which forwards no sockets either."""

    host: Host
    keys: Keys

    @property
    def name(self) -> str:
        return self.host.name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        why = self.keys.why(argv, stdin)
        if why:
            raise KeyRefused(why)
        return await self.host.run(argv, deadline=deadline, stdin=stdin)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        raise SocketUnavailable(f"{path}: not with this key")

    def stuck(self) -> Mapping[str, float]:
        return self.host.stuck()

    async def close(self) -> None:
        await self.host.close()
