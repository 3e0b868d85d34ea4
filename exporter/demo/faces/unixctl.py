"""Open vSwitch's control socket: JSON-RPC since 1.6, a text protocol before.

Framing from lib/jsonrpc.c and lib/unixctl.c: messages follow each other without separator, a
message that is no request closes the connection without an answer.
"""

import asyncio
import codecs
import json
import logging
from collections.abc import Iterator
from typing import Any, Protocol

from exporter.demo.command import Dom0
from exporter.demo.faces.vswitchd import INVALID_ARGUMENT, Answer, answer

log = logging.getLogger(__name__)
RUNDIR = "/var/run/openvswitch"
_REASONS = {200: "OK", 400: "Bad Request", 501: "Invalid Argument"}
_MAX_REQUEST = 65536
"""lib/unixctl.c of 1.0.99: "excess command length, killing connection"."""


class ControlSession(Protocol):
    """One connection: bytes in, replies out."""

    def feed(self, data: bytes, /) -> Iterator[bytes]:
        """Replies to what `data` completes. Raises ValueError where the real one hangs up."""


def pidfile(dom0: Dom0) -> tuple[str, str]:
    """Path and contents of ovs-vswitchd's pid file."""
    return f"{RUNDIR}/ovs-vswitchd.pid", f"{dom0.state.vswitchd_pid}\n"


def socket_path(dom0: Dom0) -> str:
    """Where ovs-vswitchd listens: the name carries its process id."""
    return f"{RUNDIR}/ovs-vswitchd.{dom0.state.vswitchd_pid}.ctl"


def session(dom0: Dom0) -> ControlSession:
    """A connection in the protocol of the host's version."""
    return TextSession(dom0) if dom0.state.flavour.ovs == "1.0.99" else JsonSession(dom0)


async def serve(dom0: Dom0, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection of a local socket until it is closed."""
    control = session(dom0)
    try:
        while data := await reader.read(_MAX_REQUEST):
            for reply in control.feed(data):
                writer.write(reply)
            await writer.drain()
    except (ValueError, ConnectionError):
        log.debug("control connection dropped", extra={"host": dom0.name})
    finally:
        writer.close()


class JsonSession:
    """JSON-RPC 1.0 of Open vSwitch 1.6 and later."""

    def __init__(self, dom0: Dom0) -> None:
        self._dom0 = dom0
        self._text = ""
        self._characters = codecs.getincrementaldecoder("utf-8")()
        self._decoder = json.JSONDecoder()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Replies to the requests completed by `data`. Raises ValueError on anything else."""
        self._text += self._characters.decode(data)
        while self._text.strip():
            self._text = self._text.lstrip()
            if self._text[0] != "{":
                raise ValueError("not a JSON object")
            try:
                request, end = self._decoder.raw_decode(self._text)
            except json.JSONDecodeError:
                return
            self._text = self._text[end:]
            yield self._reply(request)

    def _reply(self, request: dict[str, Any]) -> bytes:
        name, params = request.get("method"), request.get("params")
        if not isinstance(name, str) or not isinstance(params, list) or "id" not in request:
            raise ValueError("not a request")
        reply = self._answer(name, params)
        text = reply.text if reply.text.endswith("\n") or not reply.text else f"{reply.text}\n"
        # A refusal has no `result` at all (`jsonrpc_create_error`, 1.6 to 3.1).
        outcome = {"result": text, "error": None} if reply.ok else {"error": text}
        message = {"id": request["id"], **outcome}
        return json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()

    def _answer(self, name: str, params: list[Any]) -> Answer:
        if not all(isinstance(value, str) for value in params):
            return Answer(f'"{name}" command has non-string argument', INVALID_ARGUMENT)
        return answer(self._dom0, name, params)


class TextSession:
    """The line protocol of Open vSwitch up to 1.5."""

    def __init__(self, dom0: Dom0) -> None:
        self._dom0 = dom0
        self._data = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Replies to the lines completed by `data`. Raises ValueError on an endless line."""
        self._data += data
        while b"\n" in self._data:
            line, _, self._data = self._data.partition(b"\n")
            words = line.decode(errors="replace").rstrip("\r").split(" ")
            yield self._reply(words[0], [word for word in words[1:] if word])
        if len(self._data) > _MAX_REQUEST:
            raise ValueError("excess command length")

    def _reply(self, name: str, args: list[str]) -> bytes:
        reply = answer(self._dom0, name, args)
        lines = [f"{reply.code:03} {_REASONS[reply.code]}"]
        lines += ["." + line if line.startswith(".") else line for line in reply.text.splitlines()]
        return "".join(f"{line}\n" for line in [*lines, "."]).encode()
