"""API records of hosts and storage turned into ours. Field names are of the XAPI datamodel."""

from collections.abc import Mapping

from collectors.xapi.records import DEVICE_CONFIG_KEYS, Pbd, Pool, PoolHost, Sr
from collectors.xapi.rpc_fields import (
    Record,
    flag,
    identity,
    integer,
    mapping,
    operations,
    reference,
    text,
)
from collectors.xapi.rules import MPATH, device_config, path_counts, product, sizes

Uuids = Mapping[str, str]
"""Reference → uuid."""


def pool(record: Record, hosts: Uuids) -> Pool:
    """The pool. Raises Damaged."""
    return Pool(
        uuid=identity(record),
        name=text(record, "name_label", ""),
        coordinator=reference(record, "master", hosts),
        ha_enabled=flag(record, "ha_enabled", False),
        ha_failures_to_tolerate=integer(record, "ha_host_failures_to_tolerate"),
        ha_plan_exists_for=integer(record, "ha_plan_exists_for"),
        ha_overcommitted=_flag_or_none(record, "ha_overcommitted"),
        rolling_upgrade="rolling_upgrade_in_progress" in mapping(record, "other_config"),
    )


def _flag_or_none(record: Record, name: str) -> bool | None:
    return flag(record, name) if record.get(name) is not None else None


def is_live(record: Record) -> bool:
    """Whether a record of host_metrics says that its host lives. Raises Damaged."""
    return flag(record, "live")


def host(record: Record, live: Mapping[str, bool]) -> PoolHost:
    """A host; `live` is by reference of host_metrics. Raises Damaged."""
    version = mapping(record, "software_version")
    return PoolHost(
        uuid=identity(record),
        name=text(record, "name_label", ""),
        hostname=text(record, "hostname", ""),
        address=text(record, "address", ""),
        enabled=flag(record, "enabled"),
        live=live.get(text(record, "metrics", "")),
        product=product(text(version, "product_brand", ""), text(version, "product_version", "")),
        current_operations=operations(record),
    )


def sr(record: Record) -> Sr:
    """A storage repository. Raises Damaged."""
    size, utilisation, virtual_allocation = sizes(
        integer(record, "physical_size"),
        integer(record, "physical_utilisation"),
        integer(record, "virtual_allocation"),
    )
    return Sr(
        uuid=identity(record),
        name=text(record, "name_label", ""),
        type=text(record, "type", ""),
        content_type=text(record, "content_type", ""),
        shared=flag(record, "shared"),
        size=size,
        utilisation=utilisation,
        virtual_allocation=virtual_allocation,
        current_operations=operations(record),
    )


def pbd(record: Record, hosts: Uuids, srs: Uuids) -> Pbd:
    """The attachment of an SR to a host. Raises Damaged."""
    config = mapping(record, "device_config")
    other = mapping(record, "other_config")
    return Pbd(
        uuid=identity(record),
        sr=reference(record, "SR", srs),
        host=reference(record, "host", hosts),
        attached=flag(record, "currently_attached"),
        device_config=device_config(
            {key: text(config, key) for key in config if key in DEVICE_CONFIG_KEYS}
        ),
        multipathed=other.get("multipathed") == "true",
        path_counts=path_counts({key: text(other, key) for key in other if key.startswith(MPATH)}),
    )
