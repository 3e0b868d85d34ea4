"""Clients that connect and send no whole request: they are closed, and nobody else is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import web

from exporter.web.security.silent import Silent
from tests.exporter.life.program import program
from tests.labs.ports import free_port
from tests.labs.waiting import wait_for

PATIENCE = 60.0
"""Seconds after which something counts as not happening, however busy the machine is."""
LOOKS, KEPT = 0.3, 0.5
"""Seconds between two looks, and for which a connection is kept where that is short."""
HALF = b"GET / HTTP/1.1\r\nHost: xen"
WHOLE = b"GET / HTTP/1.1\r\nHost: xenlens\r\n\r\n"
LONG = 10_000
HALF_BODY = f"POST / HTTP/1.1\r\nHost: xenlens\r\nContent-Length: {LONG}\r\n\r\n12345".encode()


class Serving:
    """A server whose `/slow` is answered once somebody says `go_on`."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.asked = asyncio.Event()
        self.port = free_port()
        self.runner: web.AppRunner

    async def slow(self, request: web.Request) -> web.Response:
        self.asked.set()
        await self.go_on.wait()
        return web.Response(text="at last")

    async def reads(self, request: web.Request) -> web.Response:
        return web.Response(text=f"{len(await request.read())} bytes")

    @asynccontextmanager
    async def running(self, kept: float = PATIENCE) -> AsyncIterator["Serving"]:
        silent = Silent(LOOKS)
        app = web.Application(middlewares=[silent.note])
        app.add_routes([web.get("/slow", self.slow), web.route("*", "/", self.reads)])
        self.runner = web.AppRunner(app, keepalive_timeout=kept, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        looking = asyncio.create_task(silent.close(self.runner))
        try:
            yield self
        finally:
            looking.cancel()
            await self.runner.cleanup()


class Client:
    """A connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def hears(self, text: bytes) -> None:
        """Wait until it is answered so. Raises IncompleteReadError where it is closed before."""
        async with asyncio.timeout(PATIENCE):
            await self.reader.readuntil(text)

    async def closed(self) -> None:
        """Wait until the other side has closed it. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                while await self.reader.read(65536):
                    pass


Connect = Callable[[int, bytes], Awaitable[Client]]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Open a connection to a port and send something."""
    writers: list[asyncio.StreamWriter] = []

    async def connect(port: int, data: bytes) -> Client:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        writer.write(data)
        return Client(reader, writer)

    yield connect
    for writer in writers:
        writer.transport.abort()


@pytest.mark.parametrize("data", [b"", HALF, HALF_BODY], ids=["nothing", "half", "half a body"])
async def test_who_sends_no_whole_request_is_closed(connect: Connect, data: bytes) -> None:
    async with Serving().running() as serving:
        await (await connect(serving.port, data)).closed()


async def test_hundreds_of_them_leave_no_connection_behind(connect: Connect) -> None:
    async with Serving().running() as serving:
        clients = [await connect(serving.port, HALF) for _ in range(300)]
        await asyncio.gather(*(client.closed() for client in clients))
        server = serving.runner.server
        assert server is not None
        await asyncio.to_thread(wait_for, lambda: not server.connections, PATIENCE, "no connection")


async def test_who_waits_for_a_slow_answer_has_it_and_who_is_kept_asks_again(
    connect: Connect,
) -> None:
    async with Serving().running() as serving:
        slow = await connect(serving.port, WHOLE.replace(b"/", b"/slow", 1))
        kept = await connect(serving.port, WHOLE)
        await kept.hears(b"0 bytes")
        await asyncio.wait_for(serving.asked.wait(), PATIENCE)
        # Who comes later and is silent is closed: it was looked often enough.
        await (await connect(serving.port, HALF)).closed()
        serving.go_on.set()
        await slow.hears(b"at last")
        kept.writer.write(WHOLE)
        await kept.hears(b"0 bytes")


async def test_who_sends_a_body_slowly_is_let_finish(connect: Connect) -> None:
    async with Serving().running() as serving:
        slow = await connect(serving.port, HALF_BODY)
        silent = asyncio.create_task((await connect(serving.port, HALF)).closed())
        sent = 5
        while not silent.done():
            slow.writer.write(b"x")
            sent += 1
            await asyncio.wait({silent}, timeout=LOOKS / 6)
        await silent
        slow.writer.write(b"x" * (LONG - sent))
        await slow.hears(f"{LONG} bytes".encode())


async def test_half_a_second_request_is_closed_when_it_is_kept_no_longer(
    connect: Connect,
) -> None:
    async with Serving().running(KEPT) as serving:
        client = await connect(serving.port, WHOLE)
        await client.hears(b"0 bytes")
        client.writer.write(HALF)
        await client.closed()


async def test_xenlens_closes_who_sends_half_a_request_and_answers_everybody_else(
    tmp_path: Path, connect: Connect
) -> None:
    (tmp_path / "one.txt").write_text("")
    config = tmp_path / "xenlens.yml"
    config.write_text("pools: {p: {hosts: {one: {recorded: one.txt}}}}\n")
    async with program(config) as running:
        port = int(running.url.rpartition(":")[2])
        kept = await connect(port, WHOLE.replace(b"/", b"/-/healthy", 1))
        await kept.hears(b"is healthy")
        await asyncio.gather(*[(await connect(port, HALF)).closed() for _ in range(50)])
        assert (await running.get("/-/healthy"))[0] == 200
        kept.writer.write(WHOLE.replace(b"/", b"/-/healthy", 1))
        await kept.hears(b"is healthy")
