"""HTTP as servers speak it: ways to end a body, kept and dead connections, what is no HTTP."""

import asyncio
import json

import pytest

from collectors.host import Stream
from collectors.xapi.http_channel import MAX_BODY, Reply
from collectors.xapi.http_link import HttpLink
from collectors.xapi.source import XapiFailed
from tests.collectors.xapi.rpc_hosts import SocketHost, socket_host
from tests.collectors.xapi.rpc_peer import Serve, http, request

BODY = json.dumps({"result": "x" * 100_000}).encode()


def always(*answers: bytes, ends: bool = True) -> Serve:
    """Every connection gets these answers, in pieces, one for each request."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            if await request(reader) is None:
                return
            for begin in range(0, len(answer), 4096):
                writer.write(answer[begin : begin + 4096])
                await writer.drain()
        if not ends:
            await reader.read()

    return serve


def link(host: SocketHost, max_body: int = MAX_BODY) -> HttpLink:
    async def opened(deadline: float) -> Stream:
        return await host.connect_unix(host.path, deadline=deadline)

    return HttpLink(opened, "localhost", max_body)


async def post(one: HttpLink) -> Reply:
    deadline = asyncio.get_running_loop().time() + 5
    return await one.post("/jsonrpc", "application/json", b"{}", deadline)


async def failure(serve: Serve) -> XapiFailed:
    async with socket_host(serve) as host:
        with pytest.raises(XapiFailed) as raised:
            await post(link(host))
    return raised.value


def chunked(body: bytes) -> bytes:
    pieces = (body[n : n + 30_000] for n in range(0, len(body), 30_000))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        http(BODY),
        chunked(BODY),
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BODY,
        b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
        b"HTTP/1.1 100 Continue\r\n\r\n" + http(BODY),
    ],
)
async def test_a_body_ends_in_each_of_the_ways_of_http(answer: bytes) -> None:
    async with socket_host(always(answer)) as host:
        assert (await post(link(host))).body == BODY


async def test_a_connection_is_kept_while_the_server_keeps_it() -> None:
    async with socket_host(always(http(b"1"), http(b"2"), ends=False)) as host:
        one = link(host)
        assert [(await post(one)).body for _ in range(2)] == [b"1", b"2"]
        assert len(host.tried) == 1
        one.close()


@pytest.mark.parametrize(
    "answer", [http(b"1"), http(b"1").replace(b"\r\n", b"\r\nConnection: close\r\n", 1)]
)
async def test_a_connection_that_the_server_ended_is_replaced(answer: bytes) -> None:
    async with socket_host(always(answer)) as host:
        one = link(host)
        assert [(await post(one)).body for _ in range(3)] == [b"1"] * 3
        assert len(host.tried) == 3


async def test_bytes_behind_an_answer_are_never_the_next_one() -> None:
    async with socket_host(always(http(b"1") + http(b"smuggled"), ends=False)) as host:
        one = link(host)
        assert [(await post(one)).body for _ in range(2)] == [b"1", b"1"]


@pytest.mark.parametrize("length", [0, 10, 70, 5000])
async def test_an_answer_that_ends_early_is_a_lost_connection(length: int) -> None:
    failed = await failure(always(http(BODY)[:length]))
    assert failed.reason == "lost_connection"


async def test_a_truncated_chunk_is_a_lost_connection() -> None:
    assert (await failure(always(chunked(BODY)[:-3]))).reason == "lost_connection"


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.8\r\n\r\n", b"\0\1\2\r\n\r\n", b"x" * 200_000]
)
async def test_what_is_no_http_is_no_xapi(answer: bytes) -> None:
    assert (await failure(always(answer, ends=False))).reason == "not_xapi"


async def test_a_change_of_protocol_is_not_followed() -> None:
    answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
    assert (await failure(always(answer))).reason in ("lost_connection", "not_xapi")


async def test_an_endless_answer_is_cut_off() -> None:
    async with socket_host(always(http(BODY))) as host:
        with pytest.raises(XapiFailed, match="more than 50000 bytes") as raised:
            await post(link(host, 50_000))
    assert raised.value.reason == "unparsable"


async def test_a_server_that_hangs_up_on_every_connection_is_not_asked_for_ever() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...

    async with socket_host(serve) as host:
        with pytest.raises(XapiFailed, match="lost"):
            await post(link(host))
        assert len(host.tried) == 1
