"""Sockets on which a simulated XAPI listens; everything ends with the block."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from exporter.demo.xapi_rpc.certificates import Certificate
from exporter.demo.xapi_rpc.http import serve_http
from exporter.demo.xapi_rpc.xapi import Xapi


class _Connections:
    """The open connections of a listener, so that they end with it."""

    def __init__(self, xapi: Xapi) -> None:
        self._xapi = xapi
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a new connection."""
        task = asyncio.get_running_loop().create_task(serve_http(reader, writer, self._xapi))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """End them all, also those that hang."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def unix_listener(xapi: Xapi, path: Path) -> AsyncIterator[Path]:
    """Listen on a unix socket. Raises OSError."""
    connections = _Connections(xapi)
    server = await asyncio.start_unix_server(connections.accept, str(path))
    try:
        yield path
    finally:
        await _close(server, connections)


@asynccontextmanager
async def tls_listener(
    xapi: Xapi, address: str, port: int, context: ssl.SSLContext
) -> AsyncIterator[int]:
    """Listen on TCP with TLS; gives the port, a free one for port 0. Raises OSError."""
    connections = _Connections(xapi)
    server = await asyncio.start_server(connections.accept, address, port, ssl=context)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        await _close(server, connections)


def tls_context(certificate: Certificate, folder: Path) -> ssl.SSLContext:
    """TLS 1.2 and later; the key is left in the folder, for nobody else to read."""
    file = folder / f"{certificate.sha256}.pem"
    file.touch(mode=0o600)
    file.write_bytes(certificate.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(file)
    return context


async def _close(server: asyncio.Server, connections: _Connections) -> None:
    """From Python 3.12 on, wait_closed waits for the connections too."""
    server.close()
    await connections.end()
    await server.wait_closed()
