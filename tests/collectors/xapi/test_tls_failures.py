"""Hosts with which no TLS can be agreed on, and places where there is none."""

import asyncio
import ssl
from pathlib import Path

import pytest

from collectors.xapi.endpoint import Endpoint
from collectors.xapi.https_source import HttpsXapi
from collectors.xapi.source import XapiFailed
from tests.collectors.xapi.rpc_hosts import inquiry
from tests.collectors.xapi.rpc_peer import FakeXapi
from tests.collectors.xapi.tls_peer import ROOT, refused, server


async def refused_by(answer: bytes) -> XapiFailed:
    """The failure at a server that answers these bytes to the beginning of a handshake."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(answer)
        await writer.drain()
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    failed = await refused(HttpsXapi(Endpoint("127.0.0.1", "ab" * 32, port), ROOT))
    listening.close()
    return failed


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_tls_before_1_2_is_not_spoken(tmp_path: Path) -> None:
    async with server(tmp_path, FakeXapi(), ssl.TLSVersion.TLSv1_1) as old:
        failed = await refused(old.source())
    assert failed.reason in ("tls_failed", "unreachable")
    assert str(failed).split(": ")[1]
    assert old.xapi.calls == []


async def test_a_host_that_refuses_our_tls_is_told_from_one_that_is_not_there() -> None:
    protocol_version_alert = bytes.fromhex("15 03 01 00 02 02 46")
    failed = await refused_by(protocol_version_alert)
    assert failed.reason == "tls_failed"
    assert "protocol version" in str(failed)


async def test_nobody_listening_is_unreachable(unused_tcp_port: int) -> None:
    source = HttpsXapi(Endpoint("127.0.0.1", "ab" * 32, unused_tcp_port), ROOT)
    assert (await refused(source)).reason == "unreachable"


async def test_a_server_that_speaks_no_tls_has_failed_at_tls() -> None:
    failed = await refused_by(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert failed.reason == "tls_failed"


async def test_a_handshake_without_an_answer_ends_with_the_deadline() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    source = HttpsXapi(Endpoint("127.0.0.1", "ab" * 32, port), ROOT)
    with pytest.raises(XapiFailed) as raised:
        await source.read(inquiry(0.1))
    await source.close()
    listening.close()
    assert raised.value.reason == "unreachable"
