"""Hosts whose XAPI socket is served by a coroutine of the test, and ways to ask them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from collectors.host import DeadlineExceeded, HostError, Output, SocketUnavailable, Stream
from collectors.xapi.records import PoolState
from collectors.xapi.socket_source import PATHS, SocketXapi
from collectors.xapi.source import Inquiry, XapiFailed, XapiSource
from tests.collectors.xapi.rpc_peer import FakeXapi, Serve, request
from tests.fakes import FakeHost


@dataclass
class SocketHost(FakeHost):
    """A host that has one unix socket, served by a coroutine of the test."""

    serve: Serve | None = None
    path: str = PATHS[0]
    refusal: HostError | None = None
    tried: list[str] = field(default_factory=list)
    _serving: list[asyncio.Task[None]] = field(default_factory=list)
    _opened: list[asyncio.StreamWriter] = field(default_factory=list)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        self.tried.append(path)
        if self.refusal is not None:
            raise self.refusal
        if self.serve is None or path != self.path:
            raise SocketUnavailable(f"{path}: No such file or directory")
        ours, theirs = socket.socketpair()
        self._serving.append(asyncio.create_task(_serve_one(theirs, self.serve)))
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        self._opened.append(writer)
        return reader, writer

    def let_go(self) -> None:
        """Close our ends that the source under test still keeps."""
        for writer in self._opened:
            writer.close()

    async def close(self) -> None:
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)


async def _serve_one(theirs: socket.socket, serve: Serve) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=theirs)
    try:
        await serve(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def socket_host(serve: Serve, path: str = PATHS[0]) -> AsyncIterator[SocketHost]:
    host = SocketHost({}, serve=serve, path=path)
    try:
        yield host
    finally:
        host.let_go()
        await host.close()


@dataclass
class Asked:
    """What came of one read: the state, and what was noted."""

    state: PoolState
    outputs: list[Output]


def inquiry(
    seconds: float = 5.0, outputs: list[Output] | None = None, since: float = 0.0
) -> Inquiry:
    noted = [] if outputs is None else outputs
    return Inquiry(asyncio.get_running_loop().time() + seconds, since, noted.append)


async def read(source: XapiSource, since: float = 0.0) -> Asked:
    outputs: list[Output] = []
    return Asked(await source.read(inquiry(outputs=outputs, since=since)), outputs)


def late(what: str) -> DeadlineExceeded:
    return DeadlineExceeded(f"{what}: no answer in time")


async def state_of(xapi: FakeXapi, since: float = 0.0) -> PoolState:
    async with socket_host(xapi.serve) as member:
        source = SocketXapi(member)
        state = (await read(source, since)).state
        await source.close()
    return state


def answering(*answers: bytes) -> Serve:
    """Every request of a connection gets the next of these answers, then the first again."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            for answer in answers:
                if await request(reader) is None:
                    return
                writer.write(answer)
                await writer.drain()

    return serve


async def failure(serve: Serve, outputs: list[Output] | None = None) -> XapiFailed:
    async with socket_host(serve) as host:
        source = SocketXapi(host)
        with pytest.raises(XapiFailed) as raised:
            await source.read(inquiry(outputs=outputs))
        await source.close()
    return raised.value


async def refused(source: SocketXapi, seconds: float = 0.2) -> XapiFailed:
    with pytest.raises(XapiFailed) as raised:
        await source.read(inquiry(seconds))
    return raised.value


async def asked_for(xapi: FakeXapi, method: str) -> None:
    for _ in range(1000):
        if method in xapi.calls:
            return
        await asyncio.sleep(0.001)
    raise AssertionError(xapi.calls)
