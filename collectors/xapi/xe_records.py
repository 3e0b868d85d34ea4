"""Records of xe turned into XAPI's records. Each function raises Damaged."""

from collections.abc import Mapping

from collectors.xapi.records import Pbd, Pool, PoolHost, Sr, Task, Vm
from collectors.xapi.rules import Damaged, device_config, natural, path_counts, product, sizes
from collectors.xapi.xe_maps import Keys, read_map
from collectors.xapi.xe_values import (
    flag,
    flag_or_none,
    fraction,
    identity,
    integer,
    operations,
    parts,
    reference,
    text,
    unix_time,
    word,
)
from collectors.xe_complete import Record


def pool(record: Record, rolling_upgrade: bool) -> Pool:
    """The pool."""
    return Pool(
        uuid=identity(record),
        name=text(record, "name-label"),
        coordinator=reference(record, "master"),
        ha_enabled=flag(record, "ha-enabled", False),
        ha_failures_to_tolerate=integer(record, "ha-host-failures-to-tolerate"),
        ha_plan_exists_for=integer(record, "ha-plan-exists-for"),
        ha_overcommitted=flag_or_none(record, "ha-overcommitted"),
        rolling_upgrade=rolling_upgrade,
    )


def host(record: Record, hotfix_names: Mapping[str, str] | None, keys: Keys) -> PoolHost:
    """A host; `hotfix_names` are names of updates or patches by uuid."""
    return PoolHost(
        uuid=identity(record),
        name=text(record, "name-label"),
        hostname=text(record, "hostname"),
        address=text(record, "address"),
        enabled=flag(record, "enabled"),
        live=flag_or_none(record, "host-metrics-live"),
        product=_product(record, keys),
        current_operations=operations(record),
        hotfixes=_hotfixes(record, hotfix_names),
    )


def _product(record: Record, keys: Keys) -> str:
    """Empty while it is not looked up yet: for that no host is left out."""
    try:
        version = read_map("host", record, "software-version", keys)
    except Damaged:
        return ""
    return product(version.get("product_brand", ""), version.get("product_version", ""))


def _hotfixes(record: Record, names: Mapping[str, str] | None) -> tuple[str, ...] | None:
    uuids = hotfix_uuids(record)
    if names is None or uuids is None or any(uuid not in names for uuid in uuids):
        return None
    return tuple(sorted({names[uuid] for uuid in uuids}))


def hotfix_uuids(record: Record) -> list[str] | None:
    """Uuids of applied updates (since 7.1) or patches; None where xe has no such field."""
    field = "updates" if "updates" in record else "patches"
    return list(parts(record, field, ", ")) if field in record else None


def sr(record: Record) -> Sr:
    """A storage repository."""
    size, utilisation, virtual_allocation = sizes(
        integer(record, "physical-size"),
        integer(record, "physical-utilisation"),
        integer(record, "virtual-allocation"),
    )
    return Sr(
        uuid=identity(record),
        name=text(record, "name-label"),
        type=text(record, "type"),
        content_type=text(record, "content-type"),
        shared=flag(record, "shared"),
        size=size,
        utilisation=utilisation,
        virtual_allocation=virtual_allocation,
        current_operations=operations(record),
    )


def pbd(record: Record, keys: Keys) -> Pbd:
    """The attachment of an SR to a host."""
    other = read_map("pbd", record, "other-config", keys)
    return Pbd(
        uuid=identity(record),
        sr=reference(record, "sr-uuid"),
        host=reference(record, "host-uuid"),
        attached=flag(record, "currently-attached"),
        device_config=device_config(read_map("pbd", record, "device-config", keys)),
        multipathed=other.get("multipathed") == "true",
        path_counts=path_counts(other),
    )


def vm(record: Record) -> Vm:
    """A VM."""
    return Vm(
        uuid=identity(record),
        name=text(record, "name-label"),
        power_state=word(record, "power-state"),
        is_control_domain=flag(record, "is-control-domain", False),
        resident_on=reference(record, "resident-on"),
        domid=natural(integer(record, "dom-id")),
        current_operations=operations(record),
    )


def task(record: Record) -> Task:
    """A task."""
    progress = fraction(record, "progress")
    if progress is not None and progress > 1:
        raise Damaged("progress")
    return Task(
        uuid=identity(record),
        name=text(record, "name-label"),
        status=word(record, "status"),
        progress=progress,
        created=unix_time(record, "created"),
    )
