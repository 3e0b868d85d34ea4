"""ARP frames made by hand (RFC 826, IEEE 802.1Q), to hold against those of the program."""

from dataclasses import dataclass
from ipaddress import IPv4Address

OURS, THEIRS, OTHER = "02:78:00:00:00:01", "5a:00:00:00:00:01", "5a:00:00:00:00:66"
HERE, THERE, NOBODY = "10.255.77.2", "10.255.77.1", "0.0.0.0"
BROADCAST = "ff:ff:ff:ff:ff:ff"
REQUEST, REPLY = 1, 2


@dataclass(frozen=True, slots=True)
class Arp:
    """An ARP frame, by default the answer of THERE to a probe of ours."""

    to: str = OURS
    source: str = THEIRS
    tag: int | None = None
    ethertype: int = 0x0806
    operation: int = REPLY
    sender_mac: str = THEIRS
    sender: str = THERE
    target_mac: str = OURS
    target: str = NOBODY

    def packed(self) -> bytes:
        """As on the wire, padded to 60 bytes."""
        tag = b"" if self.tag is None else b"\x81\x00" + self.tag.to_bytes(2)
        fixed = b"\x00\x01\x08\x00\x06\x04" + self.operation.to_bytes(2)
        names = mac(self.sender_mac), ip(self.sender), mac(self.target_mac), ip(self.target)
        head = mac(self.to) + mac(self.source) + tag + self.ethertype.to_bytes(2)
        return (head + fixed + b"".join(names)).ljust(60, b"\0")


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def ip(text: str) -> bytes:
    return IPv4Address(text).packed
