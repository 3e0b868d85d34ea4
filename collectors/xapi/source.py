"""The one interface to XAPI, whichever way it is asked, and how it says that it could not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from collectors.host import Output
from collectors.xapi.records import PoolState

MESSAGES_OF = 24 * 3600.0
"""Seconds before the first look from which messages are asked for."""


def _no_trace(output: Output) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One read of a pool: until when, and where to note what was heard."""

    deadline: float
    """Seconds on the event loop's clock."""
    messages_since: float
    """Unix time, by the pool's clock, from which messages are wanted."""
    trace: Callable[[Output], None] = _no_trace


class XapiFailed(Exception):
    """XAPI did not give the pool's data. `reason` is a metric label, the text is for people.

    Reasons: `unreachable`, `deadline_exceeded` (XAPI answered nothing), `slow` (XAPI answered data
    of this read, then no time was left), `stuck`, `socket_unavailable` (ask another way),
    `not_found` (there is no `xe`, no XAPI), `not_xapi` (something else answered: a landing page),
    `unparsable`, `lost_connection` (also a truncated answer), `host_is_slave`,
    `emergency_mode` (the member lost its coordinator or still boots), `authentication_failed`,
    `session_invalid`, `certificate_mismatch`, `tls_failed` (TLS itself: a version or a cipher that
    is not ours, no TLS at all), `permission`, `method_unknown`, `refused` (any other error of
    XAPI).
    """

    def __init__(
        self, reason: str, message: str, *, code: str = "", parameters: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.code = code
        """XAPI's own error code, such as HOST_IS_SLAVE; empty where it is not known."""
        self.parameters = parameters


def out_of_time(what: str, answered: int) -> XapiFailed:
    """No time is left; XAPI answered so many calls for data (or commands of xe) of this read.

    A login proves nothing: on a member's unix socket it needs no coordinator.
    """
    if not answered:
        return XapiFailed("deadline_exceeded", what)
    calls = "1 call" if answered == 1 else f"{answered} calls"
    return XapiFailed("slow", f"{what}; XAPI answered {calls}, then no time was left")


class XapiSource(Protocol):
    """One way to ask one member of a pool; keeps its session between reads.

    A request that outlives its deadline is not repeated while the server may still work on it:
    a member whose coordinator is gone retries for ever, and every further request would hang as
    well. `read` then raises XapiFailed("stuck") at once, and `stuck` names it.
    """

    @property
    def via(self) -> str:
        """The way, for people: `JSON-RPC over the unix socket`, `xe`."""

    async def read(self, inquiry: Inquiry) -> PoolState:
        """The pool's data as this member tells it. Raises XapiFailed."""

    def stuck(self) -> Mapping[str, float]:
        """Requests that outlived their deadline and are still open, with their age in seconds."""

    async def close(self) -> None:
        """Log out and let go of the connection."""
