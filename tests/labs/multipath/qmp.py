"""QEMU's own control: devices plugged and pulled while the machine runs.

One line of JSON each way (QEMU's docs/interop/qmp-spec). The package `qemu.qmp` is asyncio only,
and the lab is called from tests with and without a loop.
"""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

TIMEOUT = 20.0
"""Seconds for an answer or an event."""
Message = dict[str, Any]


class QmpError(Exception):
    """QEMU refused a command; the text is its own."""


class Qmp:
    """A connection to the socket of `-qmp unix:PATH,server=on,wait=off`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._events: list[Message] = []

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(TIMEOUT)
        self._socket.connect(str(self._path))
        self._lines = self._socket.makefile("rb")
        self._read()
        self.execute("qmp_capabilities")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._lines.close()
        self._socket.close()

    def execute(self, command: str, **arguments: Any) -> Any:
        """Carry out a command and return its answer. Raises QmpError, TimeoutError."""
        message = {"execute": command, "arguments": arguments}
        self._socket.sendall(json.dumps(message).encode() + b"\n")
        answer = self._until(lambda read: "event" not in read)
        if "error" in answer:
            raise QmpError(f"{command} {arguments}: {answer['error']['desc']}")
        return answer["return"]

    def wait_for(self, event: str, **data: Any) -> None:
        """Wait until QEMU told of an event with these data, also one told before."""

        def is_it(message: Message) -> bool:
            told = message.get("data", {})
            return message.get("event") == event and data.items() <= told.items()

        if not any(is_it(message) for message in self._events):
            self._until(is_it)
        self._events = [message for message in self._events if not is_it(message)]

    def _until(self, wanted: Callable[[Message], bool]) -> Message:
        while True:
            message = self._read()
            if wanted(message):
                return message
            self._events.append(message)

    def _read(self) -> Message:
        line = self._lines.readline()
        if not line:
            raise QmpError("QEMU closed its control socket")
        message: Message = json.loads(line)
        return message
