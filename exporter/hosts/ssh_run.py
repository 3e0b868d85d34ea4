"""One command over the kept connection: opened, read, and on expiry killed on the host."""

import asyncio
import shlex
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import asyncssh

from collectors.host import (
    DeadlineExceeded,
    HostError,
    Output,
    OutputTooLarge,
    Stuck,
    Unreachable,
    loop_time,
)
from exporter.hosts.capture import Capture
from exporter.hosts.ssh_channel import CommandChannel
from exporter.hosts.ssh_command import after_marker, new_marker, process_in, wrapped
from exporter.hosts.ssh_connection import Link
from exporter.hosts.ssh_errors import KeyRefused, refused_by_key
from exporter.hosts.ssh_kill import Killer

CHANNELS = 8
"""Commands at a time per host: OpenSSH's MaxSessions is 10, and kills need room."""
REFUSED_PAUSE = 0.1
"""Seconds before a channel is asked for again where the server allows fewer than that."""
REFUSALS = 10
"""So often in a row to a host's only command: sshd gives a place back once it has seen its child
end, and may be slow to."""
PIPE_GRACE = 0.5
"""Seconds of silence after the exit status before pipes held by children are let go."""
KILL_FIRST, KILL_LONGEST = 0.1, 30.0
"""Seconds between attempts to kill, doubling."""


@dataclass(slots=True)
class Session:
    """What the commands of one host share."""

    link: Link
    killer: Killer
    random: Random
    limit: int
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CHANNELS))
    held: int = 0


class RemoteCommand:
    """One run of one command over SSH."""

    def __init__(self, session: Session, argv: tuple[str, ...], stdin: str) -> None:
        self._session = session
        self._argv = argv
        self._marker = new_marker(session.random)
        self._line = wrapped(argv, self._marker, reads=bool(stdin))
        self._capture = Capture(session.limit)
        self._channel = CommandChannel(self._capture, stdin.encode())
        self._opening: asyncio.Task[None] | None = None
        self._holds_place = False
        self._over = False
        self._doing = "connecting"
        self._began = loop_time()

    async def outcome(self) -> Output:
        """Run the command. Raises Unreachable, OutputTooLarge, Stuck, KeyRefused."""
        await self._session.link.connection()
        self._doing = "waiting for a free channel"
        await self._session.free.acquire()
        self._session.held += 1
        self._holds_place = True
        await self._bury_earlier()
        self._opening = asyncio.create_task(self._open())
        # A channel left half open would be lost to both sides: `end` waits for it instead.
        await asyncio.shield(self._opening)
        self._doing = "running"
        await self._capture.complete(PIPE_GRACE)
        return self._result()

    async def _bury_earlier(self) -> None:
        try:
            buried = await self._session.killer.bury(self._argv)
        except (OSError, asyncssh.Error) as error:
            raise Unreachable(f"{self._place}: connection lost: {error}") from error
        if not buried:
            raise Stuck(
                f"{self._place}: {shlex.join(self._argv)}: a run left by a lost connection "
                "still hangs, none was started"
            )

    async def _open(self) -> None:
        """Open the channel; once more when the kept connection turns out to be dead."""
        reconnected, refused = False, 0
        while not self._over:
            connection = await self._session.link.connection()
            alone = self._is_alone
            try:
                await connection.create_session(lambda: self._channel, self._line, encoding=None)
                self._began = loop_time()
                return
            except (OSError, asyncssh.Error) as error:
                lost = connection.is_closed()
                # Refused while others ran: the server allows fewer, one of them has to end.
                refused = refused + 1 if alone else 0
                hopeless = reconnected if lost else refused == REFUSALS
                if hopeless or self._channel.is_open:
                    raise Unreachable(f"{self._place}: no session opened: {error}") from error
                reconnected = reconnected or lost
            await asyncio.sleep(REFUSED_PAUSE)

    @property
    def _is_alone(self) -> bool:
        return self._session.held == 1

    @property
    def _place(self) -> str:
        return self._session.link.place

    def _result(self) -> Output:
        capture = self._capture
        if capture.overflowed:
            raise OutputTooLarge(*self._failed("printed more than the cap and was killed"))
        if capture.exit_status is None:
            lost = capture.lost or "the channel was closed without an exit status"
            raise Unreachable(*self._failed(f"broke off, connection lost: {lost}"))
        why = refused_by_key(capture.exit_status, self._own(bytes(capture.stderr)))
        if why:
            raise KeyRefused(*self._told(f"{self._place}: {why}"))
        if after_marker(bytes(capture.stdout), self._marker) is None:
            raise Unreachable(*self._failed("did not start: the login shell ended before it"))
        return capture.output(self._argv, loop_time() - self._began, own=self._own)

    def _own(self, output: bytes) -> bytes:
        rest = after_marker(output, self._marker)
        return output if rest is None else rest

    def overdue(self) -> HostError:
        """Unreachable while still connecting, else that the command did not end in time."""
        if self._doing == "connecting":
            return Unreachable(f"{self._place}: no connection yet at the deadline")
        if self._doing == "running":
            return DeadlineExceeded(*self._failed("did not end in time and was killed"))
        return DeadlineExceeded(*self._failed(f"was not started in time: {self._doing}"))

    def _failed(self, what: str) -> tuple[str, Output]:
        return self._told(f"{self._place}: {shlex.join(self._argv)} {what}")

    def _told(self, message: str) -> tuple[str, Output]:
        seconds = loop_time() - self._began
        return message, self._capture.output(self._argv, seconds, message, self._own)

    async def end(self) -> None:
        """Kill what still runs on the host; return once it has ended or the connection has."""
        self._over = True
        try:
            if self._opening is not None:
                await asyncio.gather(self._opening, return_exceptions=True)
            if self._channel.is_open:
                await self._kill()
                self._channel.close()
        finally:
            if self._holds_place:
                self._session.held -= 1
                self._session.free.release()

    async def _kill(self) -> None:
        pause = KILL_FIRST
        if self._capture.exit_status is None:
            with suppress(OSError):
                self._channel.send_kill()
        while not await self._capture.gone_within(pause):
            await self._kill_by_command()
            pause = min(2 * pause, KILL_LONGEST)
        process = process_in(bytes(self._capture.stdout), self._marker)
        if self._capture.exit_status is None and process is not None:
            self._session.killer.orphaned(self._argv, process, self._began)

    async def _kill_by_command(self) -> None:
        process = process_in(bytes(self._capture.stdout), self._marker)
        if process is not None:
            with suppress(HostError, OSError, asyncssh.Error):
                await self._session.killer.kill(process)
