"""Servers of loopback that accept, and then are no host: silent, endless, or something else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import asyncssh

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
BANNER = b"SSH-2.0-OpenSSH_9.2\r\n"
PAGE = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>Bad Request</html>\n"
DRIP = 0.05
"""Seconds between two bytes of a server that is never done."""


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing until the other side leaves."""
    while await reader.read(65536):
        pass


async def silent_after_banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A banner of SSH, and then nothing."""
    writer.write(BANNER)
    await silent(reader, writer)


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then, without an end: each one looks like progress."""
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(DRIP)


async def flooding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As many bytes as are taken, without an end; no banner among them."""
    while not writer.is_closing():
        writer.write(b"\n" * 65536)
        await writer.drain()


async def flooding_after_banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The same behind a banner of SSH."""
    writer.write(BANNER)
    await flooding(reader, writer)


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close at once."""


async def web_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer whatever comes with a page of HTTP."""
    await reader.read(1)
    writer.write(PAGE)


BY_TCP: Mapping[str, Serve] = {
    "silent": silent,
    "silent-after-banner": silent_after_banner,
    "dripping": dripping,
    "flooding": flooding,
    "flooding-after-banner": flooding_after_banner,
    "hanging-up": hanging_up,
    "web-page": web_page,
}
"""What listens where SSH should, by what it does."""


class Peers:
    """Listeners of this process. Everything ends with the block."""

    def __init__(self) -> None:
        self._serving: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def listen(self, serve: Serve, **more: object) -> AsyncIterator[int]:
        """Serve so on a port of 127.0.0.1; gives the port."""

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._serving.add(task)
            self._writers.add(writer)
            try:
                with suppress(OSError):
                    await serve(reader, writer)
            finally:
                self._serving.discard(task)
                self._writers.discard(writer)
                writer.close()

        server = await asyncio.start_server(accept, "127.0.0.1", 0, **more)  # type: ignore[arg-type]
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.gather(*self._serving, return_exceptions=True)


class _Mute(asyncssh.SSHServer):
    """Lets everybody in, and never answers the first channel."""

    def begin_auth(self, username: str) -> bool:
        return False

    def session_requested(self) -> asyncio.Future[None]:  # type: ignore[override]
        return asyncio.get_running_loop().create_future()


class _Hanging(asyncssh.SSHServer):
    """Lets everybody in, and every command hangs."""

    def begin_auth(self, username: str) -> bool:
        return False


async def _hang(process: asyncssh.SSHServerProcess[bytes]) -> None:
    with suppress(asyncssh.Error, OSError):
        await process.stdin.read()


async def _flood(process: asyncssh.SSHServerProcess[bytes]) -> None:
    with suppress(asyncssh.Error, OSError):
        while True:
            process.stdout.write(b"x" * 65536)
            await process.stdout.drain()


@asynccontextmanager
async def ssh(server: type[asyncssh.SSHServer], command: object = None) -> AsyncIterator[int]:
    """An SSH server that asks for no key; gives its port."""
    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        server_factory=server,
        process_factory=command,
        encoding=None,
    )
    try:
        yield listener.get_port()
    finally:
        listener.close()
        await listener.wait_closed()


BY_SSH: Mapping[str, tuple[type[asyncssh.SSHServer], object]] = {
    "silent-after-login": (_Mute, None),
    "silent-after-channel": (_Hanging, _hang),
    "flooding-after-channel": (_Hanging, _flood),
}
"""Real SSH servers, by what they do; for `ssh`."""
