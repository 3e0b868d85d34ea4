"""What one command prints and how it ends, bounded in memory; local and SSH share it."""

import asyncio
from collections.abc import Callable, Sequence

from collectors.host import Output

SHOWN_OF_FAILED = 64 * 1024
"""Bytes kept of the output of a command that failed: enough for a person to see why."""


class Capture:
    """Standard output and error of one command, at most `limit` bytes together."""

    def __init__(self, limit: int) -> None:
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.exit_status: int | None = None
        self.overflowed = False
        self.lost: Exception | None = None
        self._limit = limit
        self._ended = asyncio.Event()
        self._closed = asyncio.Event()
        self._overflow = asyncio.Event()

    def feed(self, stream: bytearray, data: bytes) -> None:
        """Keep `data`; what goes over the limit is dropped and noted."""
        room = self._limit - len(self.stdout) - len(self.stderr)
        stream += data[:room]
        if len(data) > room:
            self.overflowed = True
            self._overflow.set()

    def exited(self, status: int) -> None:
        """The command itself ended; its children may still hold the pipes."""
        self.exit_status = status
        self._ended.set()

    def closed(self, error: Exception | None = None) -> None:
        """Nothing more will come, with or without an exit status."""
        self.lost = error
        self._closed.set()
        self._ended.set()

    async def complete(self, grace: float) -> None:
        """Wait until the command ended and its output is in, or the limit is reached.

        A child that inherited the pipes may keep them open for ever: once the command itself
        has ended, `grace` seconds without a byte count as the end of the output.
        """
        waits = {asyncio.create_task(event.wait()) for event in (self._ended, self._overflow)}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        before = -1
        while not self._closed.is_set() and not self.overflowed and before != self._size():
            before = self._size()
            await _set_within(self._closed, grace)

    async def gone(self) -> None:
        """Wait until the command is known to have ended."""
        await self._ended.wait()

    async def gone_within(self, seconds: float) -> bool:
        """Whether the command is known to have ended, after waiting up to `seconds`."""
        return await _set_within(self._ended, seconds)

    def output(
        self,
        argv: Sequence[str],
        seconds: float,
        failure: str | None = None,
        own: Callable[[bytes], bytes] = bytes,
    ) -> Output:
        """The output as text. Bytes that are not UTF-8 become U+FFFD.

        `own` picks the command's own output from what came; a failed one is shortened.
        """
        end = None if failure is None else SHOWN_OF_FAILED
        stdout, stderr = (
            own(bytes(stream))[:end].decode(errors="replace")
            for stream in (self.stdout, self.stderr)
        )
        return Output(tuple(argv), stdout, stderr, self.exit_status, seconds, failure)

    def _size(self) -> int:
        return len(self.stdout) + len(self.stderr)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return event.is_set()
