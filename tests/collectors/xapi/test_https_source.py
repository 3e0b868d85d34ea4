"""XAPI over real TLS on the loopback: the pinned certificate, and nobody else's."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.xapi.endpoint import Credentials
from tests.collectors.xapi.rpc_hosts import read
from tests.collectors.xapi.rpc_peer import FakeXapi
from tests.collectors.xapi.tls_peer import ROOT, Server, refused, server


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Server]:
    """What XCP-ng 8.x offers: TLS 1.2."""
    xapi = FakeXapi(password=ROOT.password)
    async with server(tmp_path, xapi, ssl.TLSVersion.TLSv1_2) as one:
        yield one


async def test_the_pool_is_read_from_the_host_of_the_pinned_certificate(running: Server) -> None:
    source = running.source()
    state = (await read(source)).state
    assert (state.pool.name, source.via) == ("modular", "JSON-RPC over HTTPS")
    await source.close()
    assert running.xapi.sessions == set()
    assert running.xapi.parameters[0] == ["root", ROOT.password, "1.0", "xenlens-test"]


async def test_a_pin_may_be_written_with_colons_and_capitals(running: Server) -> None:
    digits = running.sha256.upper()
    source = running.source(":".join(digits[n : n + 2] for n in range(0, 64, 2)))
    await read(source)
    await source.close()


async def test_a_host_of_another_certificate_is_told_nothing(running: Server) -> None:
    failed = await refused(running.source("ab" * 32))
    assert failed.reason == "certificate_mismatch"
    assert running.sha256[:16] in str(failed)
    assert "ab" * 8 in str(failed)
    await asyncio.sleep(0.02)
    assert (running.xapi.calls, bytes(running.bytes_heard)) == ([], b"")


async def test_the_password_is_refused(running: Server) -> None:
    failed = await refused(running.source(credentials=Credentials("root", "wrong")))
    assert (failed.reason, "wrong" in str(failed)) == ("authentication_failed", False)
    assert b"wrong" in running.bytes_heard


async def test_a_member_names_its_coordinator(running: Server) -> None:
    running.xapi.refusals["session.login_with_password"] = ("HOST_IS_SLAVE", "192.0.2.11")
    failed = await refused(running.source())
    assert (failed.reason, failed.parameters) == ("host_is_slave", ("192.0.2.11",))
