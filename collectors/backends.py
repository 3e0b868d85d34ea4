"""Back ends of storage: do the servers of a host's NFS, ISO, SMB and iSCSI SRs answer it?"""

from collections.abc import Callable
from dataclasses import dataclass

from collectors import backends_metrics
from collectors.backends_connect import CONNECT_SECONDS, check_all
from collectors.backends_metrics import BackendsReading
from collectors.backends_servers import Backend, backends_of, servers_of
from collectors.host import HostError, loop_time
from collectors.own_host import own_uuid, unknown_host
from collectors.pool_lost import state_of
from collectors.registry import CollectorFailed, Look, NotPresent, Scope, collector
from collectors.xapi.access import PoolReading

KEEP_SECONDS = 3600.0
"""For so long the servers that XAPI named are checked while no member's XAPI answers."""
POOL_SHARE = 0.5
"""Share of the time in which XAPI must name the back ends, where those it named last are known."""
RENEW_SECONDS = KEEP_SECONDS / 2
"""When these are older, XAPI gets all the time but what the checks need: it may just be slow."""
CHECK_SECONDS = CONNECT_SECONDS + 0.5
"""What the checks need."""
SILENCE = frozenset({"coordinator_lost", "deadline_exceeded", "lost_connection", "slow", "stuck"})
"""Reasons for which the servers that XAPI named last are checked: it gives no answer at all."""


@dataclass(frozen=True, slots=True)
class Named:
    """The back ends that XAPI named, when (the collector's clock), and the way they came."""

    backends: tuple[Backend, ...]
    at: float
    via: str


@collector
class Backends:
    """The back ends of a host; keeps those XAPI named last for when it does not answer.

    `clock` tells how old these are; the event loop's but for tests.
    """

    name = "backends"
    scope: Scope = "host"
    families = backends_metrics.FAMILIES
    fill = staticmethod(backends_metrics.fill)
    findings = staticmethod(backends_metrics.findings)

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or loop_time
        self._named: Named | None = None

    async def read(self, look: Look) -> BackendsReading:
        """Check every server. Raises HostError, CollectorFailed, NotPresent."""
        named, current = await self._backends(look)
        checks = await check_all(look, servers_of(named.backends))
        age = self._age(named)
        stale = f"; servers as XAPI named them {age:.0f} s ago, now it does not answer"
        via = f"/dev/tcp and /proc/mounts; {named.via}{'' if current else stale}"
        return BackendsReading(named.backends, via, checks=checks, current=current)

    async def _backends(self, look: Look) -> tuple[Named, bool]:
        """The back ends, and whether XAPI named them just now."""
        try:
            age = None if self._named is None else self._age(self._named)
            patience = pool_seconds(look.deadline - loop_time(), age)
            reading = await look.pool_reading(within=patience)
            self._named = Named(_backends(look, reading), self._clock(), reading.via)
        except (HostError, CollectorFailed) as error:
            if self._named is None or self._age(self._named) > KEEP_SECONDS:
                raise
            if error.reason not in SILENCE:
                raise
            return self._named, False
        return self._named, True

    def _age(self, named: Named) -> float:
        return self._clock() - named.at

    async def close(self) -> None:
        """Nothing is kept open."""


def pool_seconds(left: float, age: float | None) -> float:
    """How many of the `left` seconds to wait for XAPI, when what it named last is so old.

    `age` in seconds; None: it has named nothing yet.
    """
    share = POOL_SHARE * left
    is_fresh = age is not None and age <= RENEW_SECONDS
    return share if is_fresh else max(share, left - CHECK_SECONDS)


def _backends(look: Look, reading: PoolReading) -> tuple[Backend, ...]:
    """The host's back ends. Raises CollectorFailed; NotPresent where there surely are none."""
    state = state_of(reading)
    here = own_uuid(reading, look.host.name)
    if here is None:
        raise unknown_host(look.host.name, "SRs")
    backends = backends_of(state, here)
    if not backends and not {"pbd", "sr"} & set(state.damaged_kinds):
        raise NotPresent("no SR of this host is on a server")
    return backends
