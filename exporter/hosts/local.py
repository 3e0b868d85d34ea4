"""This very machine: commands are child processes, each in a process group of its own."""

import asyncio
import os
import shlex
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import cast

from collectors.host import (
    NOT_FOUND,
    DeadlineExceeded,
    HostError,
    Output,
    OutputTooLarge,
    SocketUnavailable,
    Stream,
    loop_time,
)
from exporter.hosts.capture import Capture
from exporter.hosts.environment import LOCALE, SEARCHED
from exporter.hosts.settings import Local
from exporter.hosts.single_flight import SingleFlight

NOT_EXECUTABLE = 126
"""Exit status of a shell that found the command but may not execute it (POSIX sh)."""
PIPE_GRACE = 0.25
"""Seconds of silence after the command ended before pipes held by its children are let go."""

KillGroup = Callable[[int, int], None]


class LocalHost:
    """The machine xenlens runs on. `kill_group` is `os.killpg` but for tests."""

    def __init__(self, name: str, settings: Local, *, kill_group: KillGroup = os.killpg) -> None:
        self._name = name
        self._settings = settings
        self._kill_group = kill_group
        self._runs = SingleFlight()

    @property
    def name(self) -> str:
        """The inventory's name of the host."""
        return self._name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        """Run `argv` as a child process until `deadline` (loop clock). Raises HostError."""
        return await self._runs.run(argv, deadline, lambda: self._command(argv, stdin))

    def _command(self, argv: Sequence[str], stdin: str) -> "LocalCommand":
        limit = self._settings.max_output
        return LocalCommand(tuple(argv), limit, self._kill_group, stdin.encode())

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        """Open a unix socket. Raises SocketUnavailable or DeadlineExceeded."""
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.open_unix_connection(path)
        except TimeoutError:
            raise DeadlineExceeded(f"{path}: the socket accepted no connection in time") from None
        except OSError as error:
            raise SocketUnavailable(f"{path}: {error.strerror or error}") from error

    def stuck(self) -> Mapping[str, float]:
        """Command lines that outlived their kill, with seconds since they began."""
        return self._runs.stuck()

    async def close(self) -> None:
        """Kill what still runs."""
        await self._runs.close()


class LocalCommand(asyncio.SubprocessProtocol):
    """One run of one command as a child process."""

    def __init__(
        self, argv: tuple[str, ...], limit: int, kill_group: KillGroup, stdin: bytes
    ) -> None:
        self._argv = argv
        self._kill_group = kill_group
        self._stdin = stdin
        self._capture = Capture(limit)
        self._transport: asyncio.SubprocessTransport | None = None
        self._starting: asyncio.Task[None] | None = None
        self._began = loop_time()

    async def outcome(self) -> Output:
        """Start the command and wait for its output. Raises OutputTooLarge, HostError."""
        self._starting = asyncio.create_task(self._start())
        try:
            # Cancelled, asyncio would kill the child alone, and leave what that has started.
            await asyncio.shield(self._starting)
        except (FileNotFoundError, PermissionError):
            return self._not_started()
        except OSError as error:
            raise HostError(f"{shlex.join(self._argv)}: cannot be started: {error}") from error
        await self._capture.complete(PIPE_GRACE)
        if self._capture.overflowed:
            raise OutputTooLarge(*self._failed("printed more than the cap and was killed"))
        return self._capture.output(self._argv, loop_time() - self._began)

    async def _start(self) -> None:
        await asyncio.get_running_loop().subprocess_exec(
            lambda: self,
            *self._argv,
            stdin=asyncio.subprocess.PIPE if self._stdin else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            cwd="/",
            env={**os.environ, "LC_ALL": LOCALE, "PATH": _path(os.environ)},
        )

    def _not_started(self) -> Output:
        """As a shell has it. PATH may hold folders that may not be searched: no such command."""
        name = self._argv[0]
        if shutil.which(name, os.F_OK, _path(os.environ)) is None:
            return Output(self._argv, "", f"{name}: not found\n", NOT_FOUND)
        return Output(self._argv, "", f"{name}: cannot be executed\n", NOT_EXECUTABLE)

    def overdue(self) -> DeadlineExceeded:
        """Says that the command did not end in time, with what it had printed."""
        return DeadlineExceeded(*self._failed("did not end in time and was killed"))

    def _failed(self, what: str) -> tuple[str, Output]:
        message = f"{shlex.join(self._argv)} {what}"
        return message, self._capture.output(self._argv, loop_time() - self._began, message)

    async def end(self) -> None:
        """Kill the process group; return once the command has been reaped."""
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._transport is None:
            return
        if self._transport.get_returncode() is None:
            # Not permitted: the command changed its user, and only its own end ends it.
            with suppress(ProcessLookupError, PermissionError):
                self._kill_group(self._transport.get_pid(), signal.SIGKILL)
            await self._capture.gone()
        pipe = self._input_pipe()
        if pipe is not None and pipe.get_write_buffer_size():
            # A child that inherited standard input and never reads it would keep the pipe here.
            pipe.abort()
        self._transport.close()

    def _input_pipe(self) -> asyncio.WriteTransport | None:
        pipe = self._transport.get_pipe_transport(0) if self._transport else None
        return cast(asyncio.WriteTransport | None, pipe)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio: the child process exists.

        What it is to read is written as it reads. One that closes its end early has read all it
        wants: asyncio drops the rest and tells `pipe_connection_lost`, which is no failure here.
        """
        self._transport = cast(asyncio.SubprocessTransport, transport)
        pipe = self._input_pipe()
        if pipe is not None:
            pipe.write(self._stdin)
            pipe.write_eof()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Called by asyncio: the command printed."""
        self._capture.feed(self._capture.stdout if fd == 1 else self._capture.stderr, data)

    def process_exited(self) -> None:
        """Called by asyncio: the command ended."""
        status = self._transport.get_returncode() if self._transport else None
        if status is not None:
            self._capture.exited(status)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio: the command ended and its pipes are closed."""
        self._capture.closed(exc)


def _path(environment: Mapping[str, str]) -> str:
    return f"{environment.get('PATH', os.defpath)}:{SEARCHED}"
