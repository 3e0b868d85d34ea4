"""`sniffer.py DEVICE`: every frame that comes in by a device, until standard input ends.

Prints `listening` once nothing can be missed any more, and at the end one JSON list of
`[destination, source, EtherType]`, such as `["ff:ff:ff:ff:ff:ff", "02:78:…", 2054]`. Standard
library only, because it runs inside a namespace as a process of its own.
"""

import json
import select
import socket
import struct
import sys

ETH_P_ALL = 0x0003
PACKET_OUTGOING = 4
"""packet(7): what this machine itself sends by the device."""

Frame = tuple[str, str, int]


def received(port: socket.socket) -> list[Frame]:
    """The frames that wait on a socket which does not block."""
    frames: list[Frame] = []
    while True:
        try:
            data, (_, _, kind, *_) = port.recvfrom(2048)
        except BlockingIOError:
            return frames
        if kind != PACKET_OUTGOING:
            ether_type: int = struct.unpack("!H", data[12:14])[0]
            frames.append((data[:6].hex(":"), data[6:12].hex(":"), ether_type))


def listen(device: str) -> list[Frame]:
    """All frames from now on until standard input ends, also those that wait at that moment."""
    frames: list[Frame] = []
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as port:
        port.bind((device, ETH_P_ALL))
        port.setblocking(False)
        # Between opening and binding, the socket heard every device.
        received(port)
        print("listening", flush=True)
        while sys.stdin not in select.select([port, sys.stdin], [], [])[0]:
            frames += received(port)
        return frames + received(port)


if __name__ == "__main__":
    print(json.dumps(listen(sys.argv[1])))
