"""The check of a back end with this machine's own bash over loopback."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from collectors.backends_connect import Check, check_all
from collectors.backends_servers import Server
from collectors.registry import Look
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket whose queue holds one connection."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        yield server


async def check(address: str, port: int, seconds: float = 5.0) -> Check:
    """How this machine fares with one server."""
    host = LocalHost("here", Local())
    server = Server(address, port)
    try:
        deadline = asyncio.get_running_loop().time() + seconds
        return (await check_all(Look(host, deadline), [server])).by_server[server]
    finally:
        await host.close()


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


async def test_an_open_port_is_reachable(listener: socket.socket) -> None:
    assert (await check("127.0.0.1", port_of(listener))).reachable is True


async def test_a_closed_port_is_refused_in_bashs_words(listener: socket.socket) -> None:
    port = port_of(listener)
    listener.close()
    refused = await check("127.0.0.1", port)
    assert (refused.reachable, refused.words) == (False, "Connection refused")


async def test_a_name_that_does_not_exist_is_told() -> None:
    unknown = await check("nas.invalid", 2049)
    assert unknown.reachable is not True
    assert unknown.words not in ("", "Invalid argument")


async def test_a_server_that_accepts_nobody_is_silent(listener: socket.socket) -> None:
    with ExitStack() as waiting:
        for _ in range(4):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        silent = await check("127.0.0.1", port_of(listener), seconds=1.5)
    assert silent.reachable is False
    assert silent.words.startswith("no answer within 1.")
