"""`responder.py NIC --address A …`: answers ARP requests that come in by a NIC, as it is told to.

Standard library only, because it runs inside a namespace as a process of its own. It prints the
MAC address that it claims, then a line for each request it answers: `VLAN SOURCE > TO SENDER`.
"""

import argparse
import select
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ETH_P_ALL, ETH_P_ARP, ETH_P_8021Q = 0x0003, 0x0806, 0x8100
SOL_PACKET, PACKET_AUXDATA = 263, 8
VLAN_IS_THERE = 1 << 4
"""TP_STATUS_VLAN_VALID of linux/if_packet.h."""
ARP_HEAD = struct.pack("!HHBB", 1, 0x0800, 6, 4)
BROADCAST = "ff:ff:ff:ff:ff:ff"
NOBODY = "0.0.0.0"


@dataclass(frozen=True)
class Request:
    """Who asks whom for which address; `vlan` is 0 without a tag."""

    vlan: int
    to: str
    source: str
    sender: str
    address: str

    @classmethod
    def of(cls, frame: bytes, vlan: int) -> Self | None:
        """None for any other frame. The kernel has taken the tag off."""
        head = struct.pack("!H", ETH_P_ARP) + ARP_HEAD + struct.pack("!H", 1)
        if frame[12:22] != head:
            return None
        sender, address = socket.inet_ntoa(frame[28:32]), socket.inet_ntoa(frame[38:42])
        return cls(vlan, shown(frame[:6]), shown(frame[6:12]), sender, address)

    def answered_by(self, mac: str, source: str) -> bytes:
        """The reply that claims the address for `mac`, in a frame from `source`."""
        tag = struct.pack("!HH", ETH_P_8021Q, self.vlan) if self.vlan else b""
        claim = packed(mac) + socket.inet_aton(self.address)
        asker = packed(self.source) + socket.inet_aton(self.sender)
        arp = struct.pack("!H", ETH_P_ARP) + ARP_HEAD + struct.pack("!H", 2) + claim + asker
        return packed(self.source) + packed(source) + tag + arp


def packed(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def shown(mac: bytes) -> str:
    return mac.hex(":")


def opened(nic: str) -> socket.socket:
    """A raw socket that sees every frame of the NIC and its VLAN tag."""
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    wire.bind((nic, ETH_P_ALL))
    return wire


def heard(wire: socket.socket) -> Request | None:
    """The next frame, if somebody else sent it and it is a request."""
    frame, control, _, (_, _, kind, *_) = wire.recvmsg(2048, 64)
    if kind == socket.PACKET_OUTGOING:
        return None
    vlan = 0
    for _, _, data in control:
        status, *_, tag, _ = struct.unpack("IIIHHHH", data)
        vlan = tag & 0xFFF if status & VLAN_IS_THERE else 0
    return Request.of(frame, vlan)


def wanted(request: Request, mac: str, options: argparse.Namespace) -> bool:
    """Whether it is to be answered."""
    return (
        request.vlan == options.vlan
        and options.address in ("any", request.address)
        and (options.promiscuous or request.to in (BROADCAST, mac))
        and not (options.objects and request.sender == NOBODY)
    )


def respond(mac: str, options: argparse.Namespace) -> None:
    """Answer until killed."""
    wire = opened(options.nic)
    out = opened(options.out) if options.out else wire
    due: list[tuple[float, bytes]] = []
    print(mac, flush=True)
    while True:
        patience = max(0.0, due[0][0] - time.monotonic()) if due else None
        if select.select([wire], [], [], patience)[0]:
            request = heard(wire)
            if request is not None and wanted(request, mac, options):
                reply = request.answered_by(mac, options.source or mac)
                due.append((time.monotonic() + options.delay, reply))
                said = (request.vlan, request.source, request.to, request.sender)
                print("{} {} > {} {}".format(*said), flush=True)
        while due and due[0][0] <= time.monotonic():
            out.send(due.pop(0)[1])


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("nic", help="where it listens")
    parser.add_argument("--address", required=True, help="what it claims: an address, or any")
    parser.add_argument("--mac", help="for which MAC; without it, that of the NIC it answers by")
    parser.add_argument("--source", help="the source address of its frames, where it is another")
    parser.add_argument("--out", help="the NIC it answers by, where that is another one")
    parser.add_argument("--vlan", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds")
    parser.add_argument("--promiscuous", action="store_true", help="answer for other MACs, too")
    parser.add_argument("--objects", action="store_true", help="ignore sender 0.0.0.0")
    return parser.parse_args()


if __name__ == "__main__":
    given = parsed()
    own = Path("/sys/class/net", given.out or given.nic, "address").read_text().strip()
    respond(given.mac or own, given)
