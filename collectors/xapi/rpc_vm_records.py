"""API records of VMs, tasks, messages and hotfixes turned into ours (XAPI datamodel)."""

from collections.abc import Callable, Iterable

from collectors.xapi.records import Message, Task, Vm
from collectors.xapi.rpc_fields import (
    Record,
    Table,
    built,
    flag,
    fraction,
    identity,
    integer,
    operations,
    reference,
    text,
    unix_time,
    word,
)
from collectors.xapi.rpc_records import Uuids
from collectors.xapi.rules import Damaged, natural


def vm(record: Record, hosts: Uuids) -> Vm | None:
    """A VM, None for a template or a snapshot. Raises Damaged."""
    if flag(record, "is_a_template") or flag(record, "is_a_snapshot", False):
        return None
    return Vm(
        uuid=identity(record),
        name=text(record, "name_label", ""),
        power_state=word(record, "power_state"),
        is_control_domain=flag(record, "is_control_domain", False),
        resident_on=reference(record, "resident_on", hosts),
        domid=natural(integer(record, "domid")),
        current_operations=operations(record),
    )


def task(record: Record) -> Task:
    """A task. Raises Damaged."""
    return Task(
        uuid=identity(record),
        name=text(record, "name_label", ""),
        status=word(record, "status"),
        progress=fraction(record, "progress"),
        # XAPI's "never" is the beginning of Unix time.
        created=unix_time(record, "created") or None,
    )


def message(record: Record, since: float) -> Message | None:
    """A message, None for an older one. Raises Damaged."""
    timestamp = unix_time(record, "timestamp")
    if timestamp is None:
        raise Damaged("timestamp")
    if timestamp < since:
        return None
    return Message(
        uuid=identity(record),
        name=text(record, "name"),
        kind=text(record, "cls"),
        object=text(record, "obj_uuid", ""),
        timestamp=timestamp,
    )


def updates(records: Table, damaged: Callable[[], None]) -> dict[str, set[str]]:
    """Host reference → names of the updates (`pool_update`, since 7.1) applied to it."""
    return _by_host(built(records, _update, damaged))


def patches(records: Table, damaged: Callable[[], None]) -> dict[str, set[str]]:
    """Host reference → names of the hotfixes (`host_patch`, before 7.1) applied to it."""
    return _by_host(built(records, _patch, damaged))


def _update(record: Record) -> tuple[str, list[str]]:
    hosts = record.get("hosts")
    if type(hosts) is not list or any(type(host) is not str for host in hosts):
        raise Damaged("hosts")
    return text(record, "name_label"), hosts


def _patch(record: Record) -> tuple[str, list[str]] | None:
    if not flag(record, "applied", True):
        return None
    return text(record, "name_label"), [text(record, "host")]


def _by_host(applied: Iterable[tuple[str, list[str]]]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for name, hosts in applied:
        for host in hosts:
            names.setdefault(host, set()).add(name)
    return names
