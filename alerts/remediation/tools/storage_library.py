"""An ISO library on a file server: its PBDs and its mounts on every host of the pool."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.remediation.records import Facts, Refusal, Target, Unreadable
from alerts.remediation.sight import Sight
from alerts.remediation.tools.storage_mounts import mount_of
from alerts.remediation.tools.storage_pool import PoolSeen, look_at_pool
from collectors.backends_servers import backends_of
from collectors.proc_mounts import Mount
from collectors.xapi.records import Pbd, Sr


@dataclass(frozen=True, slots=True)
class Library:
    """An ISO library at one moment. Hosts are by their name in the inventory, sorted."""

    pool: PoolSeen
    sr: Sr
    pbds: Mapping[str, Pbd]
    mounts: Mapping[str, Mount | None]
    """Of every host of the pool, also of those without a PBD."""

    @property
    def detached(self) -> bool:
        """Whether no host has it plugged, and none has it mounted."""
        plugged = any(pbd.attached for pbd in self.pbds.values())
        return not plugged and not any(self.mounts.values())

    @property
    def facts(self) -> Facts:
        """What identifies its state."""
        attached = {attached_fact(host): pbd.attached for host, pbd in self.pbds.items()}
        points = {mounted_fact(h): mount.point if mount else "" for h, mount in self.mounts.items()}
        coordinator = self.pool.reading.name_of(self.pool.state.pool.coordinator)
        pbds = {host: pbd.uuid for host, pbd in self.pbds.items()}
        known = {"sr": self.sr.uuid, "known": True, "coordinator": coordinator, "pbds": pbds}
        return known | attached | points


def attached_fact(host: str) -> str:
    """The name of the fact whether a host has the library plugged."""
    return f"attached {host}"


def mounted_fact(host: str) -> str:
    """The name of the fact where a host has the library mounted; the value is empty for nowhere."""
    return f"mounted {host}"


async def look_at_library(target: Target, sight: Sight) -> Library | None:
    """See an ISO library now; None where XAPI knows no such SR.

    Raises Unreadable, and Refusal: `not_iso_library`, `not_shared`, `tools_sr`,
    `host_not_watched`, `host_not_live`.
    """
    pool = await look_at_pool(target.pool, sight)
    sr = pool.sr(target.labels["sr"])
    if sr is None:
        return None
    pbds = pool.pbds(sr)
    _check_kind(pool, sr, pbds)
    _check_hosts(pool, pbds)
    names = sorted(pool.hosts[host.uuid] for host in pool.state.hosts)
    found = await asyncio.gather(*(mount_of(sight, name, sr.uuid) for name in names))
    by_name = {pool.hosts[uuid]: pbd for uuid, pbd in pbds.items()}
    mounts = dict(zip(names, found, strict=True))
    return Library(pool, sr, dict(sorted(by_name.items())), mounts)


def _check_kind(pool: PoolSeen, sr: Sr, pbds: Mapping[str, Pbd]) -> None:
    if sr.type != "iso" or sr.content_type != "iso":
        text = (
            f"{sr.name} is of type {sr.type} and may hold disks of VMs: this is for ISO libraries"
        )
        raise Refusal("not_iso_library", text)
    if not sr.shared:
        raise Refusal("not_shared", f"{sr.name} is not shared: look at it on its own host")
    for host in pbds:
        if not any(backend.sr == sr.uuid for backend in backends_of(pool.state, host)):
            text = f"{sr.name} is on no server: every host holds it itself, as the tools' library"
            raise Refusal("tools_sr", text)


def _check_hosts(pool: PoolSeen, pbds: Mapping[str, Pbd]) -> None:
    if "host" in pool.state.damaged_kinds:
        raise Unreadable("host", "XAPI's list of hosts could not be read whole: try again")
    known = {host.uuid for host in pool.state.hosts}
    for uuid in sorted(known | set(pbds)):
        name = pool.reading.name_of(uuid)
        if uuid not in pool.hosts:
            text = f"{name} is a host of the pool and not in the inventory: add it first"
            raise Refusal("host_not_watched", text)
        if not pool.is_live(uuid):
            text = f"{name} does not answer, so it may have the library mounted: bring it back"
            raise Refusal("host_not_live", text)
