"""`/api/v1/alerts/webhook`: where Alertmanager calls. What is answered 202 is on the disk."""

import asyncio

from aiohttp import web

from alerts.remediation.journal import JournalUnwritable
from alerts.remediation.payload import BadPayload, parse_payload
from exporter.remediation.remedy import Remedy
from exporter.web.keys import SERVICE
from exporter.web.tokens import check

PATH = "/api/v1/alerts/webhook"
LONGEST = 4 * 2**20
"""Bytes of a payload: about 4,000 alerts."""
PARSED_AT_ONCE = 65536
"""A longer body is parsed in a thread, so that scrapes do not wait for it."""
NOT_SET_UP = (
    "remediation is not set up: add a section `remediation:` to the configuration "
    "(docs/remediation.md), or take this webhook out of Alertmanager's receivers\n"
)


async def webhook(request: web.Request) -> web.Response:
    """Take alerts: 202 once they are written down; 4xx for what is no payload of Alertmanager."""
    remedy = remedy_of(request)
    if remedy.section.webhook is not None:
        check(request, remedy.section.webhook.token)
    body = await _body(request)
    try:
        delivery = (
            parse_payload(body)
            if len(body) <= PARSED_AT_ONCE
            else await asyncio.to_thread(parse_payload, body)
        )
        await remedy.deliver(delivery.alerts, truncated=bool(delivery.truncated))
    except BadPayload as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from error
    except JournalUnwritable as error:
        raise web.HTTPServiceUnavailable(text=f"{error}\n") from error
    return web.json_response({"alerts": len(delivery.alerts)}, status=202)


def remedy_of(request: web.Request) -> Remedy:
    """Remediation. Raises HTTPNotFound where it is not set up, 503 while it is not ready."""
    service = request.app[SERVICE]
    if not service.remediates:
        raise web.HTTPNotFound(text=NOT_SET_UP)
    # Not 404: Alertmanager calls again after 5xx only.
    if service.remedy is None or not service.remedy.ready:
        raise web.HTTPServiceUnavailable(text="not ready: open runs are being classified\n")
    return service.remedy


async def _body(request: web.Request) -> bytes:
    """The body, if it is not too long. Raises HTTPRequestEntityTooLarge."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        body += chunk
        if len(body) > LONGEST:
            raise web.HTTPRequestEntityTooLarge(LONGEST, len(body))
    return bytes(body)
