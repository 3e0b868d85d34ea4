"""What a host's XAPI answers to an HTTP request, whatever comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from exporter.demo.xapi_rpc.errors import XapiError
from exporter.demo.xapi_rpc.json_rpc import read_json
from exporter.demo.xapi_rpc.methods import Call, carry_out
from exporter.demo.xapi_rpc.wire import Malformed, Request
from exporter.demo.xapi_rpc.xapi import Xapi
from exporter.demo.xapi_rpc.xml_rpc import XmlReply, read_xml

LANDING = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>XO Lite</title></head>
<body><div id="app"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
"""
"""A page for people where XAPI is expected, as XCP-ng 8.3 has one."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came; `path` is without a query."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """Status, type and bytes of a reply."""

    body: bytes
    content_type: str = "text/html"
    status: HTTPStatus = HTTPStatus.OK


async def answer(xapi: Xapi, request: HttpRequest, gone: Callable[[], bool]) -> HttpReply:
    """The reply to a request. Raises ClientGone."""
    if request.method == "POST" and request.path in ("/", "/jsonrpc"):
        return await _rpc(xapi, request, gone)
    if request.method == "GET" and request.path == "/" and xapi.landing:
        return HttpReply(LANDING.encode())
    return refused(HTTPStatus.NOT_FOUND, f"no {request.path} for {request.method}")


def refused(status: HTTPStatus, reason: str) -> HttpReply:
    """A page that says what was wrong with a request, as XAPI's HTTP server makes one."""
    page = f"<html><body><h1>HTTP {status} {status.phrase}</h1>{escape(reason)}</body></html>"
    return HttpReply(page.encode(), status=status)


async def _rpc(xapi: Xapi, request: HttpRequest, gone: Callable[[], bool]) -> HttpReply:
    if request.path == "/jsonrpc" and xapi.dialect == "xml":
        return _no_json()
    try:
        is_json = request.path == "/jsonrpc"
        call = read_json(request.body, xapi.dialect) if is_json else read_xml(request.body)
    except Malformed as error:
        return refused(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
    return HttpReply(await _called(xapi, call, gone), call.reply.content_type)


async def _called(xapi: Xapi, request: Request, gone: Callable[[], bool]) -> bytes:
    try:
        value = await carry_out(Call(xapi, request.method, request.params, gone))
    except XapiError as error:
        return request.reply.failure(error)
    return request.reply.success(xapi.pool.encode(request.reply, value))


def _no_json() -> HttpReply:
    """6.2 and older take every POST for XML."""
    reply = XmlReply()
    error = XapiError("INTERNAL_ERROR", "Xmlm.Error: malformed character stream")
    return HttpReply(reply.failure(error), reply.content_type)
