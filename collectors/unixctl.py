"""Open vSwitch's control socket: what `ovs-appctl` speaks, without spawning `ovs-appctl`.

Open vSwitch 1.6 and later speak JSON-RPC 1.0 without framing, older ones a text protocol
(`200 OK`, lines, `.`); lib/unixctl.c. One request is in flight per connection, and the
connection can be kept. The socket's name carries ovs-vswitchd's process id.
"""

import asyncio
import json
import re
from collections.abc import Callable
from itertools import count

from collectors.host import (
    DeadlineExceeded,
    HostError,
    Output,
    SocketUnavailable,
    Stream,
    loop_time,
)
from collectors.parsing import cleaned
from collectors.registry import Look

RUNDIR = "/var/run/openvswitch"
MAX_REPLY = 8 * 1024 * 1024
_TEXT_STATUS = re.compile(rb"^(\d{3}) ?[^\n]*\n")
_SERVER_ERROR = 2
"""Exit status of `ovs-appctl` when the server answers with an error (ovs-appctl(8))."""


class ControlSocket:
    """One kept connection to the control socket of a host's ovs-vswitchd."""

    def __init__(self, rundir: str = RUNDIR) -> None:
        self._rundir = rundir
        self._path: str | None = None
        self._stream: Stream | None = None
        self._text_protocol = False
        self._ids = count()
        self._turn = asyncio.Lock()

    async def ask(self, look: Look, *words: str) -> Output:
        """Ask one command, for example `bond/show`, `bond0`.

        The answer is shaped like that of `ovs-appctl`: exit status 2 and text on standard
        error for a refusal. Raises SocketUnavailable when the socket is not to be had, and
        other HostErrors.
        """
        argv = ("ovs-vswitchd.ctl", *words)
        started = loop_time()
        async with self._turn:
            status, text = await self._ask_once_more(look, argv)
        seconds = loop_time() - started
        shown = {"stderr": text} if status else {"stdout": text}
        output = Output(argv, exit_status=status, seconds=seconds, **shown)
        look.trace(output)
        return output

    async def _ask_once_more(self, look: Look, argv: tuple[str, ...]) -> tuple[int, str]:
        """Ask; when a kept connection turns out dead (vswitchd restarted), ask on a new one."""
        kept = self._stream is not None
        try:
            return await self._ask_once(look, argv)
        except SocketUnavailable:
            if not kept:
                raise
            self._path = None
            return await self._ask_once(look, argv)

    async def _ask_once(self, look: Look, argv: tuple[str, ...]) -> tuple[int, str]:
        stream = self._stream or await self._connect(look)
        try:
            async with asyncio.timeout_at(look.deadline):
                return await self._exchange(stream, argv[1:])
        except TimeoutError:
            self._drop()
            failed = Output(argv, exit_status=None, failure="no answer from ovs-vswitchd in time")
            look.trace(failed)
            raise DeadlineExceeded(str(failed.failure), failed) from None
        except (OSError, ValueError, EOFError, KeyError, TypeError) as error:
            self._drop()
            raise SocketUnavailable(f"{self._path}: {error}") from error
        except asyncio.CancelledError:
            self._drop()
            raise

    async def _exchange(self, stream: Stream, words: tuple[str, ...]) -> tuple[int, str]:
        if not self._text_protocol:
            answer = await self._ask_json(stream, words)
            if answer is not None:
                return answer
            self._text_protocol = True
        return await self._ask_text(stream, words)

    async def _connect(self, look: Look) -> Stream:
        self._path = self._path or await self._find(look)
        self._text_protocol = False
        try:
            self._stream = await look.connect_unix(self._path)
        except HostError:
            self._path = None
            raise
        return self._stream

    async def _find(self, look: Look) -> str:
        pidfile = f"{self._rundir}/ovs-vswitchd.pid"
        pid = (await look.run("cat", pidfile)).stdout.strip()
        if not pid.isdigit():
            raise SocketUnavailable(f"{pidfile}: no process id in it")
        return f"{self._rundir}/ovs-vswitchd.{pid}.ctl"

    async def _ask_json(self, stream: Stream, words: tuple[str, ...]) -> tuple[int, str] | None:
        """Status and text, or None when the server speaks the text protocol."""
        request = {"id": next(self._ids), "method": words[0], "params": list(words[1:])}
        raw = await _exchange(stream, json.dumps(request) + "\n", _json_or_text_complete)
        if _TEXT_STATUS.match(raw):
            return None
        reply = json.loads(raw)
        if reply["id"] != request["id"]:
            raise ValueError(f"reply to request {reply['id']}, asked {request['id']}")
        if reply["error"] is not None:
            return _SERVER_ERROR, cleaned(str(reply["error"]))
        return 0, cleaned(str(reply["result"]))

    async def _ask_text(self, stream: Stream, words: tuple[str, ...]) -> tuple[int, str]:
        raw = await _exchange(stream, " ".join(words) + "\n", _text_complete)
        head, _, body = raw.decode(errors="replace").partition("\n")
        lines = [line[1:] if line.startswith(".") else line for line in body.split("\n")[:-2]]
        return (0 if head.startswith("2") else _SERVER_ERROR), "".join(f"{x}\n" for x in lines)

    def _drop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream[1].close()

    async def close(self) -> None:
        """Let go of the kept connection."""
        self._drop()


def _text_complete(raw: bytes) -> bool:
    return raw.endswith(b"\n.\n")


def _json_or_text_complete(raw: bytes) -> bool:
    if _TEXT_STATUS.match(raw):
        return _text_complete(raw)
    if not raw.rstrip().endswith(b"}"):
        return False
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True


async def _exchange(stream: Stream, request: str, complete: Callable[[bytes], bool]) -> bytes:
    """Send a request and read until the reply is complete. Raises OSError, EOFError, ValueError."""
    reader, writer = stream
    writer.write(request.encode())
    await writer.drain()
    raw = b""
    while not complete(raw):
        chunk = await reader.read(65536)
        if not chunk:
            raise EOFError("closed by ovs-vswitchd")
        raw += chunk
        if len(raw) > MAX_REPLY:
            raise ValueError(f"reply larger than {MAX_REPLY} bytes")
    return raw
