"""Sessions of the pool: one table for all its hosts, as in XAPI's one database."""

from collections.abc import Callable
from uuid import UUID, uuid4

from exporter.demo.xapi_rpc.errors import XapiError


class Sessions:
    """Who is logged in. `new_uuid` makes the references."""

    def __init__(self, new_uuid: Callable[[], UUID] = uuid4) -> None:
        self._new_uuid = new_uuid
        self._hosts: dict[str, str] = {}

    def open(self, host: str) -> str:
        """Log in at a host; gives the session's reference."""
        ref = f"OpaqueRef:{self._new_uuid()}"
        self._hosts[ref] = host
        return ref

    def host(self, ref: object) -> str:
        """The host at which a session was opened. Raises XapiError SESSION_INVALID."""
        if not isinstance(ref, str) or ref not in self._hosts:
            raise XapiError("SESSION_INVALID", str(ref))
        return self._hosts[ref]

    def close(self, ref: str) -> None:
        """Log out."""
        self._hosts.pop(ref, None)

    def close_all(self) -> None:
        """Simulate a restart of the coordinator's toolstack: clients find their sessions gone."""
        self._hosts.clear()

    def __len__(self) -> int:
        return len(self._hosts)
