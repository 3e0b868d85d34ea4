"""Every way in which a host fails to give the pool's data by RPC has its reason."""

import asyncio

import pytest

from collectors.host import HostError, SocketUnavailable, Stuck, Unreachable
from collectors.xapi.socket_source import PATHS, SocketXapi
from collectors.xapi.source import XapiFailed
from tests.collectors.xapi.rpc_hosts import (
    SocketHost,
    answering,
    failure,
    inquiry,
    late,
    read,
    socket_host,
)
from tests.collectors.xapi.rpc_peer import LANDING_PAGE, FakeXapi, http, request
from tests.collectors.xapi.rpc_tables import pool, ref, tables


@pytest.mark.parametrize(
    "body",
    [
        LANDING_PAGE,
        b"",
        b"hello",
        b"null",
        b"[1]",
        b'{"name": "grafana"}',
        b'{"error": {"no": "message"}}',
        b"<?xml version='1.0'?><html><body/></html>",
        b"<methodCall><methodName>x</methodName><params/></methodCall>",
        b"<methodResponse><params><param><value>hi</value></param></params></methodResponse>",
    ],
)
async def test_whatever_else_answers_is_not_xapi(body: bytes) -> None:
    failed = await failure(answering(http(body, "text/html")))
    assert failed.reason in ("not_xapi", "unparsable")
    if not body.startswith((b"<?xml", b"<meth")):
        assert failed.reason == "not_xapi"
        assert "text/html" in str(failed)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("301 Moved Permanently", "not_xapi"),
        ("401 Unauthorised", "permission"),
        ("403 Forbidden", "permission"),
        ("404 Not Found", "not_xapi"),
        ("500 Internal Error", "refused"),
        ("503 Service Unavailable", "refused"),
    ],
)
async def test_an_http_error_is_named(status: str, reason: str) -> None:
    failed = await failure(answering(http(LANDING_PAGE, "text/html", status)))
    assert (failed.reason, status in str(failed)) == (reason, True)


async def test_a_host_that_has_no_json_rpc_at_all_is_asked_by_xml_rpc() -> None:
    xapi = FakeXapi("xml")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(http(b"<html>Not Found</html>", "text/html", "404 Not Found"))
        await xapi.serve(reader, writer)

    async with socket_host(serve) as host:
        source = SocketXapi(host)
        assert source.via == "JSON-RPC over the unix socket"
        await read(source)
        assert source.via == "XML-RPC over the unix socket"
        await source.close()
    assert set(xapi.paths) == {"/"}


@pytest.mark.parametrize("body", [b'{"result": {"OpaqueRef:x": {"uu', b"[[[[" * 50_000])
async def test_json_that_is_damaged_is_unparsable(body: bytes) -> None:
    xapi = FakeXapi(raw={"VM.get_all_records": http(body)})
    assert (await failure(xapi.serve)).reason == "unparsable"


async def test_a_truncated_list_without_a_length_is_a_lost_connection() -> None:
    body = b'{"jsonrpc": "2.0", "result": {"OpaqueRef:x": {"uuid": "x"'
    raw = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body
    xapi = FakeXapi(raw={"VM.get_all_records": raw})
    assert (await failure(xapi.serve)).reason == "lost_connection"


async def test_a_truncated_list_is_a_lost_connection() -> None:
    raw = http(b'{"result": {"OpaqueRef:x": {"uuid": "x", ' + b" " * 1000)[:-500]
    xapi = FakeXapi(raw={"VM.get_all_records": raw})
    assert (await failure(xapi.serve)).reason == "lost_connection"


async def test_the_reply_to_another_request_is_refused() -> None:
    raw = http(b'{"jsonrpc": "2.0", "result": {}, "id": 3}')
    xapi = FakeXapi(raw={"VM.get_all_records": raw})
    assert (await failure(xapi.serve)).reason == "unparsable"


@pytest.mark.parametrize("pools", [{}, {"a": pool(), "b": pool()}, {"a": pool(uuid=None)}])
async def test_a_pool_that_cannot_be_read_is_unparsable(pools: dict[str, object]) -> None:
    changed = tables() | {"pool": {ref(name): one for name, one in pools.items()}}
    failed = await failure(FakeXapi(tables=changed).serve)  # type: ignore[arg-type]
    assert failed.reason == "unparsable"


async def test_records_that_are_no_map_are_unparsable() -> None:
    xapi = FakeXapi(raw={"SR.get_all_records": http(b'{"result": []}')})
    assert (await failure(xapi.serve)).reason == "unparsable"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unreachable("no route"), "unreachable"),
        (HostError("odd"), "unreachable"),
        (late("x"), "deadline_exceeded"),
        (Stuck("x"), "stuck"),
        (SocketUnavailable("forwarding is refused"), "socket_unavailable"),
    ],
)
async def test_a_socket_that_cannot_be_had_is_named(error: HostError, reason: str) -> None:
    with pytest.raises(XapiFailed) as raised:
        await SocketXapi(SocketHost({}, refusal=error)).read(inquiry())
    assert raised.value.reason == reason


async def test_both_places_of_the_socket_are_tried() -> None:
    host = SocketHost({})
    with pytest.raises(XapiFailed, match=PATHS[0]):
        await SocketXapi(host).read(inquiry())
    assert tuple(host.tried) == PATHS
