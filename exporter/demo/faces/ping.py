"""The command `ping`, in the words of iputils, alone and as a drill runs it.

As with all that lasts, what happens to the chassis is noticed when the session looks.
"""

import getopt
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, ip_interface

from exporter.demo.arp import Answerer, answerer, is_own, round_trip
from exporter.demo.command import Dom0, Result
from exporter.demo.switches import NETWORK_BITS
from exporter.drill.pings import INTERVAL, LINGER

_SECOND = 1.0
_TTL = 64
_ONLY = "ping: only -n, -i, -W and -c with an address are simulated\n"


def ping(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`ping -c COUNT ADDRESS`."""
    try:
        pairs, addresses = getopt.gnu_getopt(list(argv[1:]), "ni:W:c:")
        options = dict(pairs)
        count, interval = int(options["-c"]), float(options.get("-i", _SECOND))
    except (getopt.GetoptError, KeyError, ValueError):
        return Result(stderr=_ONLY, status=2)
    if len(addresses) != 1:
        return Result(stderr=_ONLY, status=2)
    return _looked(dom0, addresses[0], count, interval)


def stamped_ping(dom0: Dom0, arguments: Sequence[str]) -> Result:
    """The line `STAMPED` of a drill: `$0`, packets and address; every line after the clock."""
    _, count, address = arguments
    return _looked(dom0, address, int(count), INTERVAL, stamped=True)


def _looked(
    dom0: Dom0, address: str, count: int, interval: float, *, stamped: bool = False
) -> Result:
    def begin() -> Callable[[], Result]:
        return _Pings(dom0, address, count, interval, stamped=stamped).look

    return dom0.runs.look(dom0.session, f"ping {address}", begin)


class _Pings:
    """One run of ping."""

    def __init__(
        self, dom0: Dom0, address: str, count: int, interval: float, *, stamped: bool
    ) -> None:
        self._dom0, self._address = dom0, address
        self._count, self._interval = count, interval
        self._stamped = stamped
        self._began = dom0.now
        self._lines: list[str] = [_clock(dom0, self._began)] if stamped else []
        self._sent = 0
        self._times: list[float] = []
        """Of the answers, in seconds."""
        self._say(self._began, f"PING {address} ({address}) 56(84) bytes of data.")

    def look(self) -> Result:
        """Everything up to now."""
        while self._sent < self._count and self._next_is_over():
            self._sent += 1
        over = self._sent == self._count and self._dom0.now >= self._end()
        if over:
            self._sum_up()
        status = int(over and not self._times and not self._stamped)
        return Result("".join(f"{line}\n" for line in self._lines), status=status, hangs=not over)

    def _next_is_over(self) -> bool:
        """Whether the next packet was answered, or never will be."""
        at, now = self._began + self._sent * self._interval, self._dom0.now
        who = answering(self._dom0, self._address)
        number = self._sent + 1
        took = round_trip(who, self._dom0.name, self._address, str(number)) if who else 0.0
        if at + took > now:
            return False
        if who:
            self._times.append(took)
            what = f"icmp_seq={number} ttl={_TTL} time={took * 1000:.3g} ms"
            self._say(at + took, f"64 bytes from {self._address}: {what}")
        return True

    def _last(self) -> float:
        """When the last packet is sent."""
        return self._began + (self._count - 1) * self._interval

    def _end(self) -> float:
        """It waits for what is still to come."""
        return self._last() + (LINGER if len(self._times) < self._count else 0.0)

    def _sum_up(self) -> None:
        at, got = self._dom0.now, len(self._times)
        lost = 100 * (self._count - got) // self._count
        passed = f"time {(self._last() - self._began) * 1000:.0f}ms"
        self._say(at, "")
        self._say(at, f"--- {self._address} ping statistics ---")
        counts = f"{self._count} packets transmitted, {got} received"
        self._say(at, f"{counts}, {lost}% packet loss, {passed}")

    def _say(self, at: float, text: str) -> None:
        self._lines.append(f"{_clock(self._dom0, at)} {text}" if self._stamped else text)


def _clock(dom0: Dom0, at: float) -> str:
    """`date +%s.%N`."""
    return f"{dom0.model.unix(at):.9f}"


def answering(dom0: Dom0, address: str) -> Answerer | None:
    """Who answers a ping: the owner of an address in the network of a bond, or the host itself.

    Nothing is behind the gateways, and what answers ARP for others does not answer for them here.
    """
    chassis, host = dom0.model.chassis, dom0.state
    if is_own(host, address):
        return Answerer("")
    for bond in host.bonds:
        networks = (_network(one) for one in (bond.address, chassis.core.gateways[bond.name]))
        if bond.active and _network(address) in tuple(networks):
            who = answerer(chassis, host, bond.active, address)
            proxies = {switch.proxy_mac for switch in chassis.switches.values()}
            return who if who and who.mac not in proxies else None
    return None


def _network(address: str) -> IPv4Network | None:
    """The network of an IPv4 address; None for anything else."""
    try:
        network = ip_interface(f"{address}/{NETWORK_BITS}").network
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None
