"""A pool as the storage tools see it: its hosts in the inventory, its coordinator, its SRs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.remediation.records import Refusal, Unreadable
from alerts.remediation.sight import Sight
from collectors.own_host import own_uuid
from collectors.pool_members import answers_by_uuid, is_up
from collectors.xapi.access import PoolReading
from collectors.xapi.records import Pbd, PoolHost, PoolState, Sr

PBD_OPERATIONS = frozenset({"destroy", "forget", "plug", "unplug"})
"""Operations of an SR during which its PBDs change (XAPI: SR.current_operations)."""
_PBD_TASK = re.compile(r"(?i)(async\.)?(pbd\.(plug|unplug|destroy)|sr\.(forget|destroy))")


@dataclass(frozen=True, slots=True)
class PoolSeen:
    """A pool at one moment. Hosts are by uuid, and `hosts` has those of the inventory."""

    reading: PoolReading
    state: PoolState
    hosts: Mapping[str, str]
    """The inventory's name of a host."""

    def host(self, uuid: str) -> PoolHost | None:
        """XAPI's record of a host."""
        return next((host for host in self.state.hosts if host.uuid == uuid), None)

    def is_live(self, uuid: str) -> bool:
        """Whether what XAPI says of a host can be true now."""
        host = self.host(uuid)
        return host is not None and is_up(host, answers_by_uuid(self.reading).get(uuid))

    def sr(self, uuid: str) -> Sr | None:
        """An SR, None where XAPI surely has none of that uuid. Raises Unreadable."""
        found = next((sr for sr in self.state.srs if sr.uuid == uuid), None)
        if found is None and "sr" in self.state.damaged_kinds:
            raise Unreadable("sr", "XAPI's list of SRs could not be read whole: try again")
        return found

    def pbds(self, sr: Sr) -> Mapping[str, Pbd]:
        """All PBDs of an SR by host. Raises Unreadable where one may be hidden, or is there twice.

        A record that is damaged, or that names no SR or no host, may be any.
        """
        torn = [pbd for pbd in self.state.pbds if pbd.sr is None or pbd.host is None]
        if "pbd" in self.state.damaged_kinds or any(pbd.sr in (None, sr.uuid) for pbd in torn):
            raise Unreadable("pbd", f"XAPI's PBDs of {sr.name} could not be read whole: try again")
        found = [pbd for pbd in self.state.pbds if pbd.sr == sr.uuid]
        by_host = {pbd.host or "": pbd for pbd in found}
        if len(by_host) < len(found):
            raise Unreadable("pbd", f"{sr.name} has two PBDs on one host: look at xe pbd-list")
        return by_host


async def look_at_pool(pool: str, sight: Sight) -> PoolSeen:
    """See a pool now. Raises Refusal and Unreadable."""
    reading = await sight.pool(pool)
    if reading.state is None:
        raise Unreadable("xapi", f"{pool}: no member's XAPI answers")
    named = ((own_uuid(reading, name), name) for name in sight.hosts(pool))
    hosts = {uuid: name for uuid, name in named if uuid is not None}
    return PoolSeen(reading, reading.state, hosts)


def coordinator(seen: PoolSeen) -> str:
    """The inventory's name of the coordinator, on which `xe` works.

    Raises Refusal `coordinator_unknown` and `coordinator_unreachable`.
    """
    uuid = seen.state.pool.coordinator or ""
    name = seen.hosts.get(uuid)
    if name is None:
        shown = seen.reading.name_of(uuid) or "no host"
        text = f"The coordinator is {shown}, which is not in the inventory: add it first"
        raise Refusal("coordinator_unknown", text)
    if not seen.is_live(uuid):
        text = f"The coordinator {name} does not answer: see the runbook PoolCoordinatorLost"
        raise Refusal("coordinator_unreachable", text)
    return name


def check_quiet(seen: PoolSeen, sr: Sr, harmless: frozenset[str] = frozenset()) -> None:
    """That nobody upgrades the pool or works on PBDs or on the SR, but for `harmless` operations.

    Raises Refusal `rolling_upgrade`, `pbd_busy` and `sr_busy`, Unreadable.
    """
    if seen.state.pool.rolling_upgrade:
        text = "A rolling upgrade of the pool is in progress: let it end first"
        raise Refusal("rolling_upgrade", text)
    if "task" in seen.state.damaged_kinds:
        raise Unreadable("task", "XAPI's list of tasks could not be read whole: try again")
    pending = [t.name for t in seen.state.tasks if t.status in ("pending", "cancelling")]
    busy = [name for name in pending if _PBD_TASK.fullmatch(name)]
    busy += sorted(PBD_OPERATIONS.intersection(sr.current_operations))
    if busy:
        text = f"{busy[0]} is under way: wait for its end, or find out what it hangs on"
        raise Refusal("pbd_busy", text)
    others = [operation for operation in sr.current_operations if operation not in harmless]
    if others:
        text = f"{sr.name} has current operations ({', '.join(others)}): wait for their end"
        raise Refusal("sr_busy", text)
