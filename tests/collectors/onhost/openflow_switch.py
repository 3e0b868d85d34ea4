"""A switch that speaks as much OpenFlow 1.0 as the program needs (its specification, section 5)."""

import contextlib
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.collectors.onhost.frames import mac

HELLO, ERROR, ECHO_REQUEST, ECHO_REPLY, FEATURES, PACKET_OUT = 0, 1, 2, 3, 5, 13
FLOW_MOD, STATS, BARRIER = 14, 16, 18
ADD, DELETE_STRICT = 0, 4
ANY_PORT, ANY_SOURCE = 1, 4
"""Bits of a match's wildcards."""


@dataclass
class Rule:
    """A rule that was added; its match as the 40 bytes that were sent."""

    match: bytes
    priority: int
    cookie: int
    lasts: int
    packets: int = 0

    def takes(self, port: int, source: bytes) -> bool:
        """Whether it matches what comes in on a port from a source."""
        wild, in_port, from_whom = struct.unpack("!IH6s", self.match[:12])
        of_port = not wild & ANY_PORT and in_port == port
        return of_port and bool(wild & ANY_SOURCE or from_whom == source)


@dataclass
class Switch:
    """Listens at `path`. `network` has the MAC addresses that answer, by port number."""

    path: Path
    ports: Mapping[str, int]
    network: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    refuses: tuple[int, int] | None = None
    """Type and code of the error with which it answers a new rule."""
    hangs_up: bool = False
    """Whether it closes the connection when a rule is asked for its counter."""
    rules: list[Rule] = field(default_factory=list)
    removed: list[Rule] = field(default_factory=list)
    sent: list[tuple[int, bytes]] = field(default_factory=list)
    echoes: list[bytes] = field(default_factory=list)

    def __enter__(self) -> "Switch":
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *what: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            with connection, connection.makefile("rb") as stream:
                connection.sendall(struct.pack("!BBHI", 1, HELLO, 8, 0))
                while head := stream.read(8):
                    _, kind, length, serial = struct.unpack("!BBHI", head)
                    self._take(connection, kind, serial, stream.read(length - 8))

    def _take(self, connection: socket.socket, kind: int, serial: int, body: bytes) -> None:
        def answer(answered: int, content: bytes = b"") -> None:
            # Pieces of any size may arrive, and the switch may ask whether we are still there.
            echo = struct.pack("!BBHI", 1, ECHO_REQUEST, 12, 77) + b"here"
            message = struct.pack("!BBHI", 1, answered, 8 + len(content), serial) + content
            connection.sendall(echo + message[:3])
            connection.sendall(message[3:])

        if kind == FEATURES:
            answer(FEATURES + 1, struct.pack("!Q16x", 1) + b"".join(map(_port, self.ports.items())))
        elif kind == FLOW_MOD and self.refuses:
            answer(ERROR, struct.pack("!HH", *self.refuses) + body[:64])
        elif kind == FLOW_MOD:
            self._change(body)
        elif kind == BARRIER:
            answer(BARRIER + 1)
        elif kind == STATS and self.hangs_up:
            connection.shutdown(socket.SHUT_RDWR)
        elif kind == STATS:
            same = [rule for rule in self.rules if rule.match == body[4:44]]
            answer(STATS + 1, body[:4] + b"".join(map(_stats, same)))
        elif kind == PACKET_OUT:
            self._send(body)
        elif kind == ECHO_REPLY:
            self.echoes.append(body)

    def _change(self, body: bytes) -> None:
        fields = struct.unpack("!QHHHHIHH", body[40:64])
        cookie, command, _, lasts, priority = fields[:5]
        if command == ADD:
            self.rules.append(Rule(body[:40], priority, cookie, lasts))
            return
        gone = [r for r in self.rules if (r.match, r.priority) == (body[:40], priority)]
        self.removed += gone
        self.rules = [rule for rule in self.rules if rule not in gone]

    def _send(self, body: bytes) -> None:
        _, _, size, _, _, port, _ = struct.unpack("!IHHHHHH", body[:16])
        self.sent.append((port, body[8 + size :]))
        for source in self.network.get(port, ()):
            taking = [rule for rule in self.rules if rule.takes(port, mac(source))]
            if taking:
                max(taking, key=lambda rule: rule.priority).packets += 1


def _port(port: tuple[str, int]) -> bytes:
    name, number = port
    return struct.pack("!H6x16s24x", number, name.encode())


def _stats(rule: Rule) -> bytes:
    counted = struct.pack("!QQQ", rule.cookie, rule.packets, 60 * rule.packets)
    timing = struct.pack("!IIHHH6x", 1, 0, rule.priority, 0, rule.lasts)
    return struct.pack("!HBx", 88, 0) + rule.match + timing + counted
