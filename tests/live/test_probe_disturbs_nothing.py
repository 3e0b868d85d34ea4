"""Probing disturbs nothing in a healthy network under traffic, on a real Open vSwitch.

`pytest -rP` on this file prints the measured numbers of docs/reachability.md.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.bench.measure import percentile
from tests.labs.host import HOST
from tests.labs.ovs import MANAGEMENT, Pings
from tests.labs.watched import ALL_SWITCHES, MODES, Report, Watched, WatchedLab, macs_by_member
from tests.labs.watching import known

pytestmark = pytest.mark.ovs

PINGS, PING_EVERY = 2000, 0.005
ROUNDS, ROUND_EVERY = 20, 0.5
TOWARDS = {"eth0": ("to-eth0", "uplink", "sw1"), "eth2": ("uplink", "to-eth2", "sw2")}
"""The port towards a member, on sw1, sw2 and core."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Twenty rounds while the host pings the gateway, and what surrounded them."""

    pings: Pings
    reports: list[Report]
    watched: Watched
    before: tuple[object, ...]
    after: tuple[object, ...]


@pytest.fixture(scope="module", params=MODES)
def lab(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WatchedLab]:
    """A dom0 whose bond is in each mode that can be probed."""
    with WatchedLab(tmp_path_factory.mktemp("lab"), request.param) as lab:
        yield lab


@pytest.fixture(scope="module")
def unprobed(lab: WatchedLab) -> Pings:
    """The same pings when nobody probes."""
    lab.heal()
    return lab.ping(PINGS, PING_EVERY)


@pytest.fixture(scope="module", params=["raw", "openflow"])
def way(request: pytest.FixtureRequest) -> str:
    """How members are probed."""
    return str(request.param)


@pytest.fixture(scope="module")
def seen(lab: WatchedLab, way: str, unprobed: Pings) -> Seen:
    """After one round, so that every switch knows where the gateway is."""
    lab.heal()
    lab.probe(way)
    before = view_of(lab)
    with lab.watched() as watched, ThreadPoolExecutor(1) as pool:
        pinging = pool.submit(lab.ping, PINGS, PING_EVERY)
        reports = list(paced(lambda: lab.probe(way)))
        pings = pinging.result()
    print_pings(f"{lab.mode}, not probed", unprobed)
    print_pings(f"{lab.mode}, probed by {way}", pings)
    return Seen(pings, reports, watched, before, view_of(lab))


def paced(probe: Callable[[], Report]) -> Iterator[Report]:
    """Rounds one after another, each begun `ROUND_EVERY` seconds after the last one or later."""
    for _ in range(ROUNDS):
        begun = time.monotonic()
        yield probe()
        time.sleep(max(0.0, begun + ROUND_EVERY - time.monotonic()))


def view_of(lab: WatchedLab) -> tuple[object, ...]:
    """Rules, and the bond without its load, which comes from the pings."""
    shown = lab.appctl("bond/show", MANAGEMENT.bond)
    return lab.flows(), re.sub(r"next rebalance: .*\n|  hash \d+: .*\n", "", shown)


def print_pings(what: str, pings: Pings) -> None:
    times = [each * 1000 for each in pings.replies if each is not None]
    lost = f"{pings.replies.count(None)} of {len(pings.replies)} pings lost"
    print(f"{what}: {lost}, p99 {percentile(times, 99):.2f} ms, max {max(times):.2f} ms")


def test_every_member_answered_in_every_round(seen: Seen) -> None:
    """Otherwise the rest of this file would prove nothing."""
    rows = [row for report in seen.reports for row in report["rows"]]
    answered = Counter((row["member"], bool(row["answers"])) for row in rows)
    assert answered == {("eth0", True): ROUNDS, ("eth2", True): ROUNDS}


def test_no_more_pings_are_lost_than_without_probing(seen: Seen, unprobed: Pings) -> None:
    assert seen.pings.replies.count(None) <= unprobed.replies.count(None)


def test_no_switch_learns_anything_about_the_hosts_own_macs(lab: WatchedLab, seen: Seen) -> None:
    learned = {switch: told.of(*lab.own_macs()) for switch, told in seen.watched.fdb.items()}
    assert learned == {switch: [] for switch in ALL_SWITCHES}


def test_a_private_mac_is_on_one_port_of_a_switch_and_stays_there(
    lab: WatchedLab, seen: Seen
) -> None:
    private = macs_by_member(seen.reports, private=True)
    assert "eth2" in private
    for position, switch in enumerate(ALL_SWITCHES):
        right = {(mac, TOWARDS[member][position]) for member, mac in private.items()}
        assert {at for at in known(lab.namespaces, switch) if at[0] in private.values()} <= right
        assert seen.watched.fdb[switch].of(*private.values()) == []


def test_no_frame_of_a_probe_reaches_anybody_else(seen: Seen) -> None:
    macs = macs_by_member(seen.reports).values()
    flooded = {place: each.arp_of(*macs) for place, each in seen.watched.sniffed.items()}
    assert flooded == {place: [] for place in (*ALL_SWITCHES, HOST)}


@pytest.mark.parametrize(
    ("role", "address", "device"),
    [("gw", MANAGEMENT.address, "xenbr0"), (HOST, MANAGEMENT.gateway, "eth0")],
    ids=["the gateway of the host", "the host of the gateway"],
)
def test_arp_tables_keep_what_they_know(
    lab: WatchedLab, seen: Seen, role: str, address: str, device: str
) -> None:
    right = lab.mac(device, HOST if role == "gw" else "gw")
    told = seen.watched.arp[role]
    now = lab.namespaces.ip(role, "-4", "neigh", "show").splitlines()
    for line in [*told.lines, *now]:
        words = line.split()
        assert (words[0], words[words.index("lladdr") + 1]) == (address, right), line
    assert len(now) == 1


def test_open_vswitch_is_as_it_was(seen: Seen) -> None:
    """The same rules, the same active member, no delay running."""
    assert seen.after == seen.before
    assert "expires" not in str(seen.after)


def test_open_vswitch_learned_no_private_mac(lab: WatchedLab, seen: Seen) -> None:
    learned = lab.appctl("fdb/show", MANAGEMENT.bridge)
    assert lab.mac(MANAGEMENT.bridge) in learned
    assert [m for m in macs_by_member(seen.reports, private=True).values() if m in learned] == []
