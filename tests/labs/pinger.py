"""`pinger.py ADDRESS COUNT INTERVAL`: ICMP echo, one JSON list of round-trip seconds or null.

Standard library only, because it runs inside a namespace as a process of its own, and Debian's
minimal install has no `ping`.
"""

import json
import os
import select
import socket
import struct
import sys
import time

LAST_REPLY = 0.5
"""Seconds to wait for replies after the last request."""
ECHO_REPLY, ECHO_REQUEST = 0, 8
IPV4_HEADER = 20


def checksum(data: bytes) -> int:
    """The internet checksum (RFC 1071) of an even number of bytes."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def echo_request(ident: int, sequence: int) -> bytes:
    """An ICMP echo request without payload (RFC 792)."""
    head = struct.pack("!BBHHH", ECHO_REQUEST, 0, 0, ident, sequence)
    return struct.pack("!BBHHH", ECHO_REQUEST, 0, checksum(head), ident, sequence)


def ping(address: str, count: int, interval: float) -> list[float | None]:
    """Round-trip seconds by sequence number, None for a request nobody answered."""
    sent: list[float] = []
    replies: list[float | None] = [None] * count
    ident = os.getpid() & 0xFFFF
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as icmp:
        begin = time.monotonic()
        for sequence in range(count):
            sent.append(time.monotonic())
            _send(icmp, echo_request(ident, sequence), address)
            _collect(icmp, ident, sent, replies, begin + (sequence + 1) * interval)
        _collect(icmp, ident, sent, replies, time.monotonic() + LAST_REPLY)
    return replies


def _send(icmp: socket.socket, packet: bytes, address: str) -> None:
    try:
        icmp.sendto(packet, (address, 0))
    except OSError as error:
        # "No route to host": the kernel gave up ARP. For a ping that is a lost packet.
        print(error, file=sys.stderr)


def _collect(
    icmp: socket.socket,
    ident: int,
    sent: list[float],
    replies: list[float | None],
    until: float,
) -> None:
    """Note replies until a moment, or until all requests of the whole run are answered."""
    while None in replies and select.select([icmp], [], [], max(0, until - time.monotonic()))[0]:
        packet = icmp.recv(1500)[IPV4_HEADER:]
        kind, _, _, to, sequence = struct.unpack("!BBHHH", packet[:8])
        if (kind, to) == (ECHO_REPLY, ident) and sequence < len(sent):
            replies[sequence] = time.monotonic() - sent[sequence]


if __name__ == "__main__":
    print(json.dumps(ping(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))))
