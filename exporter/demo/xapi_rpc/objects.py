"""Reading the pool's objects."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xmlrpc.client import DateTime

from exporter.demo.xapi_rpc.database import Record
from exporter.demo.xapi_rpc.errors import XapiError
from exporter.demo.xapi_rpc.wire import in_utc
from exporter.demo.xapi_rpc.xapi import Xapi

Table = Mapping[str, Record]


def record(table: Table, kind: str, ref: object) -> Record:
    """The record of a reference. Raises XapiError HANDLE_INVALID."""
    if not isinstance(ref, str) or ref not in table:
        raise XapiError("HANDLE_INVALID", kind, str(ref))
    return table[ref]


def by_uuid(table: Table, kind: str, uuid: object) -> str:
    """The reference of the object with a uuid. Raises XapiError UUID_INVALID."""
    for ref, each in table.items():
        if each["uuid"] == uuid:
            return ref
    raise XapiError("UUID_INVALID", kind, str(uuid))


def this_host(xapi: Xapi, session: object) -> str:
    """The host at which a session was opened. Raises XapiError."""
    host = xapi.pool.sessions.host(session)
    return by_uuid(xapi.tables["host"], "host", xapi.pool.database.uuid(host))


def servertime(xapi: Xapi, ref: object) -> datetime:
    """The time by the pool's clock. Raises XapiError HANDLE_INVALID."""
    record(xapi.tables["host"], "host", ref)
    return datetime.fromtimestamp(xapi.pool.database.now(), UTC)


def messages_since(tables: Mapping[str, Table], since: object) -> dict[str, Any]:
    """The messages from a time on. Raises XapiError FIELD_TYPE_ERROR for what is no time."""
    start = _time(since)
    messages = tables.get("message", {}).items()
    return {ref: each for ref, each in messages if in_utc(each["timestamp"]) >= start}


def _time(value: object) -> datetime:
    text = value.value if isinstance(value, DateTime) else value
    try:
        return in_utc(datetime.fromisoformat(str(text)))
    except ValueError:
        raise XapiError("FIELD_TYPE_ERROR", "since") from None
