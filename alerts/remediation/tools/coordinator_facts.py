"""A pool's coordinator as XAPI names it, and as every host's own file does."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.remediation.records import Facts, Refusal, Unreadable
from alerts.remediation.sight import Sight
from alerts.remediation.tool import UUID
from alerts.remediation.tools.coordinator_xe import ask_xe
from collectors.xapi.access import PoolReading
from collectors.xapi.records import PoolHost, PoolState

POOL_CONF = ("cat", "/etc/xensource/pool.conf")
"""`master`, `slave:ADDRESS`, or `broken` after a change that failed halfway. Never hangs."""
_SETTINGS = re.compile(r"(?:[a-z_]+: [0-9]+(?:; (?!$))?)*")


@dataclass(frozen=True, slots=True)
class HighAvailability:
    """How HA is set up; empty where it is off."""

    statefile_srs: tuple[str, ...] = ()
    """Uuids of the SRs with the statefiles: the heartbeat SRs."""
    settings: tuple[str, ...] = ()
    """Of ha-configuration, as `timeout=60`."""


@dataclass(frozen=True, slots=True)
class PoolSeen:
    """A pool at one moment. Hosts are by their name in the inventory."""

    reading: PoolReading
    state: PoolState
    roles: Mapping[str, str]
    """What every host's pool.conf says."""
    ha: HighAvailability
    dumped: bool
    """Whether the coordinator has a dump of the database in the place for it."""

    @property
    def coordinator(self) -> str:
        """The host that is the coordinator, as XAPI says."""
        return self.reading.name_of(self.state.pool.coordinator)

    @property
    def followed(self) -> bool:
        """Whether the coordinator knows what it is, and every other host has its address."""
        own = host_of(self.state, self.state.pool.coordinator)
        others = {role for host, role in self.roles.items() if host != self.coordinator}
        return self.roles[self.coordinator] == "master" and others <= {f"slave:{own.address}"}


async def look(pool: str, sight: Sight) -> PoolSeen:
    """See a pool now. Raises Unreadable, also while XAPI is away, and Refusal `host_unwatched`."""
    reading = await sight.pool(pool)
    if reading.state is None:
        raise Unreadable("xapi", f"{pool}: no member's XAPI answers")
    state = reading.state
    _check(pool, reading, state, sight)
    names = [reading.name_of(host.uuid) for host in state.hosts]
    roles = await asyncio.gather(*(_role(sight, name) for name in names))
    coordinator = host_of(state, state.pool.coordinator)
    asked = reading.name_of(coordinator.uuid)
    ha = await _ha(sight, asked, state) if state.pool.ha_enabled else HighAvailability()
    dumped = await _has_dump(sight, asked, coordinator)
    return PoolSeen(reading, state, dict(zip(names, roles, strict=True)), ha, dumped)


def _check(pool: str, reading: PoolReading, state: PoolState, sight: Sight) -> None:
    if state.pool.coordinator is None or {"host", "pool", "task"} & set(state.damaged_kinds):
        raise Unreadable("pool", f"{pool}: XAPI's hosts and tasks could not be read whole")
    unwatched = {reading.name_of(host.uuid) for host in state.hosts} - {*sight.hosts(pool)}
    if unwatched:
        text = f"not in the inventory, so nothing is known of them: {', '.join(sorted(unwatched))}"
        raise Refusal("host_unwatched", text)


def host_of(state: PoolState, uuid: str | None) -> PoolHost:
    """The host of that uuid. Raises Unreadable."""
    for host in state.hosts:
        if host.uuid == uuid:
            return host
    raise Unreadable("pool", f"XAPI has no host {uuid}")


async def _role(sight: Sight, host: str) -> str:
    output = await sight.ask(host, POOL_CONF)
    if output.exit_status != 0 or not output.stdout.strip():
        raise Unreadable("pool_conf", f"{host}: {POOL_CONF[-1]}: {output.stderr.strip()}")
    return output.stdout.strip()


async def _ha(sight: Sight, host: str, state: PoolState) -> HighAvailability:
    pool = f"uuid={state.pool.uuid}"
    files = await ask_xe(sight, host, "pool-param-get", pool, "param-name=ha-statefiles")
    said = await ask_xe(sight, host, "pool-param-get", pool, "param-name=ha-configuration")
    words = ("vdi-list", "params=sr-uuid", "--minimal")
    srs = {await ask_xe(sight, host, *words, f"uuid={vdi}") for vdi in files.split("; ")}
    if not all(re.fullmatch(UUID, sr) for sr in srs) or not _SETTINGS.fullmatch(said):
        raise Unreadable("ha", f"HA's configuration is not understood: {files!r}, {said!r}")
    settings = (pair.replace(": ", "=") for pair in said.split("; ") if pair)
    return HighAvailability(tuple(sorted(srs)), tuple(settings))


def dump_file(host: PoolHost) -> str:
    """Where the database is dumped on a coordinator."""
    return f"/var/xapi/xenlens-{host.uuid}.dump"


async def _has_dump(sight: Sight, name: str, coordinator: PoolHost) -> bool:
    output = await sight.ask(name, ("stat", "-c", "%s", dump_file(coordinator)))
    size = output.stdout.strip()
    return output.exit_status == 0 and size.isdigit() and int(size) > 0


def facts(seen: PoolSeen) -> Facts:
    """What identifies the state of a pool, as far as a change of coordinator concerns it."""
    pool = seen.state.pool
    return {
        "pool": pool.uuid,
        "coordinator": seen.coordinator,
        "roles": dict(seen.roles),
        "followed": seen.followed,
        "ha_enabled": pool.ha_enabled,
        "ha_failures_to_tolerate": pool.ha_failures_to_tolerate,
        "ha_statefile_srs": list(seen.ha.statefile_srs),
        "ha_settings": list(seen.ha.settings),
        "dumped": seen.dumped,
    }
