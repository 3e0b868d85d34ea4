"""`eavesdropper.py NIC`: prints `ready`, then `SOURCE > TO` of every frame that comes in by a NIC.

Standard library only, because it runs inside a namespace as a process of its own.
"""

import socket
import sys

ETH_P_ALL = 0x0003

if __name__ == "__main__":
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as wire:
        wire.bind((sys.argv[1], ETH_P_ALL))
        print("ready", flush=True)
        while True:
            frame, (_, _, kind, *_) = wire.recvfrom(2048)
            if kind != socket.PACKET_OUTGOING:
                print(f"{frame[6:12].hex(':')} > {frame[:6].hex(':')}", flush=True)
