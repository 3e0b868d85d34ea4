"""change-coordinator: make another host of a pool its coordinator, while all is well.

For planned changes, started by a person. A coordinator that is lost is never replaced by this.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.remediation.records import (
    Diagnosis,
    Facts,
    Mode,
    Plan,
    Refusal,
    Step,
    Target,
)
from alerts.remediation.sight import Sight
from alerts.remediation.tool import REPEATED, UUID, Shape
from alerts.remediation.tools.coordinator_checks import check
from alerts.remediation.tools.coordinator_facts import (
    PoolSeen,
    dump_file,
    facts,
    host_of,
    look,
)

_DUMP_SECONDS, _SECONDS, _HA_SECONDS = 120.0, 60.0, 300.0
_SETTING = "ha-config:[a-z_]+=[0-9]+"
_SRS = f"heartbeat-sr-uuids={UUID}(,{UUID})*"


@dataclass(frozen=True, slots=True)
class ChangeCoordinator:
    """The tool. The target's host is the one that becomes the coordinator."""

    name: str = "change-coordinator"
    target: tuple[str, ...] = ("pool", "host")
    most: Mode = Mode.APPROVE
    by_alert: bool = False
    effects: tuple[Shape, ...] = (
        ("xe", "pool-dump-database", f"file-name=/var/xapi/xenlens-{UUID}\\.dump"),
        ("xe", "pool-ha-disable"),
        ("xe", "pool-designate-new-master", f"host-uuid={UUID}"),
        ("xe", "pool-ha-enable", _SRS),
        ("xe", "pool-ha-enable", _SRS, _SETTING, REPEATED),
        ("xe", "pool-param-set", f"uuid={UUID}", "ha-host-failures-to-tolerate=[0-9]{1,2}"),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether the host is the coordinator and all follow it. Raises Unreadable and Refusal.

        XAPI is away for 30 to 120 s while a pool changes: it is Unreadable for so long.
        """
        seen = await look(target.pool, sight)
        if seen.reading.uuid_of(target.host) not in {host.uuid for host in seen.state.hosts}:
            text = f"XAPI of pool {target.pool} has no host {target.host}"
            raise Refusal("unknown_host", text)
        if not seen.followed:
            text = f"not every host follows {seen.coordinator}: see PoolCoordinatorLost"
            return Diagnosis("unclear", text, facts(seen), "not_followed")
        if seen.coordinator == target.host:
            return Diagnosis("healthy", f"{target.host} is the coordinator", facts(seen))
        text = f"{seen.coordinator} is the coordinator, {target.host} is to be"
        return Diagnosis("faulty", text, facts(seen))

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """Dump the database, change, restore HA. Raises Refusal and Unreadable."""
        if found.verdict != "faulty":
            raise Refusal(found.reason or "not_faulty", found.text)
        seen = await look(target.pool, sight)
        check(target, seen)
        expected: Facts = {"coordinator": target.host, "followed": True, **_ha_facts(seen)}
        evidence = {"facts": facts(seen), "via": seen.reading.via}
        return Plan(found.text, tuple(_steps(target, seen)), expected, evidence, target.host)


def _ha_facts(seen: PoolSeen) -> Facts:
    """HA as it was. How many failures it tolerates means nothing where it is off."""
    names = ["ha_enabled", "ha_statefile_srs", "ha_settings"]
    if seen.state.pool.ha_enabled:
        names.append("ha_failures_to_tolerate")
    return {name: facts(seen)[name] for name in names}


def _steps(target: Target, seen: PoolSeen) -> Iterator[Step]:
    old, new = seen.coordinator, target.host
    file = dump_file(host_of(seen.state, seen.state.pool.coordinator))
    dump = ("xe", "pool-dump-database", f"file-name={file}")
    yield Step("Dump the database of the pool.", old, dump, _DUMP_SECONDS, {"dumped": True})
    if seen.state.pool.ha_enabled:
        yield _ha_off(old, seen)
    designate = ("xe", "pool-designate-new-master", f"host-uuid={seen.reading.uuid_of(new)}")
    expected = {"coordinator": new, "followed": True}
    yield Step(f"Make {new} the coordinator.", old, designate, _SECONDS, expected)
    if seen.state.pool.ha_enabled:
        yield from _ha_on(new, seen)


def _ha_enable(seen: PoolSeen) -> tuple[str, ...]:
    """The plural matters: XAPI ignores the documented `heartbeat-sr-uuid` without a word."""
    srs = f"heartbeat-sr-uuids={','.join(seen.ha.statefile_srs)}"
    return ("xe", "pool-ha-enable", srs, *(f"ha-config:{one}" for one in seen.ha.settings))


def _ha_off(old: str, seen: PoolSeen) -> Step:
    """Its undo is safe: XAPI refuses to enable HA unless every host lives and follows.

    How many failures HA tolerates is then for a person to set: the undoing says that it failed.
    """
    off = ("xe", "pool-ha-disable")
    what = "Switch HA off, as no coordinator is changed under it."
    return Step(what, old, off, _HA_SECONDS, {"ha_enabled": False}, undo=_ha_enable(seen))


def _ha_on(new: str, seen: PoolSeen) -> Iterator[Step]:
    was = _ha_facts(seen)
    tolerate = seen.state.pool.ha_failures_to_tolerate
    enabled = {name: was[name] for name in was if name != "ha_failures_to_tolerate"}
    argv = _ha_enable(seen)
    yield Step("Switch HA on, with its statefile where it was.", new, argv, _HA_SECONDS, enabled)
    number = f"ha-host-failures-to-tolerate={tolerate}"
    restore = ("xe", "pool-param-set", f"uuid={seen.state.pool.uuid}", number)
    yield Step(f"Let HA tolerate {tolerate} failures again.", new, restore, _SECONDS, was)
