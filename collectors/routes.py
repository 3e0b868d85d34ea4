"""/proc/net/route: the main IPv4 routing table, as Linux prints it from 2.6 to 6.x.

Eleven columns, written by fib_route_seq_show (net/ipv4/fib_trie.c) and filled with blanks to 127
characters: device, destination, gateway, flags, two zeros, metric, mask, MTU, window, RTT. An
address is its four bytes in the machine's own order as one hexadecimal number, on x86 the last
byte first. Of a route over several gateways only the first one is printed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from collectors.captured import is_chatter, lines_of, shell_error
from collectors.parsing import Noise, Parsed, ParseError

PROC_NET_ROUTE = ("cat", "/proc/net/route")

_UP, _GATEWAY, _REJECT = 0x0001, 0x0002, 0x0200
"""Of the flags in linux/route.h."""
_NO_DEVICE = "*"
"""Where packets go nowhere: the flags of a `blackhole` or a `throw` route do not say so."""
_ALL_BITS = 0xFFFFFFFF
_EXPECTED = "a route of /proc/net/route (eleven columns)"
_HEADER = re.compile(r"Iface[ \t]+Destination[ \t]+Gateway\b")
_LIKE_A_ROW = re.compile(r"[^\t]*\t|[^ ]+ +[0-9A-F]{8}\b")
_ADDRESS = "([0-9A-F]{8})"
_COLUMNS = (
    "([^ \t]+)",
    _ADDRESS,
    _ADDRESS,
    "([0-9A-F]{4,8})",
    "-?[0-9]+",
    "[0-9]+",
    "(-?[0-9]{1,10})",
    _ADDRESS,
    *["-?[0-9]+"] * 3,
)
_ROW = re.compile(r"[ \t]+".join(_COLUMNS))


@dataclass(frozen=True, slots=True)
class Route:
    """Where packets for a network go: out of `device`, to `gateway` or, without one, straight."""

    device: str
    network: IPv4Network
    gateway: IPv4Address | None
    metric: int


def parse_routes(text: str) -> Parsed[Route]:
    """Read /proc/net/route; empty where no table was made yet. Raises ParseError, ToolError.

    Left out are routes on which nothing is sent (`unreachable`, `prohibit`, `blackhole`, `throw`)
    and routes to an IPv6 gateway, whose address is not printed.
    """
    records: list[Route] = []
    noise: list[Noise] = []
    damaged = 0
    for line in lines_of(text):
        row = line.text.strip(" \t")
        if not row or _HEADER.match(row):
            continue
        try:
            records += _routes(line.line, row)
        except ParseError:
            noise.append(line)
            damaged += bool(_LIKE_A_ROW.match(row))
    if not records:
        _refuse(text, noise)
    return Parsed(tuple(records), tuple(noise), damaged)


def _routes(number: int, row: str) -> list[Route]:
    """The route of a row, or none where it is left out. Raises ParseError."""
    columns = _ROW.fullmatch(row)
    if columns is None:
        raise ParseError(number, _EXPECTED, row)
    device, destination, hop, flags, metric, mask = columns.groups()
    network, gateway = _network(number, destination, mask), _gateway(hop)
    wanted = int(flags, 16)
    if gateway and not wanted & _GATEWAY:
        raise ParseError(number, "the flag of a route with a gateway", row)
    unprinted = bool(wanted & _GATEWAY) and gateway is None
    if unprinted or device == _NO_DEVICE or not wanted & _UP or wanted & _REJECT:
        return []
    # Linux 6.18 prints a metric of more than 31 bits as it is, older ones as a negative number.
    return [Route(device, network, gateway, int(metric) & _ALL_BITS)]


def _network(number: int, destination: str, mask: str) -> IPv4Network:
    """A destination with its mask. Raises ParseError where they are not one network."""
    beyond = _ALL_BITS ^ int(_address(mask))
    address = _address(destination)
    if beyond & (beyond + 1) or int(address) & beyond:
        raise ParseError(number, "a network and its mask", f"{destination} {mask}")
    return IPv4Network((address, 32 - beyond.bit_length()))


def _gateway(digits: str) -> IPv4Address | None:
    address = _address(digits)
    return None if address.is_unspecified else address


def _address(digits: str) -> IPv4Address:
    return IPv4Address(int.from_bytes(bytes.fromhex(digits), "little"))


def _refuse(text: str, noise: Iterable[Noise]) -> None:
    """Raise what is wrong with a text without routes, unless nothing is."""
    error = shell_error(text)
    if error is not None:
        raise error
    for line in noise:
        if not is_chatter(line.text):
            raise ParseError(line.line, _EXPECTED, line.text)


def default_gateway(routes: Iterable[Route]) -> Route | None:
    """The default route with a gateway, of several the one with the lowest metric."""
    defaults = (r for r in routes if r.gateway is not None and r.network.prefixlen == 0)
    return min(defaults, key=lambda route: route.metric, default=None)


def on_link(routes: Iterable[Route], address: IPv4Address) -> Route | None:
    """The route by which `address` is reached straight; None through a gateway, or not at all."""
    best = best_route(routes, address)
    return best if best and best.gateway is None else None


def best_route(routes: Iterable[Route], address: IPv4Address) -> Route | None:
    """The route the kernel takes: the longest prefix, then the lowest metric."""
    leading = (route for route in routes if address in route.network)
    return min(leading, key=lambda r: (-r.network.prefixlen, r.metric), default=None)
