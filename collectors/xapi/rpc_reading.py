"""The calls of one read of a pool: nine, and a login where there is no session.

All of them are answered from XAPI's database in memory on the coordinator, messages from its
disk; none touches storage or another host.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from collectors.xapi.records import PoolState
from collectors.xapi.rpc_draft import Draft
from collectors.xapi.rpc_fields import Table, table
from collectors.xapi.rpc_protocol import Timestamp
from collectors.xapi.rpc_session import RpcSession
from collectors.xapi.source import Inquiry, XapiFailed

_LARGE = 200
"""Records whose conversion is worth a thread."""
_WITHHELD = frozenset({"method_unknown", "permission", "refused"})
"""Failures of a call that spoil only what it asked for: messages and hotfixes."""


class RpcReader:
    """Reads a pool within a session; remembers which class of hotfixes this XAPI has."""

    def __init__(self, session: RpcSession) -> None:
        self._session = session
        self._updates_unknown_in: int | None = None

    async def read(self, inquiry: Inquiry) -> PoolState:
        """The pool's data. Raises XapiFailed."""
        draft = Draft()
        await self._add(inquiry, "host_metrics", draft.host_metrics)
        await self._add(inquiry, "host", draft.hosts)
        await self._add(inquiry, "SR", draft.srs)
        await self._add(inquiry, "pool", draft.pools)
        await self._add(inquiry, "PBD", draft.pbds)
        await self._add(inquiry, "VM", draft.vms)
        await self._add(inquiry, "task", draft.tasks)
        await _withheld(self._messages(inquiry, draft))
        await self._hotfixes(inquiry, draft)
        return await asyncio.to_thread(draft.state)

    async def _add(self, inquiry: Inquiry, kind: str, add: Callable[[Table], None]) -> None:
        method = f"{kind}.get_all_records"
        records = table(await self._session.call(inquiry, method), method)
        if len(records) < _LARGE:
            add(records)
        else:
            await asyncio.to_thread(add, records)

    async def _messages(self, inquiry: Inquiry, draft: Draft) -> None:
        since = max(0.0, inquiry.messages_since)
        moment = datetime.fromtimestamp(since, UTC).strftime("%Y%m%dT%H:%M:%SZ")
        method = "message.get_since"
        records = table(await self._session.call(inquiry, method, Timestamp(moment)), method)
        draft.messages(records, since)

    async def _hotfixes(self, inquiry: Inquiry, draft: Draft) -> None:
        """`pool_update` came with XenServer 7.1 and replaced `host_patch`."""
        if self._updates_unknown_in != self._session.logins:
            reason = await _withheld(self._add(inquiry, "pool_update", draft.updates))
            if reason != "method_unknown":
                return
            self._updates_unknown_in = self._session.logins
        await _withheld(self._add(inquiry, "host_patch", draft.patches))


async def _withheld(asking: Awaitable[None]) -> str:
    """Why XAPI withholds what spoils nothing else; empty where it does not. Raises XapiFailed."""
    try:
        await asking
    except XapiFailed as failed:
        if failed.reason not in _WITHHELD:
            raise
        return failed.reason
    return ""
