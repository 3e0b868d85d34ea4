"""What stands in a pool's place where a host is expected: a pool runs no commands."""

from collections.abc import Mapping, Sequence

from collectors.host import HostError, Output, SocketUnavailable, Stream
from collectors.xapi.reader import PoolReader


class PoolItself:
    """A pool as a `Host`: its requests are those of its reader."""

    def __init__(self, name: str, reader: PoolReader) -> None:
        self._name = name
        self._reader = reader

    @property
    def name(self) -> str:
        """The scrape target's name."""
        return self._name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Always raises HostError, and reads nothing of `stdin`."""
        raise HostError(f"{self._name}: a pool runs no commands, its hosts do")

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Always raises SocketUnavailable."""
        raise SocketUnavailable(f"{path}: a pool has no sockets, its hosts do")

    def stuck(self) -> Mapping[str, float]:
        """Requests to XAPI that still hang, by member."""
        return self._reader.stuck()

    async def close(self) -> None:
        """Log out of XAPI."""
        await self._reader.close()
