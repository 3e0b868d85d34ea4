"""XAPI asked by RPC: one read at a time, and a request that hangs is left alone."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from collectors.host import Output, loop_time
from collectors.xapi.endpoint import Credentials
from collectors.xapi.http_link import HttpLink, Open
from collectors.xapi.records import PoolState
from collectors.xapi.rpc_caller import OpenRequest, RpcCaller
from collectors.xapi.rpc_reading import RpcReader
from collectors.xapi.rpc_session import RpcSession
from collectors.xapi.source import Inquiry, XapiFailed, out_of_time

_log = logging.getLogger(__name__)

SURELY_STUCK = 60.0
"""Seconds after which a request hangs for certain, though others were answered just before it."""


class RpcXapi:
    """A way to ask XAPI by RPC; `SocketXapi` and `HttpsXapi` are the two there are.

    A member whose coordinator is gone retries for ever on behalf of each request, also when the
    connection it came on is closed. So a request that outlives its deadline stays open; its
    answer, when it comes, is thrown away.
    """

    def __init__(
        self,
        open_stream: Open,
        host: str,
        credentials: Credentials,
        way: str,
        surely_stuck: float = SURELY_STUCK,
    ) -> None:
        secrets = (credentials.password,)
        self._caller = RpcCaller(HttpLink(open_stream, host), secrets)
        self._session = RpcSession(self._caller, credentials)
        self._reader = RpcReader(self._session)
        self._way = way
        self._under_way: asyncio.Task[PoolState] | None = None
        self._clock: Callable[[], float] | None = None
        self._surely_stuck = surely_stuck
        self._answered_first = False
        """Whether XAPI answered other calls of the read whose request hangs."""

    @property
    def via(self) -> str:
        """The way, for people: `JSON-RPC over the unix socket`."""
        return f"{self._caller.protocol} {self._way}"

    async def read(self, inquiry: Inquiry) -> PoolState:
        """The pool's data. Raises XapiFailed."""
        # Kept, since `stuck` may be asked for from a thread that renders.
        self._clock = asyncio.get_running_loop().time
        before = self._session.answered
        while (earlier := self._under_way) is not None and not earlier.done():
            await self._wait_for(earlier, inquiry, before)
        self._under_way = task = asyncio.create_task(self._reader.read(inquiry))
        task.add_done_callback(_see)
        if not await _done_until(task, inquiry.deadline):
            raise self._overdue(inquiry, before)
        if task.cancelled():
            raise XapiFailed("lost_connection", "closed while XAPI was asked")
        try:
            return task.result()
        except XapiFailed as failed:
            if failed.reason == "deadline_exceeded":
                raise self._out_of_time(str(failed), before) from None
            raise

    async def _wait_for(
        self, earlier: asyncio.Task[PoolState], inquiry: Inquiry, before: int
    ) -> None:
        """Wait for an earlier read to end. Raises XapiFailed when it hangs."""
        if hanging := self._hanging():
            age = self._age(hanging)
            is_slow = self._answered_first and age < self._surely_stuck
            text = f"{_name(hanging)} from {age:.0f} s ago hangs"
            raise XapiFailed("slow" if is_slow else "stuck", text)
        request = self._caller.open_request
        until = min(inquiry.deadline, request.deadline) if request else inquiry.deadline
        if not await _done_until(earlier, until) and until == inquiry.deadline:
            raise self._out_of_time("an earlier read has not ended in time", before)

    def _overdue(self, inquiry: Inquiry, before: int) -> XapiFailed:
        request = self._caller.open_request
        if request is None:
            return self._out_of_time("the pool could not be read in time", before)
        message = f"{_name(request)}: no answer in time"
        self._answered_first = self._session.answered > before
        argv, age = ("xapi", request.method), self._age(request)
        inquiry.trace(Output(argv, exit_status=None, seconds=age, failure=message))
        return self._out_of_time(message, before)

    def _out_of_time(self, what: str, before: int) -> XapiFailed:
        """`before` is how many calls had been answered when this read began to wait or to ask."""
        return out_of_time(what, self._session.answered - before)

    def stuck(self) -> Mapping[str, float]:
        """Requests that outlived their deadline and are still open, with their age in seconds."""
        hanging = self._hanging()
        return {_name(hanging): self._age(hanging)} if hanging else {}

    def _hanging(self) -> OpenRequest | None:
        request = self._caller.open_request
        if request is None or self._clock is None or self._clock() < request.deadline:
            return None
        return request

    def _age(self, request: OpenRequest) -> float:
        return self._clock() - request.began if self._clock else 0.0

    async def close(self) -> None:
        """Log out and let go of the connection, also of one whose request hangs."""
        task, self._under_way = self._under_way, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait({task})
        else:
            await self._session.log_out()
        self._caller.close()


def _name(request: OpenRequest) -> str:
    return f"XAPI {request.method}"


async def _done_until(task: asyncio.Task[PoolState], deadline: float) -> bool:
    seconds = max(0.0, deadline - loop_time())
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(done)


def _see(task: asyncio.Task[PoolState]) -> None:
    """Whoever waits gets the exception; when nobody waits any more it is only noted."""
    if not task.cancelled() and (error := task.exception()):
        _log.debug("a pool is not read this way", extra={"error": error})
