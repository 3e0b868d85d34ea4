"""The kernel's routes and neighbours of a simulated dom0, as /proc/net tells them."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from exporter.demo.arp import neighbours
from exporter.demo.command import Dom0
from exporter.demo.switches import NETWORK_BITS

_ROUTE_HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"
_ROUTE_WIDTH = 127
"""Lines of /proc/net/route are padded (net/ipv4/fib_trie.c, fib_route_seq_show)."""
_ARP_HEAD = "IP address       HW type     Flags       HW address            Mask     Device\n"
_UP, _VIA_GATEWAY = 1, 2
_ANY = IPv4Network("0.0.0.0/0")
_NOBODY = IPv4Address(0)


def route_table(dom0: Dom0) -> str:
    """/proc/net/route: the default route, and the network of every bridge."""
    lines = [_ROUTE_HEAD, *_routes(dom0)]
    return "".join(f"{line:{_ROUTE_WIDTH}}\n" for line in lines)


def arp_table(dom0: Dom0) -> str:
    """/proc/net/arp: complete entries of Ethernet neighbours."""
    entries = neighbours(dom0.model.chassis, dom0.state)
    return _ARP_HEAD + "".join(
        f"{e.address:<16} {'0x1':<12}{'0x2':<12}{e.mac}     *        {e.device}\n" for e in entries
    )


def _routes(dom0: Dom0) -> Iterator[str]:
    gateways = dom0.model.chassis.core.gateways
    management = dom0.state.bonds[0]
    router = IPv4Address(gateways[management.name])
    yield _route(management.bridge, _ANY, router, _UP | _VIA_GATEWAY)
    for bond in dom0.state.bonds:
        for network in dict.fromkeys(map(_network, (gateways[bond.name], bond.address))):
            yield _route(bond.bridge, network, _NOBODY, _UP)


def _network(address: str) -> IPv4Network:
    return IPv4Network(f"{address}/{NETWORK_BITS}", strict=False)


def _route(device: str, network: IPv4Network, gateway: IPv4Address, flags: int) -> str:
    to, by, mask = (_hexadecimal(a) for a in (network.network_address, gateway, network.netmask))
    return f"{device}\t{to}\t{by}\t{flags:04X}\t0\t0\t0\t{mask}\t0\t0\t0"


def _hexadecimal(address: IPv4Address) -> str:
    """As an x86 kernel prints the four bytes: last one first."""
    return address.packed[::-1].hex().upper()
