"""What should answer behind a bond's switches: the `destinations` of a bond."""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, Strict, WithJsonSchema

from collectors.inventory import Destination
from exporter.config.kinds import EACH_ONCE, listed, text_schema
from exporter.config.problems import Problem, repeated
from exporter.config.section import Section
from exporter.config.values import described

AUTO = "auto"
MOST = 8
"""Destinations of one bond: each is probed through every member at every look."""

_ALLOWED = f"{AUTO} (the gateway of the host), or an IPv4 address such as 192.0.2.9"
_THIS_NETWORK = ipaddress.IPv4Network("0.0.0.0/8")
_EVERYONE = ipaddress.IPv4Address("255.255.255.255")
_MAC = (
    r"[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}"
    r"|[0-9A-Fa-f]{4}(\.[0-9A-Fa-f]{4}){2}|[0-9A-Fa-f]{4}(-[0-9A-Fa-f]{4}){2}"
)
_MAC_ALLOWED = "the address of one network card, such as 5a:00:00:00:00:01"
_GROUP_BIT = 0x01


def _address(value: object) -> str:
    if value == AUTO:
        return AUTO
    text = value if isinstance(value, str) else ""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        raise ValueError(f"{described(value)} is no IP address; allowed: {_ALLOWED}") from None
    if isinstance(found, ipaddress.IPv6Address):
        raise ValueError("IPv6 destinations are not probed yet; give an IPv4 address")
    if kind := _kind_of_no_device(found):
        raise ValueError(f"{described(value)} is {kind}; allowed: {_ALLOWED}")
    return str(found)


def _kind_of_no_device(address: ipaddress.IPv4Address) -> str | None:
    """What an address is that no single device on the network answers for, or None."""
    if address in _THIS_NETWORK:
        return "no device's address"
    if address == _EVERYONE:
        return "the broadcast address"
    if address.is_multicast:
        return "a multicast address"
    return "a loopback address" if address.is_loopback else None


def _mac(value: str) -> str:
    if not re.fullmatch(_MAC, value):
        raise ValueError(f"{described(value)} is no MAC address; allowed: {_MAC_ALLOWED}")
    found = bytes.fromhex(re.sub(r"[^0-9A-Fa-f]", "", value))
    if kind := _kind_of_no_card(found):
        raise ValueError(f"{described(value)} is {kind}; allowed: {_MAC_ALLOWED}")
    return found.hex(":")


def _kind_of_no_card(mac: bytes) -> str | None:
    if not any(mac):
        return "no card's address"
    if mac == b"\xff" * len(mac):
        return "the broadcast address"
    return "a multicast address" if mac[0] & _GROUP_BIT else None


DestinationAddress = Annotated[
    str,
    BeforeValidator(_address),
    WithJsonSchema({"anyOf": [{"const": AUTO}, {"type": "string", "format": "ipv4"}]}),
]

Vlan = Annotated[int, Strict(), Field(ge=1, le=4094)]

Mac = Annotated[
    str,
    Strict(),
    AfterValidator(_mac),
    text_schema(_MAC),
]
"""The address of one network card, kept in lower case with colons."""


class BondDestination(Section):
    """A device behind a bond's switches that should answer ARP through every member."""

    address: DestinationAddress
    """auto (the gateway of the host), or an IPv4 address"""
    vlan: Vlan | None = None
    """1 to 4094 (default the one of the host's own route, else untagged)"""
    mac: Mac | None = None
    """the MAC address that alone may answer (default any)"""


def _bare_address(value: object) -> object:
    return {"address": value} if isinstance(value, str | int | float) else value


Destinations = Annotated[
    tuple[
        Annotated[
            BondDestination,
            BeforeValidator(
                _bare_address, json_schema_input_type=BondDestination | DestinationAddress
            ),
        ],
        ...,
    ],
    Field(max_length=MOST),
    EACH_ONCE,
    listed(f"[{AUTO}, 192.0.2.9]"),
]


def repeated_destinations(destinations: Iterable[BondDestination]) -> Iterator[Problem]:
    """Each address that stands there more than once, also in several VLANs.

    A kernel may take the VLAN tag off before an answer is seen: it could not be told whose it is.
    """
    return repeated(("destinations",), (destination.address for destination in destinations))


def expected(destinations: Iterable[BondDestination]) -> tuple[Destination, ...]:
    """The records the collector probes."""
    return tuple(
        Destination(None if d.address == AUTO else d.address, d.vlan, d.mac) for d in destinations
    )
