"""One PBD: the SR, the host, the other hosts' PBDs, and the paths that its LUN should have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from alerts.remediation.records import Facts, Refusal, Target, Unreadable
from alerts.remediation.sight import Sight
from alerts.remediation.tools.storage_pool import PoolSeen, look_at_pool
from collectors.multipath_reading import MultipathReading
from collectors.paths_expected import Known, expected_paths
from collectors.xapi.records import Pbd, PoolHost, Sr

Paths = Literal["missing", "none", "unknown", "whole"]
"""What XAPI counts beside what is expected; `none` where it counts nothing."""


@dataclass(frozen=True, slots=True)
class PbdSeen:
    """A PBD at one moment."""

    pool: PoolSeen
    sr: Sr
    host: PoolHost
    pbd: Pbd
    others: Mapping[str, Pbd]
    """The SR's PBDs on other hosts, by their uuids."""
    maps: MultipathReading | None
    """The host's multipath maps, where the SR is on a LUN."""
    expected: int | None
    """Paths that the LUN should have on this host."""

    @property
    def lun(self) -> str:
        """The SCSI id of its LUN; empty for none."""
        return self.pbd.device_config.get("SCSIid", "")

    @property
    def counted(self) -> bool:
        """Whether SM should count paths of the LUN: it does so here or on another host."""
        every = (self.pbd, *self.others.values())
        return any(pbd.multipathed or self.lun in pbd.path_counts for pbd in every)

    @property
    def paths(self) -> Paths:
        """XAPI's count beside what is expected: a degraded plug counts `[1, 1]`."""
        if not self.lun or not self.pbd.attached or not self.counted:
            return "none"
        count = self.pbd.path_counts.get(self.lun)
        if count is None or self.expected is None:
            return "unknown"
        return "whole" if count.current >= self.expected else "missing"

    @property
    def attached_on(self) -> list[str]:
        """The other hosts that have the SR plugged."""
        named = self.pool.reading.name_of
        return sorted(named(host) for host, pbd in self.others.items() if pbd.attached)

    @property
    def facts(self) -> Facts:
        """What identifies its state."""
        return {
            "pbd": self.pbd.uuid,
            "attached": self.pbd.attached,
            "attached_on": self.attached_on,
            "paths": self.paths,
            "coordinator": self.pool.reading.name_of(self.pool.state.pool.coordinator),
        }


async def look_at_pbd(target: Target, sight: Sight) -> PbdSeen:
    """See a PBD now.

    Raises Refusal `unknown_host`, `unknown_sr` and `no_pbd`, Unreadable.
    """
    pool = await look_at_pool(target.pool, sight)
    host = _host(pool, target.host)
    sr = pool.sr(target.labels["sr"])
    if sr is None:
        raise Refusal("unknown_sr", f"XAPI of pool {target.pool} knows no SR {target.labels['sr']}")
    others = dict(pool.pbds(sr))
    pbd = others.pop(host.uuid, None)
    if pbd is None:
        text = f"{target.host} has no PBD of {sr.name}: see the runbook PbdMissing"
        raise Refusal("no_pbd", text)
    maps, expected = await _maps(pool, target.host, pbd, others, sight)
    return PbdSeen(pool, sr, host, pbd, others, maps, expected)


def _host(pool: PoolSeen, name: str) -> PoolHost:
    uuid = next((uuid for uuid, known in pool.hosts.items() if known == name), "")
    host = pool.host(uuid)
    if host is not None:
        return host
    if "host" in pool.state.damaged_kinds:
        raise Unreadable("host", "XAPI's list of hosts could not be read whole: try again")
    raise Refusal("unknown_host", f"XAPI names no host {name}: is it in the right pool?")


async def _maps(
    pool: PoolSeen, host: str, pbd: Pbd, others: Mapping[str, Pbd], sight: Sight
) -> tuple[MultipathReading | None, int | None]:
    """A host's maps, and the paths a LUN should have there; nothing where there is no LUN."""
    lun = pbd.device_config.get("SCSIid")
    if lun is None:
        return None, None
    maps = await sight.read(host, "multipath")
    assert isinstance(maps, MultipathReading)
    counts = [other.path_counts.get(lun) for other in others.values() if other.attached]
    most = max((count.maximum for count in counts if count), default=0)
    known = Known(here=maps.seen.get(lun, 0), xapi=most)
    return maps, expected_paths(lun, sight.inventory(host), known).paths
