"""A forwarded unix socket with the errors of a local one, so that collectors know no SSH."""

import asyncssh


class ForwardedReader:
    """The receiving half. Raises OSError when the SSH connection is lost."""

    def __init__(self, reader: asyncssh.SSHReader[bytes]) -> None:
        self._reader = reader

    async def read(self, n: int = -1, /) -> bytes:
        """Up to `n` bytes; empty at the end of the stream."""
        try:
            return await self._reader.read(n)
        except asyncssh.Error as error:
            raise ConnectionResetError(str(error)) from error


class ForwardedWriter:
    """The sending half. Raises OSError when the SSH connection is lost."""

    def __init__(self, writer: asyncssh.SSHWriter[bytes]) -> None:
        self._writer = writer

    def write(self, data: bytes, /) -> None:
        """Send `data`, after what is already waiting."""
        self._writer.write(data)

    async def drain(self) -> None:
        """Wait until there is room for more."""
        try:
            await self._writer.drain()
        except asyncssh.Error as error:
            raise ConnectionResetError(str(error)) from error

    def close(self) -> None:
        """Close the socket."""
        self._writer.close()

    async def wait_closed(self) -> None:
        """Wait until the socket is closed."""
        await self._writer.wait_closed()
