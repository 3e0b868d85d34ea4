"""`event.from`: a snapshot first, then what changed, waiting for it if need be (xapi_event.ml)."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from exporter.demo.xapi_rpc.changes import Change, Key
from exporter.demo.xapi_rpc.errors import XapiError
from exporter.demo.xapi_rpc.xapi import Dialect, Xapi

_DIGITS = 20
"""Of each half of a token."""
ORDER = ("add", "mod", "del")
"""XAPI lists what is new before what went."""


async def event_from(
    xapi: Xapi, gone: Callable[[], bool], session: str, classes: object, token: object, wait: object
) -> dict[str, Any]:
    """Events after `token`, at the latest after `wait` seconds.

    Raises XapiError, also when the session ends meanwhile, and ClientGone.
    """
    wanted, since = _wanted(classes), _since(token, xapi.dialect)
    deadline = asyncio.get_running_loop().time() + _seconds(wait)
    while True:
        await xapi.answering(gone)
        xapi.pool.sessions.host(session)
        changes = xapi.changes()
        until = xapi.pool.generation.value
        events = _events(changes.since(since, wanted), since)
        if events or asyncio.get_running_loop().time() >= deadline:
            return {
                "events": events,
                "valid_ref_counts": changes.counts,
                "token": _token(until, xapi.dialect),
            }
        await xapi.pause(gone)


def _events(changes: Iterable[Change], since: int) -> list[Mapping[str, Any]]:
    told = [(operation, c) for c in changes if (operation := c.operation(since)) is not None]
    told.sort(key=lambda each: ORDER.index(each[0]))
    return [_event(operation, change) for operation, change in told]


def _event(operation: str, change: Change) -> dict[str, Any]:
    event = {
        "id": str(change.changed),
        "timestamp": "0.0",
        "class": change.key.kind,
        "operation": operation,
        "ref": change.key.ref,
    }
    return event if change.record is None else {**event, "snapshot": change.record}


def _wanted(classes: object) -> Callable[[Key], bool]:
    """What `["vm", "pbd/OpaqueRef:…", "*"]` subscribes to."""
    if not isinstance(classes, list) or not all(isinstance(each, str) for each in classes):
        raise XapiError("FIELD_TYPE_ERROR", "classes")
    pairs = [each.partition("/") for each in classes]
    kinds = {kind.lower() for kind, slash, _ in pairs if not slash}
    objects = {Key(kind.lower(), ref) for kind, slash, ref in pairs if slash}
    return lambda key: "*" in kinds or key.kind in kinds or key in objects


def _since(token: object, dialect: Dialect) -> int:
    """The generation in a token; 6.0 took a bad token for an empty one."""
    first, comma, _ = str(token).partition(",")
    if token == "":
        return 0
    if isinstance(token, str) and comma and _is_number(first):
        return int(first)
    if dialect == "xml":
        return 0
    raise XapiError("EVENT_FROM_TOKEN_PARSE_FAILURE", str(token))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def _token(generation: int, dialect: Dialect) -> str:
    if dialect == "xml":
        return f"{generation},{0:f}"
    return f"{generation:020d},{0:020d}"


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise XapiError("FIELD_TYPE_ERROR", "timeout")
    return float(value)
