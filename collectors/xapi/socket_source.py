"""XAPI over its unix socket: on this machine, or forwarded through SSH. No password, no TLS."""

from collectors.host import DeadlineExceeded, Host, HostError, SocketUnavailable, Stream, Stuck
from collectors.xapi.by_rpc import SURELY_STUCK, RpcXapi
from collectors.xapi.endpoint import ORIGINATOR, Credentials
from collectors.xapi.source import XapiFailed

PATHS = ("/var/lib/xcp/xapi", "/var/xapi/xapi")
"""The socket since XenServer 6.1, and before."""


class SocketXapi(RpcXapi):
    """XAPI by RPC over the unix socket of a host. XAPI takes whoever may open it for root."""

    def __init__(
        self, host: Host, originator: str = ORIGINATOR, surely_stuck: float = SURELY_STUCK
    ) -> None:
        credentials, way = Credentials("root", "", originator), "over the unix socket"
        super().__init__(_Sockets(host).open, "localhost", credentials, way, surely_stuck)


class _Sockets:
    """Remembers which of the paths is there."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._paths: tuple[str, ...] = PATHS

    async def open(self, deadline: float) -> Stream:
        """The stream to XAPI. Raises XapiFailed."""
        missing: SocketUnavailable | None = None
        for path in self._paths:
            try:
                stream = await self._host.connect_unix(path, deadline=deadline)
            except SocketUnavailable as error:
                missing = missing or error
            except HostError as error:
                raise _failure(error) from error
            else:
                self._paths = (path, *(other for other in PATHS if other != path))
                return stream
        raise XapiFailed("socket_unavailable", str(missing)) from missing


def _failure(error: HostError) -> XapiFailed:
    reason = error.reason if isinstance(error, DeadlineExceeded | Stuck) else "unreachable"
    return XapiFailed(reason, str(error))
