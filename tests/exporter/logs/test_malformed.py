"""What a sender got wrong is one line without a word of it, and a fault of ours is told in full."""

import asyncio
import io
import logging
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from exporter.config.model import Log
from exporter.logs import Logs, logs_on
from tests.exporter.logs.reading import read_logfmt
from tests.labs.ports import free_port
from tests.labs.waiting import wait_for

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
NO_HTTP = {
    "a token that ends with CR": GET + b"Authorization: Bearer canary\r\r\n\r\n",
    "the same in a second request": GET + b"\r\n" + GET + b"Authorization: canary\r\r\n\r\n",
    "a header that is too long": GET + b"Authorization: " + b"canary" * 2000 + b"\r\n\r\n",
    "an address that is none": b"GET http://[canary HTTP/1.1\r\nHost: a\r\n\r\n",
    "a length that is none": POST + b"Content-Length: canary\r\n\r\n",
    "a chunk that is none": POST + b"Transfer-Encoding: chunked\r\n\r\ncanary\r\n",
    "no gzip": POST + b"Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\ncanary",
    "a body that breaks off": POST + b"Content-Length: 60\r\n\r\ncanary",
}


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a server that reads what it is sent."""
    app = web.Application()
    app.router.add_route("*", "/", reads)
    app.router.add_get("/fault", faulty)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield port
    await runner.cleanup()


async def reads(request: web.Request) -> web.Response:
    return web.Response(text=f"{len(await request.read())}\n")


async def faulty(request: web.Request) -> web.Response:
    raise ZeroDivisionError("a fault of ours")


async def sent(port: int, data: bytes) -> None:
    """Send, say that nothing more comes, and leave once all is answered."""

    def send() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as here:
            here.sendall(data)
            here.shutdown(socket.SHUT_WR)
            while here.recv(65536):
                pass

    await asyncio.to_thread(send)


async def told(stream: io.StringIO) -> list[dict[str, str]]:
    """What is logged, once anything is."""
    await asyncio.to_thread(wait_for, stream.getvalue, 30, "a line")
    return [read_logfmt(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("data", NO_HTTP.values(), ids=NO_HTTP)
async def test_of_what_is_no_request_the_log_has_one_line_without_its_text(
    logs: Logs, stream: io.StringIO, port: int, data: bytes
) -> None:
    await sent(port, data)
    (line,) = await told(stream)
    assert (line["level"], line["msg"]) == ("info", "no HTTP request")
    assert line["error"].isidentifier()
    assert "traceback" not in line
    assert "canary" not in stream.getvalue()


async def test_where_only_errors_are_wanted_it_is_not_logged(
    logs: Logs, stream: io.StringIO, port: int
) -> None:
    logs.follow(Log(level="error"))
    await sent(port, NO_HTTP["a token that ends with CR"])
    await sent(port, b"GET /fault HTTP/1.1\r\nHost: a\r\n\r\n")
    assert [line["level"] for line in await told(stream)] == ["error"]


async def test_a_fault_of_ours_is_an_error_with_its_traceback(
    logs: Logs, stream: io.StringIO, port: int
) -> None:
    await sent(port, b"GET /fault HTTP/1.1\r\nHost: a\r\n\r\n")
    (line,) = await told(stream)
    assert (line["level"], line["logger"]) == ("error", "aiohttp.server")
    assert line["error"] == "ZeroDivisionError: a fault of ours"
    assert "in faulty" in line["traceback"]


def test_nothing_stays_behind_when_the_log_ends(stream: io.StringIO) -> None:
    before = list(logging.getLogger("aiohttp.server").filters)
    with logs_on(stream):
        assert logging.getLogger("aiohttp.server").filters != before
    assert logging.getLogger("aiohttp.server").filters == before
