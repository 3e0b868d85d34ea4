"""`arp.py NIC all|arp WANT MAC ADDRESS TO VLAN`: ask by ARP from one NIC, and who answers there.

Sends three requests for ADDRESS from MAC to TO with sender IP 0.0.0.0 and listens for half a second
with a socket of its own for every frame (ETH_P_ALL) or for ARP only (ETH_P_ARP). WANT is what the
NIC is to receive besides: `nothing`, `unicast` for MAC, `promiscuous` for everything (packet(7),
PACKET_ADD_MEMBERSHIP). VLAN 0 sends no tag. Prints as JSON the answering MAC address of every reply
to MAC, and whether its 802.1Q tag was still in the frame.
"""

import json
import select
import socket
import struct
import sys
import time

ETH_P = {"all": 0x0003, "arp": 0x0806}
SOL_PACKET, PACKET_ADD_MEMBERSHIP = 263, 1
MEMBERSHIP = {"promiscuous": 1, "unicast": 3}
REQUESTS, STEP, LISTEN = 3, 0.1, 0.5
TAG = b"\x81\x00"


def packed(mac: str) -> bytes:
    """Six bytes."""
    return bytes.fromhex(mac.replace(":", ""))


def request(mac: str, address: str, to: str, vlan: int) -> bytes:
    """An ARP request on Ethernet, with a tag where the VLAN is not 0."""
    tag = TAG + struct.pack("!H", vlan) if vlan else b""
    asked = packed(mac) + bytes(4) + bytes(6) + socket.inet_aton(address)
    return (
        packed(to) + packed(mac) + tag + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + asked
    )


def reply(frame: bytes, mac: str) -> dict[str, object] | None:
    """What an ARP reply to `mac` says, None for any other frame."""
    tagged = frame[12:14] == TAG
    arp = frame[16:] if tagged else frame[12:]
    if frame[:6] != packed(mac) or arp[:2] != b"\x08\x06" or arp[8:10] != b"\x00\x02":
        return None
    return {"mac": arp[10:16].hex(":"), "tagged": tagged}


def ask(nic: str, protocol: str, want: str, mac: str, question: bytes) -> list[dict[str, object]]:
    """Send, listen, and return the replies."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as listening:
        listening.bind((nic, ETH_P[protocol]))
        if want in MEMBERSHIP:
            index = socket.if_nametoindex(nic)
            wanted = struct.pack("iHH8s", index, MEMBERSHIP[want], 6, packed(mac))
            listening.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, wanted)
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sending:
            sending.bind((nic, 0))
            for _ in range(REQUESTS):
                sending.send(question)
                time.sleep(STEP)
        return [found for frame in heard(listening) if (found := reply(frame, mac))]


def heard(listening: socket.socket) -> list[bytes]:
    """Frames that wait on the socket or come in until `LISTEN` is over."""
    frames, until = [], time.monotonic() + LISTEN
    while select.select([listening], [], [], max(0.0, until - time.monotonic()))[0]:
        frames.append(listening.recv(2048))
    return frames


if __name__ == "__main__":
    nic, protocol, want, mac, address, to, vlan = sys.argv[1:]
    print(json.dumps(ask(nic, protocol, want, mac, request(mac, address, to, int(vlan)))))
