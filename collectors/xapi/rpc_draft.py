"""The pool's state as it is put together, table by table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import TypeVar

from collectors.xapi.records import Message, Pbd, Pool, PoolHost, PoolState, Sr, Task, Vm
from collectors.xapi.rpc_fields import Table, built, identities
from collectors.xapi.rpc_records import host, is_live, pbd, pool, sr
from collectors.xapi.rpc_vm_records import message, patches, task, updates, vm
from collectors.xapi.rules import Damaged
from collectors.xapi.source import XapiFailed

R = TypeVar("R")
_by_uuid = attrgetter("uuid")


class Draft:
    """Tables are added in the order of the methods: later ones refer to earlier ones."""

    def __init__(self) -> None:
        self._damaged: dict[str, int] = {}
        self._host_uuids: dict[str, str] = {}
        self._sr_uuids: dict[str, str] = {}
        self._live: dict[str, bool] = {}
        self._hosts: list[PoolHost] = []
        self._srs: list[Sr] = []
        self._pbds: list[Pbd] = []
        self._vms: list[Vm] = []
        self._tasks: list[Task] = []
        self._messages: list[Message] | None = None
        self._pool: Pool | None = None

    def host_metrics(self, records: Table) -> None:
        """Add the table of `host_metrics`."""
        for reference, record in records.items():
            found = built({reference: record}, is_live, lambda: self._leave_out("host_metrics"))
            if found:
                self._live[reference] = found[0]

    def hosts(self, records: Table) -> None:
        """Add the table of `host`."""
        self._host_uuids = identities(records)
        self._hosts = built(
            records, lambda one: host(one, self._live), lambda: self._leave_out("host")
        )

    def srs(self, records: Table) -> None:
        """Add the table of `SR`."""
        self._sr_uuids = identities(records)
        self._srs = built(records, sr, lambda: self._leave_out("sr"))

    def pools(self, records: Table) -> None:
        """Add the table of `pool`. Raises XapiFailed unless it holds the one pool."""
        hosts = self._host_uuids
        found = built(records, lambda one: pool(one, hosts), lambda: None)
        if len(found) != 1 or len(records) != 1:
            raise XapiFailed("unparsable", f"{len(found)} of {len(records)} pools can be read")
        self._pool = found[0]

    def pbds(self, records: Table) -> None:
        """Add the table of `PBD`."""
        hosts, srs = self._host_uuids, self._sr_uuids
        self._pbds = built(
            records, lambda one: pbd(one, hosts, srs), lambda: self._leave_out("pbd")
        )

    def vms(self, records: Table) -> None:
        """Add the table of `VM`."""
        hosts = self._host_uuids
        self._vms = built(records, lambda one: vm(one, hosts), lambda: self._leave_out("vm"))

    def tasks(self, records: Table) -> None:
        """Add the table of `task`."""
        self._tasks = built(records, task, lambda: self._leave_out("task"))

    def messages(self, records: Table, since: float) -> None:
        """Add messages from `since` (Unix time) on."""
        self._messages = built(
            records, lambda one: message(one, since), lambda: self._leave_out("message")
        )

    def updates(self, records: Table) -> None:
        """Add the table of `pool_update`."""
        self._apply(updates(records, lambda: self._leave_out("pool_update")), "pool_update")

    def patches(self, records: Table) -> None:
        """Add the table of `host_patch`."""
        self._apply(patches(records, lambda: self._leave_out("host_patch")), "host_patch")

    def _apply(self, applied: Mapping[str, set[str]], kind: str) -> None:
        if kind in self._damaged:
            return  # Any host might have what was left out.
        names = {self._host_uuids.get(reference): names for reference, names in applied.items()}
        self._hosts = [
            replace(one, hotfixes=tuple(sorted(names.get(one.uuid, ())))) for one in self._hosts
        ]

    def _leave_out(self, kind: str) -> None:
        self._damaged[kind] = self._damaged.get(kind, 0) + 1

    def state(self) -> PoolState:
        """The whole. Raises Damaged before `pools` was called."""
        if self._pool is None:
            raise Damaged("pool")
        return PoolState(
            pool=self._pool,
            hosts=_sorted(self._hosts),
            srs=_sorted(self._srs),
            pbds=_sorted(self._pbds),
            vms=_sorted(self._vms),
            tasks=_sorted(self._tasks),
            messages=None if self._messages is None else _sorted(self._messages),
            damaged=sum(self._damaged.values()),
            damaged_kinds=tuple(sorted(self._damaged)),
        )


def _sorted(records: Sequence[R]) -> tuple[R, ...]:
    return tuple(sorted(records, key=_by_uuid))
