"""Commands of `xe` for the pool itself: its coordinator, HA, a dump of the database."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from exporter.demo.command import Dom0, Result
from exporter.demo.faces.xe_arguments import Arguments
from exporter.demo.faces.xe_complaints import failure, invalid_uuid, not_given, refused
from exporter.demo.pool.names import uuid_of
from exporter.demo.pool.records import Pool
from exporter.demo.pool.troubles import with_coordinator

_HA_IS_ENABLED = "The operation could not be performed because HA is enabled on the Pool"
_HA_IS_OFF = "The operation could not be performed because HA is not enabled on the Pool"
_OFFLINE = "You attempted an operation which involves a host which could not be contacted."
_TOLERATE = "ha-host-failures-to-tolerate"


def _designate(dom0: Dom0, asked: Arguments) -> Result:
    """One host that is lost aborts it, and so does HA. The real XAPIs are away for a minute."""
    uuid, chassis = _needed(asked, "host-uuid"), dom0.model.chassis
    name = next((host.name for host in chassis.hosts.values() if host.uuid == uuid), None)
    if name is None:
        raise invalid_uuid("host", uuid)
    if chassis.pool.ha:
        raise refused(_HA_IS_ENABLED)
    _all_live(chassis.pool)
    now = dom0.now
    dom0.model.change(lambda pool: with_coordinator(pool, name, now))
    return Result()


def _ha_disable(dom0: Dom0, asked: Arguments) -> Result:
    if not dom0.model.chassis.pool.ha:
        raise refused(_HA_IS_OFF)
    dom0.model.change(lambda pool: replace(pool, ha=False, ha_failures=0, ha_sr=""))
    return Result()


def _ha_enable(dom0: Dom0, asked: Arguments) -> Result:
    """`heartbeat-sr-uuids` chooses; anything else, as the singular, is ignored."""
    pool = dom0.model.chassis.pool
    if pool.ha:
        raise refused(_HA_IS_ENABLED)
    _all_live(pool)
    sr = (asked.get("heartbeat-sr-uuids") or "").partition(",")[0]
    if sr and sr not in pool.srs:
        raise invalid_uuid("SR", sr)
    dom0.model.change(lambda pool: replace(pool, ha=True, ha_failures=0, ha_sr=sr))
    return Result()


def _param_set(dom0: Dom0, asked: Arguments) -> Result:
    """Only of how many failures HA is to tolerate."""
    uuid, number = _needed(asked, "uuid"), _needed(asked, _TOLERATE)
    if uuid != dom0.model.chassis.pool.uuid:
        raise invalid_uuid("pool", uuid)
    if not number.isdigit():
        raise failure(f"Field '{_TOLERATE}' is not an integer")
    dom0.model.change(lambda pool: replace(pool, ha_failures=int(number)))
    return Result()


def _dump(dom0: Dom0, asked: Arguments) -> Result:
    """The file is the client's: on the host where xe runs."""
    dump = (dom0.name, _needed(asked, "file-name"))
    dom0.model.change(lambda pool: replace(pool, dumps=pool.dumps | {dump}))
    return Result()


def _needed(asked: Arguments, name: str) -> str:
    value = asked.get(name)
    if value is None:
        raise not_given(name)
    return value


def _all_live(pool: Pool) -> None:
    for host in pool.lost:
        raise refused(_OFFLINE, host=f"{uuid_of('host', host)} ({host})")


POOL_DEEDS: Mapping[str, Callable[[Dom0, Arguments], Result]] = {
    "pool-designate-new-master": _designate,
    "pool-dump-database": _dump,
    "pool-ha-disable": _ha_disable,
    "pool-ha-enable": _ha_enable,
    "pool-param-set": _param_set,
}
